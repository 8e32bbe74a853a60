"""The suggested standing: the worst reason wins, and what is not known asks for nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.standing_rule import Facts, propose, watermelon


@pytest.mark.parametrize(
    ("facts", "standing", "said"),
    [
        (Facts(), "", []),
        (Facts(score=70), "green", ["The score is 70 points of 100."]),
        (Facts(score=69.96), "amber", ["The score is 70 points of 100: below 70."]),
        (Facts(score=39.9), "red", ["The score is 39.9 points of 100: below 40."]),
        (
            Facts(score=90, weak=["Cost"]),
            "amber",
            ["Below 40 points: Cost.", "The score is 90 points of 100."],
        ),
        (
            Facts(score=80, score_before=95),
            "amber",
            [
                "The score fell by 15 points since the last review.",
                "The score is 80 points of 100.",
            ],
        ),
        (Facts(score=80, score_before=94.9), "green", ["The score is 80 points of 100."]),
        (
            Facts(failed_gates=["Insured"]),
            "red",
            ["The vendor does not pass “Insured”, which is a must."],
        ),
        (Facts(met=["A", "B"]), "", ["All 2 service levels were met."]),
        (Facts(missed=["A"]), "amber", ["The measured service level was missed: A."]),
        (
            Facts(missed=["A"], met=["B", "C"]),
            "amber",
            ["1 of 3 service levels was missed: A."],
        ),
        (
            Facts(missed=["A", "B", "C", "D"], met=["E", "F", "G", "H"]),
            "red",
            ["4 of 8 service levels were missed: A, B, C and 1 more."],
        ),
        (Facts(critical_issues=1), "red", ["1 critical issue is still open."]),
        (Facts(high_issues=2), "amber", ["2 high-severity issues are still open."]),
        (Facts(overdue=1), "amber", ["1 agreed action is overdue."]),
        (
            Facts(satisfaction=59.94),
            "amber",
            ["About 59.9 % of those who answered are satisfied: below 60 %."],
        ),
        (Facts(satisfaction=60), "", ["About 60 % of those who answered are satisfied."]),
    ],
)
def test_each_reason_asks_for_a_standing(facts, standing, said):
    found = propose(facts)
    assert (found.standing, [reason.text for reason in found.reasons]) == (standing, said)


@pytest.mark.parametrize(
    ("facts", "begins"),
    [
        (Facts(met=["A"], satisfaction=59), "Watermelon: every"),
        (Facts(missed=["A"], satisfaction=60), "Watermelon turned round"),
        (Facts(met=["A"], satisfaction=60), ""),
        (Facts(missed=["A"], met=["B"], satisfaction=59), ""),
        (Facts(met=["A"]), ""),
        (Facts(satisfaction=10), ""),
        (Facts(met=["A"], satisfaction=80, threshold=85), "Watermelon: every"),
    ],
)
def test_the_watermelon_alarm_rings_both_ways(facts, begins):
    assert watermelon(facts).split(" and ")[0].startswith(begins)
    assert bool(watermelon(facts)) == bool(begins)


WORSE = ["", "green", "amber", "red"]


@settings(max_examples=50)
@given(
    st.builds(
        Facts,
        score=st.none() | st.floats(0, 100),
        missed=st.lists(st.just("A"), max_size=3),
        met=st.lists(st.just("B"), max_size=3),
        high_issues=st.integers(0, 2),
        satisfaction=st.none() | st.floats(0, 100),
    )
)
def test_one_more_bad_fact_never_betters_the_standing(facts):
    before = WORSE.index(propose(facts).standing)
    worse = Facts(**{**facts.__dict__, "critical_issues": 1})
    assert propose(worse).standing == "red"
    also = Facts(**{**facts.__dict__, "overdue": facts.overdue + 1})
    assert WORSE.index(propose(also).standing) >= max(before, 2)
