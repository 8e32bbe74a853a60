"""The four ways as plain arithmetic: what follows from an answer, what outdates it, who differs on what."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations import weighting
from evaluations.criteria import MEASURED, CriterionDraft
from evaluations.weighting import ORDER, PAIRS, POINTS, SWING, Voice

QUALITY = CriterionDraft("Quality", row=11, anchors=("None", "", "", "", "", "All"))
COST = CriterionDraft(
    "Cost", row=12, kind=MEASURED, worst=Decimal(40000), best=Decimal("20000.5"), unit="EUR"
)
SECURITY = CriterionDraft("Security", row=13)
SPEED = CriterionDraft("Speed", row=14)
THREE, FOUR = [QUALITY, COST, SECURITY], [QUALITY, COST, SECURITY, SPEED]


def weights(way, answer, drafts=THREE) -> list[str]:
    found = weighting.outcome(way, answer, drafts)
    return [str(weight.normalize()) for weight in found.weights.values()]


# From answers to percent --------------------------------------------------------------------------


def test_the_four_ways_give_their_textbook_weights():
    assert weights(ORDER, {"order": ["13", "11", "12"]}) == ["27.778", "11.111", "61.111"]
    assert weights(SWING, {"top": "12", "points": {"11": "50", "13": "50"}}) == ["25", "5E+1", "25"]
    assert weights(POINTS, {"points": {"11": "1", "12": "1", "13": "1"}}) == [
        "33.334",
        "33.333",
        "33.333",
    ]
    equal = {"pairs": {"11-12": "1", "11-13": "1", "12-13": "1"}}
    assert weights(PAIRS, equal) == ["33.334", "33.333", "33.333"]


@pytest.mark.parametrize(
    ("way", "answer", "missing"),
    [
        (ORDER, {"order": []}, 3),
        (ORDER, {"order": ["13", "99"]}, 2),
        (SWING, {"top": "", "points": {"11": "5", "12": "5", "13": "5"}}, 1),
        (SWING, {"top": "11", "points": {"12": "5"}}, 1),
        (POINTS, {"points": {"12": "5", "13": "0"}}, 1),
        (POINTS, {"points": {"11": "0", "12": "0", "13": "0"}}, 0),
        (PAIRS, {"pairs": {"11-13": "1"}}, 2),
    ],
)
def test_what_is_missing_is_not_zero(way, answer, missing):
    assert weighting.outcome(way, answer, THREE) == weighting.Outcome({}, missing)


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=20).filter(any))
@settings(deadline=None)
def test_percent_always_adds_up_to_exactly_100(numbers):
    drafts = [replace(SPEED, row=at + 1) for at in range(len(numbers))]
    answer = {"points": {str(at + 1): str(number) for at, number in enumerate(numbers)}}
    found = weighting.outcome(POINTS, answer, drafts).weights
    assert sum(found.values()) == 100
    assert all(weight == weight.quantize(Decimal("0.001")) for weight in found.values())


# Pairs --------------------------------------------------------------------------------------------


def pairs(**values: int) -> dict[str, dict[str, str]]:
    return {"pairs": {name[1:].replace("_", "-"): str(value) for name, value in values.items()}}


def test_the_pair_to_reconsider_and_what_the_others_point_to():
    """Each counts twice as much as the next, but Speed 8 times as much as Quality instead of an eighth."""
    answer = pairs(p11_12=2, p11_13=4, p11_14=-8, p12_13=2, p12_14=4, p13_14=2)
    doubt = weighting.outcome(PAIRS, answer, FOUR).consistency
    assert (doubt.pair, doubt.said, doubt.fine, doubt.bad) == ((11, 14), -8, False, True)
    assert doubt.meant == 8


def test_pairs_that_agree_need_no_second_thought():
    doubt = weighting.outcome(PAIRS, pairs(p11_12=2, p11_13=4, p12_13=2), THREE).consistency
    assert (doubt.pair, doubt.fine) == (None, True)
    assert doubt.ratio == pytest.approx(0, abs=1e-9)


def test_two_criteria_can_not_contradict_each_other():
    found = weighting.outcome(PAIRS, pairs(p11_12=-3), [QUALITY, COST])
    assert (found.weights, found.consistency) == ({11: Decimal(25), 12: Decimal(75)}, None)


def test_pairs_do_not_depend_on_the_order_of_the_list():
    answer = pairs(p11_12=2, p11_13=6, p12_13=3)
    assert weighting.outcome(PAIRS, answer, THREE[::-1]).weights == (
        weighting.outcome(PAIRS, answer, THREE).weights
    )


def test_more_pairs_than_anybody_answers_are_not_counted():
    drafts = [replace(SPEED, row=at) for at in range(1, 11)]
    keys = [weighting.pair_key(*pair) for pair in weighting.questions(range(1, 11))]
    assert len(keys) == 45
    answer = {"pairs": dict.fromkeys(keys, "1")}
    assert weighting.outcome(PAIRS, answer, drafts).weights == {}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1, "Quality and Cost are equally important"),
        (3, "Quality is moderately more important than Cost"),
        (-5, "Cost is strongly more important than Quality"),
        (-9, "Cost is extremely more important than Quality"),
    ],
)
def test_judgements_are_sentences(value, words):
    assert weighting.pair_words(value, "Quality", "Cost") == words


# What was asked -----------------------------------------------------------------------------------


def test_ends_of_a_range_are_words_and_numbers():
    ends = [(weighting.worst_words(row), weighting.best_words(row)) for row in THREE]
    assert ends == [("0: None", "5: All"), ("40,000 EUR", "20,000.5 EUR"), ("0", "5")]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (THREE[::-1], []),
        ([replace(QUALITY, weight=Decimal(7), question="?", name=" quality"), COST, SECURITY], []),
        (FOUR, ["Speed was added"]),
        (THREE[:2], ["Security was removed"]),
        ([QUALITY, replace(COST, best=Decimal(1)), SECURITY], ["the range of Cost was changed"]),
        ([QUALITY, replace(COST, unit="USD"), SECURITY], ["the range of Cost was changed"]),
        ([replace(QUALITY, anchors=()), COST, SECURITY], ["the range of Quality was changed"]),
        ([replace(QUALITY, name="Joy"), COST, SECURITY], ["Quality is now called Joy"]),
    ],
)
def test_an_answer_counts_only_for_what_was_asked(now, words):
    assert weighting.outdated(weighting.basis(THREE), now) == words
    renamed_only = [row.name for row in now] == [" quality", "Cost", "Security"]
    same = sorted(map(repr, now)) == sorted(map(repr, THREE))
    assert (weighting.digest(now) == weighting.digest(THREE)) == (same and not renamed_only)


# Several people -----------------------------------------------------------------------------------


def voice(name, *numbers, way=POINTS, answer=None) -> Voice:
    said = dict(zip((11, 12, 13), map(Decimal, numbers), strict=True))
    return Voice(name, way, answer or {}, said)


def test_the_widest_difference_comes_first_in_words():
    people = [voice("Samir", 50, 10, 40), voice("Olivia", 20, 40, 40), voice("Ines", 35, 25, 40)]
    lines = weighting.differences(THREE, people)
    assert [(line.criterion, line.size, line.is_big) for line in lines] == [
        ("Quality", 30, True),
        ("Cost", 30, True),
        ("Security", 0, False),
    ]
    assert lines[1].words == "Olivia 40, Samir 10: talk about Cost"
    assert weighting.differences(THREE, people[:1]) == []


def test_one_answer_stays_several_become_their_mean():
    one, other = voice("Olivia", 20, 40, 40), voice("Samir", "50.001", 10, "39.999")
    assert weighting.together(THREE, [one]) == (weighting.ANSWER, one.weights)
    how, joined = weighting.together(THREE, [one, other])
    assert (how, list(joined.values())) == (
        weighting.MEAN,
        [Decimal("35.001"), Decimal(25), Decimal("39.999")],
    )


def test_pairwise_answers_are_joined_by_their_geometric_mean():
    said = pairs(p11_12=4, p11_13=1, p12_13=-4), pairs(p11_12=1, p11_13=4, p12_13=4)
    people = [
        voice(name, 1, 1, 98, way=PAIRS, answer=given)
        for name, given in zip("ab", said, strict=True)
    ]
    how, joined = weighting.together(THREE, people)
    assert (how, joined) == (
        weighting.GROUP,
        {11: Decimal(50), 12: Decimal(25), 13: Decimal(25)},
    )
    assert weighting.together(THREE, [people[0], voice("c", 1, 1, 98)])[0] == weighting.MEAN


@pytest.mark.parametrize(
    ("how", "names", "words"),
    [
        ("answer", ["Olivia"], "The weights are what Olivia answered"),
        ("mean", ["A", "B", "C"], "The weights are the mean of what A, B and C answered"),
        ("own", [], "The weights were typed in by hand"),
    ],
)
def test_how_weights_came_about_is_a_sentence(how, names, words):
    assert weighting.how_words(how, names) == words
