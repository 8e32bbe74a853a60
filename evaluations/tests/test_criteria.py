"""The pure rules about a list of criteria: adding up, spreading, comparing, wording."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations import criteria
from evaluations.criteria import GATE, MEASURED, CriterionDraft, changes, problems, spread
from evaluations.standard_set import STANDARD_SET


def d(name, weight=0, **more):
    return CriterionDraft(name=name, weight=Decimal(str(weight)), **more)


def messages(*drafts):
    return [(problem.row, problem.field, problem.message) for problem in problems(drafts)]


def test_the_standard_set_is_what_was_promised():
    assert [(c.name, c.weight) for c in STANDARD_SET] == [
        ("Quality", 30),
        ("Satisfaction", 20),
        ("Cost", 20),
        ("Security", 20),
        ("Cultural fit", 10),
    ]
    assert problems(STANDARD_SET) == []
    assert all(c.question and len(c.anchors) == 6 and all(c.anchors) for c in STANDARD_SET)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ((50, 40), "The weights add up to 90. 10 are missing."),
        ((50, 49), "The weights add up to 99. 1 is missing."),
        ((50, 62), "The weights add up to 112. That is 12 too many."),
        (("33.333", "33.333", "33.333"), "The weights add up to 99.999. 0.001 are missing."),
    ],
)
def test_weights_that_do_not_add_up_are_told_by_how_much(weights, words):
    drafts = [d(f"C{at}", weight) for at, weight in enumerate(weights)]
    assert messages(*drafts) == [(None, "weights", words)]


@pytest.mark.parametrize("weight", ["-1", "100.001", "NaN", "Infinity", "1e400"])
def test_a_weight_lies_between_0_and_100(weight):
    assert messages(d("A", weight))[0] == (0, "weight", "A weight lies between 0 and 100.")


@pytest.mark.parametrize("weight", ["33.3333", "1e-400"])
def test_a_weight_has_three_decimals_at_most(weight):
    assert messages(d("A", weight)) == [(0, "weight", "Use at most three decimals.")]


def test_names_are_given_and_told_apart_whatever_their_case_and_spacing():
    found = messages(d("Cost", 50), d(" cost ", 25), d("COST", 15), d(" ", 10))
    assert found == [
        (1, "name", "“ cost ” is in the list already."),
        (2, "name", "“COST” is in the list already."),
        (3, "name", "Give this criterion a name."),
    ]
    assert messages(d("İ", 50), d("i", 50)) == [(1, "name", "“i” is in the list already.")]


def test_a_list_needs_something_that_has_a_weight():
    words = "Add at least one criterion that has a weight (judged or measured)."
    assert messages() == messages(d("EU", kind=GATE)) == [(None, "weights", words)]


def test_there_may_be_fifty_but_not_more():
    fifty = [d(f"C{at}", 2) for at in range(50)]
    assert messages(*fifty) == []
    words = "At most 50 criteria; these are 51."
    assert messages(*fifty, d("EU", kind=GATE)) == [(None, "weights", words)]


def test_a_measured_scale_has_two_ends_of_bounded_size():
    flat = d("A", 100, kind=MEASURED, worst=Decimal(5), best=Decimal(5))
    assert messages(flat) == [(0, "best", "Worst and best must be two different numbers.")]
    huge = d("A", 100, kind=MEASURED, worst=Decimal("1e30"), best=Decimal("-1e30"))
    assert messages(huge) == [
        (0, "worst", "This number is too long."),
        (0, "best", "This number is too long."),
    ]


def test_directions_in_words():
    assert criteria.direction("judged", Decimal(0), Decimal(5)) == (
        "Higher marks are better (0 to 5)."
    )
    assert criteria.direction("measured", Decimal("40000.0000"), Decimal(20000), "EUR") == (
        "Lower is better: 0 points at 40,000 EUR, 100 at 20,000 EUR."
    )
    assert criteria.direction("measured", Decimal("90.5"), Decimal("99.9")) == (
        "Higher is better: 0 points at 90.5, 100 at 99.9."
    )
    assert criteria.direction("judged", Decimal(10), Decimal(1)) == (
        "Lower marks are better (1 to 10)."
    )
    assert criteria.direction("gate", Decimal(0), Decimal(1)) == (
        "Pass or fail: a candidate that fails can't win."
    )


@pytest.mark.parametrize(
    ("given_weights", "expected"),
    [
        ([], []),
        ([0, 0, 0], [34, 33, 33]),
        ([30, 20, 20], [43, 29, 28]),
        ([1, 1, 1], [34, 33, 33]),
        (["33.333"] * 3, ["33.334", "33.333", "33.333"]),
        ([1, 500], ["0.2", "99.8"]),
        (["0.5", "1"], ["33.3", "66.7"]),
        (["0.0001", "1"], ["0.01", "99.99"]),
        ([7], [100]),
        ([0, 40], [0, 100]),
    ],
)
def test_spreading_keeps_proportions_and_whole_numbers(given_weights, expected):
    weights = [Decimal(str(weight)) for weight in given_weights]
    assert spread(weights) == [Decimal(str(weight)) for weight in expected]


@given(st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=50))
def test_spread_weights_always_add_up_and_keep_their_order(weights):
    result = spread(weights)
    assert sum(result) == 100
    assert all(criteria.weight_problem(weight) == "" for weight in result)
    pairs = sorted(zip(weights, result, strict=True))
    assert all(
        one[1] <= two[1] for one, two in zip(pairs, pairs[1:], strict=False) if one[0] < two[0]
    )


def words(before, after):
    return [change.words for change in changes(before, after)]


def test_what_changed_in_words():
    before = [d("Quality", 30), d("Cost", 20), d("Security", 50)]
    after = [
        replace(before[0], weight=Decimal(35)),
        replace(before[1], name="Price", question="How much?"),
        replace(before[2], weight=Decimal(45), anchors=("no", "", "", "", "", "yes")),
    ]
    assert words(before, after) == [
        "Quality 30 → 35",
        "Cost is now called Price",
        "Price: question reworded",
        "Security 50 → 45",
        "Security: anchors reworded",
    ]


def test_added_removed_moved_and_of_another_kind():
    before = [d("Quality", 40), d("Cost", 60)]
    euro = d("Cost", 50, kind=MEASURED, worst=Decimal(9), best=Decimal(1), unit="EUR")
    assert words(before, [euro, d("Quality", 40), d("EU", kind=GATE), d("New", 10)]) == [
        "Cost 60 → 50",
        "Cost: kind judged → measured",
        "Cost: scale 0 to 5 → 9 EUR to 1 EUR",
        "EU added (gate)",
        "New added (10)",
        "Order changed",
    ]
    assert words(before, before[:1]) == ["Cost removed (60)"]
    assert words(before, before) == []


def test_what_does_not_apply_to_its_kind_is_dropped():
    gate = d("EU", 20, kind=GATE, unit="EUR", anchors=("no",) * 6)
    assert criteria.tidied(gate) == d("EU", kind=GATE, best=Decimal(1))
    assert criteria.tidied(d("A", 1, anchors=("",) * 6)) == d("A", 1)
