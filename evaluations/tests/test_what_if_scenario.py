"""What if, without pages: what an address says, how weights are shared, and what follows from it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations import whatif
from evaluations.analysis import analyse
from evaluations.calculation import rank
from evaluations.inputs import (
    CandidateInput,
    CriterionInput,
    EvaluatorInput,
    Inputs,
    MarkInput,
    ModeratedInput,
)
from evaluations.whatif import Scenario, apply, read, weigh

QUALITY, COST, SPEED, INSURED = 11, 12, 13, 19
NORTHWIND, KESTREL, CONTOSO = 21, 22, 23
ANNA, BEN, CLARA, RECUSED = 31, 32, 33, 39


def criterion(pk: int, name: str, weight: int, kind: str = "judged") -> CriterionInput:
    ends = (Decimal(0), Decimal(1)) if kind == "gate" else (Decimal(0), Decimal(5))
    return CriterionInput(pk, name, kind, Decimal(weight), *ends)


def marks(evaluator: int, table: dict[int, tuple[int, int, int, int]]) -> list[MarkInput]:
    """Each candidate's marks on quality, cost, speed and the gate."""
    return [
        MarkInput(evaluator, candidate, pk, Decimal(mark))
        for candidate, row in table.items()
        for pk, mark in zip((QUALITY, COST, SPEED, INSURED), row, strict=True)
    ]


INPUTS = Inputs(
    criteria=[
        criterion(QUALITY, "Quality", 50),
        criterion(COST, "Cost", 30),
        criterion(SPEED, "Speed", 20),
        criterion(INSURED, "Insured", 0, "gate"),
    ],
    candidates=[
        CandidateInput(NORTHWIND, "Northwind", 1),
        CandidateInput(KESTREL, "Kestrel", 2),
        CandidateInput(CONTOSO, "Contoso", 3),
    ],
    evaluators=[
        EvaluatorInput(ANNA, "Anna"),
        EvaluatorInput(BEN, "Ben"),
        EvaluatorInput(CLARA, "Clara"),
        EvaluatorInput(RECUSED, "Rudi", recused=True),
    ],
    marks=[
        *marks(ANNA, {NORTHWIND: (5, 2, 3, 1), KESTREL: (3, 5, 3, 1), CONTOSO: (4, 4, 5, 0)}),
        *marks(BEN, {NORTHWIND: (5, 1, 4, 1), KESTREL: (3, 4, 4, 1), CONTOSO: (5, 5, 5, 1)}),
        *marks(CLARA, {NORTHWIND: (5, 3, 3, 1), KESTREL: (0, 5, 5, 1), CONTOSO: (4, 4, 4, 1)}),
        *marks(RECUSED, {NORTHWIND: (0, 0, 0, 0)}),
    ],
)


def order(outcome: whatif.Outcome) -> list[tuple[str, int]]:
    return [(row.now.candidate.name, row.now.rank) for row in outcome.rows]


def totals(ranking) -> dict[int, float]:
    return {vendor.candidate.pk: vendor.total for vendor in ranking.vendors}


# The address ---------------------------------------------------------------------------------------

numbers = st.decimals(0, 100, places=6)
scenarios = st.builds(
    Scenario,
    weights=st.dictionaries(st.sampled_from([QUALITY, COST, SPEED]), numbers),
    criteria=st.frozensets(st.sampled_from([QUALITY, COST, SPEED])),
    evaluators=st.frozensets(st.sampled_from([ANNA, BEN, CLARA])),
    candidates=st.frozensets(st.sampled_from([NORTHWIND, KESTREL, CONTOSO])),
    how=st.sampled_from(["mean", "median"]),
    moderated=st.booleans(),
    model=st.sampled_from(["around", "same_order", "any"]),
)


@given(scenarios)
def test_what_is_written_reads_back_the_same(scenario):
    reading = read(scenario.pairs(), INPUTS)
    assert reading.scenario == scenario
    assert (reading.errors, reading.ignored) == ({}, [])


@given(scenarios)
def test_every_scenario_gives_a_ranking_or_says_why_not(scenario):
    outcome = apply(INPUTS, scenario)
    assert bool(outcome.problem) == (outcome.ranking is None)
    if outcome.ranking:
        assert len(outcome.rows) == 3 - len(scenario.candidates)
        assert sum(outcome.weighing.share.values()) == pytest.approx(100)


@given(st.lists(st.tuples(st.text(max_size=12) | st.sampled_from(["w11", "xc", "m"]), st.text())))
def test_garbage_is_refused_or_ignored_and_never_breaks(pairs):
    reading = read(pairs, INPUTS)
    assert len(reading.ignored) <= 6
    assert all(text.isprintable() and len(text) <= 40 for text in reading.ignored)
    assert set(reading.errors) <= set(reading.typed)
    apply(INPUTS, reading.scenario)


