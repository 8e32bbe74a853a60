"""The ranked list: what is gained, how easily and how safely it is handed over. Pure."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning import needs
from planning.needs import ALL_QUESTIONS, KEYS, LEVELS, QUESTIONS, Assessed
from planning.starters import STARTERS

ALL_THREE = dict.fromkeys(sorted(KEYS), 3)


def assessed(key=1, name="Help desk", criticality="normal", sensitivity="internal", **answers):
    return Assessed(key, name, {**ALL_THREE, **answers}, criticality, sensitivity)


def test_the_values_by_hand():
    # Gain: 5, 5, 3, 3 are 100, 100, 50, 50 of 100: 300 / 4 = 75.
    # Ease: 5, 1, 3, 3 are 100, 0, 50, 50: 200 / 4 = 50.
    # Safety: people 3 (50), way back 3 (50), a nuisance (75), internal (75): 250 / 4 = 62.5.
    # Points: (2 x 75 + 50 + 62.5) / 4 = 65.625.
    [line] = needs.rank([assessed(cost=5, trouble=5, border=5, written=1)])
    assert (line.gain, line.ease, line.safety) == (75, 50, Fraction(125, 2))
    assert line.points == Fraction(525, 8)
    assert (line.rank, line.place, line.title) == (1, needs.START, "Begin here")
    assert line.for_it == (
        "costs much to do yourselves",
        "goes badly today",
        "has a clear border",
    )
    assert line.against_it == ("is not written down",)
    assert line.missing_words == ""


@pytest.mark.parametrize(
    ("answers", "place"),
    [
        ({"cost": 5}, needs.START),
        ({"cost": 5, "written": 1, "border": 1, "people": 1, "way_back": 1}, needs.PREPARE),
        ({"cost": 1}, needs.SMALL),
        ({"cost": 1, "written": 1, "border": 1, "people": 1, "way_back": 1}, needs.KEEP),
    ],
)
def test_each_place_of_the_matrix(answers, place):
    assert needs.read(assessed(**answers)).place == place


def test_what_was_not_answered_is_not_guessed():
    silent = Assessed(2, "Backup", {"cost": 5}, "", "internal")
    wrong = Assessed(3, "Cloud", {**ALL_THREE, "cost": 9}, "normal", "internal")
    lines = needs.rank([silent, assessed(), wrong])
    assert [(line.name, line.rank, line.points is None) for line in lines] == [
        ("Help desk", 1, False),
        ("Backup", None, True),
        ("Cloud", None, True),
    ]
    assert lines[1].missing_words == "10 of 12 answers are missing"
    assert lines[2].missing_words == "1 of 12 answers is missing"
    assert (lines[1].gain, lines[1].place) == (None, "")
    assert lines[1].title == "Not all is said yet"


def test_equal_points_share_a_rank():
    lines = needs.rank([assessed(1, "B"), assessed(2, "a"), assessed(3, "C", cost=1)])
    assert [(line.name, line.rank) for line in lines] == [("a", 1), ("B", 1), ("C", 3)]


answer = st.one_of(st.none(), st.integers(1, 5))
services = st.lists(
    st.builds(
        Assessed,
        key=st.integers(1, 9),
        name=st.sampled_from(["Backup", "Cloud", "Help desk"]),
        answers=st.fixed_dictionaries(dict.fromkeys(sorted(KEYS), answer)).map(
            lambda found: {key: value for key, value in found.items() if value is not None}
        ),
        criticality=st.sampled_from(["", *LEVELS["criticality"]]),
        sensitivity=st.sampled_from(["", *LEVELS["sensitivity"]]),
    ),
    max_size=6,
    unique_by=lambda row: row.key,
)


@given(services)
@settings(max_examples=40)
def test_the_list_whatever_is_answered(rows):
    lines = needs.rank(rows)
    assert sorted(line.key for line in lines) == sorted(row.key for row in rows)
    assert needs.rank(list(reversed(rows))) == lines  # the order of asking says nothing
    ranks = [line.rank for line in lines]
    whole = [line for line in lines if line.is_complete]
    assert lines[: len(whole)] == whole
    assert [rank is not None for rank in ranks] == [line.is_complete for line in lines]
    points = [line.points for line in whole]
    assert points == sorted(points, reverse=True)
    assert all(0 <= line.points <= 100 for line in whole)
    assert [line.rank for line in whole] == [
        1 + sum(other > own for other in points) for own in points
    ]


@given(st.sampled_from(QUESTIONS), st.integers(1, 4))
@settings(max_examples=40)
def test_a_better_answer_never_lowers_the_points(question, value):
    before = needs.read(assessed(**{question.key: value})).points
    after = needs.read(assessed(**{question.key: value + 1})).points
    assert after > before


def test_questions_and_starters_are_whole():
    assert len({question.key for question in ALL_QUESTIONS}) == len(ALL_QUESTIONS) == 12
    for question in QUESTIONS:
        assert all(question.answers)
        assert question.text.endswith("?")
    assert {len(set(levels.values())) for levels in LEVELS.values()} == {4}
    assert len({starter.key for starter in STARTERS}) == len(STARTERS) == 15
    assert len({starter.name for starter in STARTERS}) == 15
