"""What is frozen of an award: everything, in words that another program could read, computed again exactly."""

import copy
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activity.models import FrozenRecord, LogEntry
from core import records
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from evaluations import analysis, calculation, engine, record
from evaluations.actions.award_record import freeze_award
from evaluations.inputs import from_data
from evaluations.models import Award
from evaluations.results import read_inputs
from evaluations.tests.record_case import approved_award, closed_evaluation, frozen_award
from evaluations.verifying import envelope_of, verify_file

Path = tuple[Any, ...]


@pytest.fixture
def award(acme, owner, manager) -> Award:
    return frozen_award(acme, owner, manager)


@pytest.fixture
def data(award) -> dict:
    return json.loads(award.record.content)


def leaves(value: Any, path: Path = ()) -> list[Path]:
    """The way to each value that holds no others; an empty list or dict is one too."""
    items = value.items() if isinstance(value, dict) else None
    items = enumerate(value) if isinstance(value, list) else items
    if not items or not value:
        return [path]
    return [leaf for key, item in items for leaf in leaves(item, (*path, key))]


def at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def changed(data: dict, path: Path, value: Any) -> dict:
    other = copy.deepcopy(data)
    at(other, path[:-1])[path[-1]] = value
    return other


def another(value: Any) -> Any:
    """Some other value, as like it as possible."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return value + 0.001
    if isinstance(value, int):
        return value + 1
    return f"{value}x" if isinstance(value, str) else "something"


def lines(data: Any) -> list[str]:
    return [str(difference) for difference in record.recompute(data).differences]


# Freezing -----------------------------------------------------------------------------------------


def test_everything_that_the_award_rests_on_is_in_it(award, data, owner, manager):
    with organization_scope(ALL):
        inputs = read_inputs(award.evaluation)
    assert sorted(data) == [
        "analysis",
        "award",
        "engine",
        "evaluation",
        "format",
        "format_version",
        "inputs",
        "organization",
        "record",
        "results",
        "weights_from",
    ]
    assert data["inputs"] == inputs.as_data()
    assert data["organization"] == {"id": award.organization_id, "name": "Acme"}
    assert data["evaluation"]["title"] == "Help desk – „Zürich“"
    assert data["evaluation"]["closed_at"].endswith("+00:00")
    ranking = calculation.rank(from_data(data["inputs"]))
    assert data["results"] == record.results_data(ranking)
    assert data["analysis"] == analysis.analyse(ranking).as_data()
    assert data["engine"] == {
        "version": engine.VERSION,
        "numpy": np.__version__,
        "draws": analysis.DRAWS,
        "seed": analysis.SEED,
        "random_index": analysis.RANDOM_INDEX,
    }
    decided = data["award"]
    assert decided["winner"]["name"] == "Kestrel"
    assert decided["winner"]["quote"] == "120000"
    assert decided["runner_up"] == {
        "candidate": award.runner_up_id,
        "name": "Northwind",
        "quote": "99000.5",
        "quoted_on": "2026-03-01",
        "expires_on": None,
    }
    assert decided["conditions"] == ["Liability cap agreed", "Two references called"]
    assert decided["proposed_by"] == {"member": manager.pk, "name": "Mia"}
    assert decided["approved_by"] == {"member": owner.pk, "name": "Olga"}
    assert data["record"]["number"] == 1


def test_pooled_and_moderated_marks_stand_side_by_side(data, award):
    northwind = next(
        row for row in data["results"]["candidates"] if row["candidate"] == award.runner_up_id
    )
    quality = northwind["cells"][0]
    assert (quality["pooled_mark"], quality["mark"], quality["moderated"]) == (3.0, 2.5, True)


def test_freezing_twice_is_freezing_once(award, owner):
    first = award.record
    with organization_scope(ALL):
        again = freeze_award(award=Award.objects.get(pk=award.pk), by=owner)
        assert FrozenRecord.objects.count() == 1
        assert LogEntry.objects.filter(verb="award.frozen").count() == 1
    assert again == first


def test_the_trail_keeps_the_seal_too(award):
    with organization_scope(ALL):
        line = LogEntry.objects.get(verb="award.frozen")
    assert line.after == {"record": 1, "SHA-256": award.record.sha256}


def test_only_an_approved_award_is_frozen(acme, owner, manager):
    award = approved_award(closed_evaluation(acme, owner, manager), owner, manager)
    with organization_scope(ALL):
        Award.objects.update(state=Award.State.PROPOSED)
        with pytest.raises(Refused, match="Only an approved award"):
            freeze_award(award=award, by=owner)
        assert FrozenRecord.objects.count() == 0


# Computing again ----------------------------------------------------------------------------------


def test_computed_again_it_is_identical(award, data):
    assert record.recompute(data) == record.Recomputed([], [])
    assert verify_file(envelope_of(award.record)).headline == "Identical"


def test_a_changed_mark_that_was_sealed_again_gives_other_numbers(data):
    place = next(
        n
        for n, row in enumerate(data["inputs"]["marks"])
        if row["mark"] == "5" and row["comment"] == "Called two 📞"
    )
    found = lines(changed(data, ("inputs", "marks", place, "mark"), "1"))
    assert "Ranking › Kestrel › total: record 73.5, now 53.5" in found
    assert "Ranking › Kestrel › Quality › points: record 80.0, now 40.0" in found
    assert any(line.startswith("How firm › verdict") for line in found)


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (
            ("results", "candidates", 0, "cells", 1, "points"),
            66.0,
            "Ranking › Kestrel › Cost › points: record 66.0, now 65.0",
        ),
        (
            ("analysis", "verdict", "code"),
            "too_close",
            "How firm › verdict › code: record “too_close”, now “clear”",
        ),
        (("engine", "seed"), 7, None),
        (
            ("engine", "random_index"),
            "alonso",
            "Made with › random index: record “alonso”, now “saaty”",
        ),
        (("award", "winner", "name"), "Vole", "Name of the winner: record “Vole”, now “Kestrel”"),
        (
            ("inputs", "criteria", 0, "weight"),
            "50.0",
            "What was given › Quality › weight: record 50.0, now 50",
        ),
    ],
)
def test_a_number_that_does_not_follow_is_named(data, path, value, line):
    found = lines(changed(data, path, value))
    assert found
    if line:
        assert found == [line]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=st.data())
def test_any_change_anywhere_is_found(award, data, choice):
    """Without a new seal any change is found; with one, still every change of a computed number."""
    path = choice.draw(st.sampled_from(leaves(data)))
    other = changed(data, path, another(at(data, path)))
    file = envelope_of(award.record) | {"content": records.canonical(other)}
    assert not verify_file(file).identical
    sealed = file | {"sha256": records.seal(file["previous_sha256"], file["content"])}
    if path[0] in {"results", "analysis", "engine"} and path[-1] not in {"numpy"}:
        assert not verify_file(sealed).identical


def test_with_another_numpy_shares_may_differ_by_chance_only(data):
    def of(share: float, version: str = "1.0.0") -> record.Recomputed:
        other = copy.deepcopy(data)
        other["engine"]["numpy"] = other["analysis"]["numpy"] = version
        model = other["analysis"]["models"][0]["standings"][0]
        model["ranks"][0] = other["analysis"]["verdict"]["share"] = share
        return record.recompute(other)

    share = data["analysis"]["verdict"]["share"]
    near = of(share - 0.0003)
    assert near.differences == []
    assert "NumPy 1.0.0" in near.notes[0]
    assert "within 4 standard errors" in near.notes[0]
    assert [difference.place for difference in of(share - 0.05).differences] == [
        "How firm › around › Kestrel › ranks",
        "How firm › verdict › share",
    ]
    assert of(share - 0.0003, np.__version__).differences != []


def test_with_another_numpy_the_verdict_must_still_follow_from_the_shares(data):
    other = copy.deepcopy(data)
    other["engine"]["numpy"] = other["analysis"]["numpy"] = "1.0.0"
    other["analysis"]["verdict"]["code"] = "too_close"
    assert lines(other) == ["Verdict › code: record “too_close”, now “clear”"]


@pytest.mark.parametrize("version", [np.__version__, "1.0.0"])
def test_a_tie_and_a_lone_candidate_are_computed_again_too(data, version):
    tied = copy.deepcopy(data["inputs"])
    for mark in tied["marks"]:
        if mark["mark"] is not None:
            mark["mark"] = "1"
    lone, winner = copy.deepcopy(data["inputs"]), data["award"]["winner"]["candidate"]
    lone["marks"] = [row for row in lone["marks"] if row["candidate"] == winner]
    for inputs in (tied, lone):
        made = record.award_data(
            organization=data["organization"],
            evaluation=data["evaluation"],
            award=data["award"],
            weights_from={},
            inputs=from_data(inputs),
        )
        again = records.read(records.canonical(made))
        again["engine"]["numpy"] = again["analysis"]["numpy"] = version
        assert record.recompute(again).differences == []


def test_another_engine_is_told(data):
    other = changed(data, ("engine", "version"), "0.9")
    other["analysis"]["engine"] = "0.9"
    found = record.recompute(other)
    assert found.differences == []
    assert "version 0.9 of the engine" in found.notes[0]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("inputs",), None),
        (("inputs", "marks"), [1]),
        (("inputs", "marks", 0, "mark"), "a lot"),
        (("inputs", "marks", 0, "candidate"), 10**6),
        (("inputs", "criteria", 0, "weight"), "NaN"),
        (("inputs", "criteria", 0, "weight"), "1e999999"),
        (("inputs", "criteria", 0, "best"), "0"),
        (("inputs", "criteria"), []),
        (("inputs", "candidates"), [{"id": n, "name": "x", "vendor": None} for n in range(10**6)]),
        (("engine", "draws"), 10**12),
        (("engine", "draws"), "many"),
        (("engine", "seed"), -1),
        (("engine",), []),
        (("analysis",), {}),
        (("award",), {}),
        (("format",), "something/else"),
        (("format_version",), 2),
    ],
)
def test_a_content_of_another_shape_is_refused_not_computed(data, path, value):
    with pytest.raises(record.Unfit):
        record.recompute(changed(data, path, value))


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_what_is_no_award_is_refused(value):
    with pytest.raises(record.Unfit, match="no award"):
        record.recompute(value)