def test_nothing_in_the_address_is_the_record():
    assert Scenario().pairs() == []
    assert Scenario().is_record
    assert Scenario(model="any").is_record
    assert not Scenario(how="median").is_record


def test_numbers_may_be_written_as_people_do():
    reading = read([("w11", " 34 % "), ("w12", "12,5"), ("w13", "")], INPUTS)
    assert reading.scenario.weights == {QUALITY: Decimal(34), COST: Decimal("12.5")}
    assert (reading.errors, reading.ignored) == ({}, [])


@pytest.mark.parametrize(
    "text",
    ["NaN", "inf", "-inf", "-1", "101", "1e2", "9" * 400, "1.2345678", "٣", "1 000", "--", "0x1"],
)
def test_what_is_no_weight_is_refused_with_the_text_kept(text):
    reading = read([("w11", text), ("w12", "40")], INPUTS)
    assert reading.errors == {QUALITY: whatif.WEIGHT_EXPECTED}
    assert reading.typed[QUALITY] == text
    assert reading.scenario == Scenario({COST: Decimal(40)})


def test_what_means_nothing_is_named_and_ignored():
    pairs = [("foo", "bar"), ("w19", "5"), ("w99", "5"), ("xc", "19"), ("xe", "39"), ("how", "x")]
    reading = read([*pairs, ("m", "any")], INPUTS)
    assert reading.ignored == ["foo=bar", "w19=5", "w99=5", "xc=19", "xe=39", "1 more"]
    assert reading.scenario == Scenario(model="any")


# The weights ---------------------------------------------------------------------------------------


def shares(weights: dict[int, str | int], out: tuple[int, ...] = ()) -> whatif.Weighing:
    rows = [row for row in INPUTS.weighted if row.pk not in out]
    return weigh(rows, {pk: Decimal(value) for pk, value in weights.items()})


def test_the_others_share_what_is_left_in_their_proportions():
    assert shares({}).share == {QUALITY: 50, COST: 30, SPEED: 20}
    assert shares({COST: 51}).share == {QUALITY: pytest.approx(35), COST: 51, SPEED: 14}
    assert shares({COST: 51, SPEED: 9}).share == {QUALITY: 40, COST: 51, SPEED: 9}
    assert shares({COST: 100}).share == {QUALITY: 0, COST: 100, SPEED: 0}
    assert shares({COST: 0}, out=(SPEED,)).share == {QUALITY: 100, COST: 0}
    assert shares({}, out=(QUALITY,)).share == {COST: 60, SPEED: 40}


def test_numbers_that_cannot_count_as_they_are_count_in_proportion_and_it_is_said():
    assert shares({QUALITY: 90, COST: 60}) == whatif.Weighing(
        {QUALITY: 60, COST: 40, SPEED: 0}, Decimal(150)
    )
    assert shares({QUALITY: 10, COST: 10, SPEED: 20}) == whatif.Weighing(
        {QUALITY: 25, COST: 25, SPEED: 50}, Decimal(40)
    )
    assert shares({QUALITY: "33.3", COST: "33.3", SPEED: "33.4"}).given is None
    assert shares({QUALITY: 10, COST: 10}).given is None


def test_criteria_that_weighed_nothing_share_equally_when_all_is_theirs():
    rows = [criterion(1, "A", 100), criterion(2, "B", 0), criterion(3, "C", 0)]
    assert weigh(rows, {1: Decimal(80)}).share == {1: 80, 2: 10, 3: 10}


@given(scenarios)
def test_shares_keep_the_proportions_of_those_that_have_no_number(scenario):
    rows = [row for row in INPUTS.weighted if row.pk not in scenario.criteria]
    share = weigh(rows, scenario.weights).share
    free = [row for row in rows if row.pk not in scenario.weights]
    for one in free:
        for other in free:
            product = share[one.pk] * float(other.weight)
            assert product == pytest.approx(share[other.pk] * float(one.weight), abs=1e-9)


# What follows --------------------------------------------------------------------------------------


def test_the_record_is_the_record():
    outcome = apply(INPUTS, Scenario())
    assert outcome.ranking is outcome.recorded
    assert order(outcome) == [("Northwind", 1), ("Kestrel", 2), ("Contoso", 0)]
    assert not outcome.leader_changes
    assert [row.moved for row in outcome.rows] == [0, 0, None]


def test_a_weight_can_change_the_leader():
    outcome = apply(INPUTS, Scenario({COST: Decimal(60)}))
    assert order(outcome) == [("Kestrel", 1), ("Northwind", 2), ("Contoso", 0)]
    assert outcome.leader_changes
    assert [(row.moved, row.places) for row in outcome.rows[:2]] == [(1, 1), (-1, 1)]
    assert outcome.rows[0].now.total == pytest.approx(
        200 / 7 * 2 / 5 + 60 * 14 / 3 / 5 + 80 / 7 * 4 / 5
    )


