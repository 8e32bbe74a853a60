"""What answers about security add up to, by hand; and that the question set is sound."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendors.diligence import (
    SEVERITIES,
    Given,
    by_area,
    differs,
    proposed_gap,
    result,
)
from vendors.diligence_questions import SETS, VERSION, areas_of, questions_of
from vendors.diligence_shape import Question

# How many controls each clause of ISO/IEC 27001:2022 Annex A has.
ISO = {5: 37, 6: 8, 7: 14, 8: 34}
# The subcategories of NIST CSF 2.0; some numbers of the old version are not used any more.
CSF = {
    "GV.OC": range(1, 6),
    "GV.RM": range(1, 8),
    "GV.RR": range(1, 5),
    "GV.PO": range(1, 3),
    "GV.OV": range(1, 4),
    "GV.SC": range(1, 11),
    "ID.AM": (1, 2, 3, 4, 5, 7, 8),
    "ID.RA": range(1, 11),
    "ID.IM": range(1, 5),
    "PR.AA": range(1, 7),
    "PR.AT": range(1, 3),
    "PR.DS": (1, 2, 10, 11),
    "PR.PS": range(1, 7),
    "PR.IR": range(1, 5),
    "DE.CM": (1, 2, 3, 6, 9),
    "DE.AE": (2, 3, 4, 6, 7, 8),
    "RS.MA": range(1, 6),
    "RS.AN": (3, 6, 7, 8),
    "RS.CO": (2, 3),
    "RS.MI": (1, 2),
    "RC.RP": range(1, 7),
    "RC.CO": (3, 4),
}


def question(key: str, weight: int, *, essential: bool = False) -> Question:
    return Question(key, f"Topic {key}", "?", weight, "A paper", ("5.1",), ("GV.PO-01",), essential)


THREE = [question("a", 3), question("b", 2), question("c", 1)]


@pytest.mark.parametrize("version", SETS)
def test_every_number_is_one_that_exists(version):
    assert sum(len(tuple(numbers)) for numbers in CSF.values()) == 106
    keys = [row.key for area in SETS[version] for row in area.questions]
    assert len(keys) == len(set(keys))
    for row in questions_of(version).values():
        assert row.weight in (1, 2, 3)
        assert row.iso
        assert row.csf
        assert re.fullmatch(r"[a-z_]{3,40}", row.key)
        for number in row.iso:
            clause, control = map(int, number.split("."))
            assert 1 <= control <= ISO[clause], number
        for number in row.csf:
            category, _, place = number.partition("-")
            assert f"{int(place):02}" == place
            assert int(place) in CSF[category], number


def test_the_set_covers_what_is_asked_for():
    assert {area.key for area in areas_of(VERSION)} == {
        "policies",
        "access",
        "encryption",
        "backup",
        "tests",
        "incidents",
        "staff",
        "subcontractors",
        "data",
        "certificates",
        "confidentiality",
    }
    left = areas_of(VERSION, {"agreement", "staff_agreement", "policy"})
    assert "confidentiality" not in {area.key for area in left}
    assert [row.key for row in left[0].questions] == ["responsible", "risks", "inventory"]


def test_by_hand():
    """Weights 3, 2, 1: yes proven, partly plausible, no plausible."""
    given = {
        "a": Given("yes", "proven"),
        "b": Given("partly", "believed"),
        "c": Given("no", "believed"),
    }
    found = result(THREE, given)
    # (3 x 1 + 2 x 1/2 + 1 x 0) / 6 = 4/6; proven alone 3/6; all six judged.
    assert (found.claimed, found.score) == (Decimal("66.667"), Decimal("66.667"))
    assert (found.proven, found.coverage) == (Decimal("50.000"), Decimal("100.000"))
    assert (found.asked, found.answered, found.judged, found.gaps) == (3, 3, 3, 2)


def test_missing_is_not_zero_but_lowers_what_is_covered():
    found = result(THREE, {"a": Given("yes", "proven"), "b": Given("yes")})
    # b is answered but not judged, c is not answered: 3 of 6 covered, and a alone counts.
    assert (found.score, found.coverage, found.claimed) == (100, 50, 100)
    nothing = result(THREE, {})
    assert (nothing.claimed, nothing.score, nothing.proven) == (None, None, None)
    assert nothing.coverage == 0


def test_what_does_not_apply_is_not_counted_unless_we_say_otherwise():
    given = {
        "a": Given("na", "believed"),
        "b": Given("yes", "proven"),
        "c": Given("yes", "doubted"),
    }
    found = result(THREE, given)
    assert found.score == Decimal("66.667")  # 2 of 3: c is not accepted
    assert found.coverage == 100
    doubted = result(THREE, {**given, "a": Given("na", "doubted")})
    assert doubted.score == Decimal("33.333")  # 2 of 6
    assert result([THREE[0]], {"a": Given("na", "proven")}).score is None


@pytest.mark.parametrize(
    ("weight", "essential", "given", "text", "severity"),
    [
        (3, True, Given("no"), "Missing", "critical"),
        (3, False, Given("no", "believed"), "Missing", "high"),
        (3, False, Given("partly", "proven"), "Only partly", "medium"),
        (1, False, Given("partly"), "Only partly", "low"),
        (2, False, Given("yes", "doubted"), "Not shown", "medium"),
        (2, True, Given("na", "doubted"), "Not shown", "high"),
        (3, False, Given(), "Not answered", "medium"),
    ],
)
def test_a_gap_is_proposed(weight, essential, given, text, severity):
    gap = proposed_gap(question("a", weight, essential=essential), given)
    assert gap is not None
    assert (gap.text, gap.severity) == (f"{text}: Topic a", severity)


def test_no_gap_where_nothing_is_missing():
    assert proposed_gap(THREE[0], Given("yes", "believed")) is None
    assert proposed_gap(THREE[0], Given("na")) is None


def test_beside_the_round_before():
    assert differs(Given("yes"), Given("partly")) == "better"
    assert differs(Given("no"), Given("yes")) == "worse"
    assert differs(Given("no"), Given("no")) == "same"
    assert differs(Given("na"), Given("no")) == differs(Given("yes"), None) == ""


ANSWERS = st.builds(
    Given,
    st.sampled_from(["", "yes", "partly", "no", "na"]),
    st.sampled_from(["", "proven", "believed", "doubted"]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), ANSWERS), min_size=1, max_size=8))
def test_proven_is_never_more_than_accepted_nor_accepted_more_than_claimed_by_the_judged(rows):
    asked = [question(f"k{number}", weight) for number, (weight, _) in enumerate(rows)]
    given = {f"k{number}": row for number, (_, row) in enumerate(rows)}
    found = result(asked, given)
    for number in (found.claimed, found.score, found.proven, found.coverage):
        assert number is None or 0 <= number <= 100
    if found.score is not None:
        assert found.proven is not None
        assert found.proven <= found.score
    judged = {key: row for key, row in given.items() if row.answer and row.verdict}
    if all(row.verdict != "doubted" for row in judged.values()):
        assert found.score == result(asked, judged).claimed
    gaps = [gap for row in asked if (gap := proposed_gap(row, given[row.key]))]
    assert len(gaps) == found.gaps
    assert all(gap.severity in SEVERITIES for gap in gaps)
    assert [part.asked for _, part in by_area(areas_of(VERSION), {})] == [
        len(area.questions) for area in areas_of(VERSION)
    ]