@pytest.mark.parametrize(
    ("scenario", "same"),
    [
        (Scenario(criteria=frozenset({COST})), INPUTS.without(criteria=frozenset({COST}))),
        (
            Scenario(candidates=frozenset({NORTHWIND})),
            INPUTS.without(candidates=frozenset({NORTHWIND})),
        ),
        (Scenario(evaluators=frozenset({BEN})), INPUTS.without(evaluators=frozenset({BEN}))),
    ],
    ids=["a criterion", "a candidate", "an evaluator"],
)
def test_leaving_something_out_is_as_if_it_had_never_been_there(scenario, same):
    outcome = apply(INPUTS, scenario)
    assert totals(outcome.ranking) == totals(rank(same))
    assert [row.now.rank for row in outcome.rows] == [v.rank for v in rank(same).vendors]


def test_a_candidate_left_out_is_named_with_its_place():
    outcome = apply(INPUTS, Scenario(candidates=frozenset({NORTHWIND})))
    assert [(v.candidate.name, v.rank) for v in outcome.left_out] == [("Northwind", 1)]
    assert [(row.now.rank, row.moved) for row in outcome.rows] == [(1, 1), (0, None)]
    assert outcome.leader_changes


def test_the_middle_mark_instead_of_the_average():
    outcome = apply(INPUTS, Scenario(how="median"))
    assert order(outcome) == [("Kestrel", 1), ("Northwind", 2), ("Contoso", 0)]
    assert [row.now.total for row in outcome.rows[:2]] == [pytest.approx(76), pytest.approx(74)]


MODERATED = replace(
    INPUTS,
    moderated=[
        ModeratedInput(KESTREL, QUALITY, Decimal(5), False, "Shown on site"),
        ModeratedInput(NORTHWIND, INSURED, Decimal(0), False, "The policy has lapsed"),
    ],
)


def test_without_moderation_the_evaluators_own_marks_count_but_not_on_gates():
    agreed = apply(MODERATED, Scenario())
    assert order(agreed) == [("Kestrel", 1), ("Contoso", 0), ("Northwind", 0)]
    raw = apply(MODERATED, Scenario(moderated=False))
    assert totals(raw.ranking) == totals(rank(INPUTS))
    assert order(raw) == [("Kestrel", 1), ("Contoso", 0), ("Northwind", 0)]


def test_whoever_failed_a_gate_stays_out_without_the_evaluator_who_failed_it():
    outcome = apply(INPUTS, Scenario(evaluators=frozenset({ANNA})))
    contoso = next(row for row in outcome.rows if row.now.candidate.pk == CONTOSO)
    assert (contoso.now.eligible, contoso.now.rank, contoso.now.would_be_rank) == (False, 0, 1)
    assert contoso.first is None


@pytest.mark.parametrize(
    ("scenario", "problem"),
    [
        (Scenario(criteria=frozenset({QUALITY, COST, SPEED})), whatif.NO_CRITERIA),
        (Scenario(candidates=frozenset({NORTHWIND, KESTREL, CONTOSO})), whatif.NO_CANDIDATES),
        (Scenario(evaluators=frozenset({ANNA, BEN, CLARA})), whatif.NO_EVALUATORS),
        (Scenario(dict.fromkeys((QUALITY, COST, SPEED), Decimal(0))), whatif.NO_WEIGHTS),
        (Scenario({COST: Decimal(0)}, frozenset({QUALITY, SPEED})), whatif.NO_WEIGHTS),
    ],
)
def test_leaving_out_everything_says_so(scenario, problem):
    outcome = apply(INPUTS, scenario)
    assert (outcome.problem, outcome.ranking, outcome.rows) == (problem, None, [])
    assert outcome.leader_changes is False


def test_with_missing_marks_only_nobody_is_ranked():
    outcome = apply(replace(INPUTS, marks=[]), Scenario({COST: Decimal(40)}))
    assert (outcome.problem, outcome.sure) == ("", None)
    assert [row.now.rank for row in outcome.rows] == [0, 0, 0]


@pytest.mark.parametrize("model", ["around", "same_order", "any"])
def test_how_sure_is_what_the_ranking_page_says(model):
    """The same draws as the analysis of the same ranking, to the last bit."""
    scenario = Scenario({COST: Decimal(35)}, model=model)
    outcome = apply(INPUTS, scenario)
    standings = analyse(outcome.ranking).model(model).standings
    assert [row.first for row in outcome.rows[:2]] == [one.first for one in standings]
    assert outcome.sampling_error == max(one.standard_error for one in standings)
