"""What is told of answers: right, honest at small numbers, and nothing of fewer than the minimum."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.survey_questions import (
    EFFORT,
    RECOMMEND,
    SATISFACTION,
    STARTERS,
    TEXT,
    Question,
    WrongQuestions,
    fits,
    write_questions,
)
from reviews.survey_results import (
    AT_LEAST,
    AT_MOST,
    BETTER,
    SAME,
    WORSE,
    Span,
    change,
    figure,
    net_score,
    rate,
    results,
    span_of,
    wilson,
)

MARK = Question("q1", SATISFACTION, "Satisfied?")
WORDS = Question("q2", TEXT, "What should change?")


def told(good: int, count: int, minimum: int = 5, exact: bool = False):
    values = [5] * good + [1] * (count - good)
    return figure(SATISFACTION, values, minimum=minimum, exact=exact)


@pytest.mark.parametrize(
    ("good", "count", "low", "high"),
    [  # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3
        (81, 263, 25.53, 36.62),
        (15, 148, 6.24, 16.05),
        (0, 20, 0.0, 16.11),
        (1, 29, 0.61, 17.18),
        (29, 29, 88.30, 100.0),
    ],
)
def test_the_interval_is_that_of_wilson(good, count, low, high):
    assert wilson(good, count) == pytest.approx((low, high), abs=0.005)


@pytest.mark.parametrize(("good", "count"), [(1, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_is_refused(good, count):
    with pytest.raises(ValueError, match="is no share"):
        wilson(good, count)


def test_promoters_less_detractors():
    assert net_score([10, 9, 8, 7, 6, 0]) == 0
    assert net_score([10, 10, 9, 3]) == 50


@pytest.mark.parametrize(
    ("count", "minimum", "span"),
    [
        (0, 5, (0, 4)),
        (4, 5, (0, 4)),
        (4, 1, (0, 4)),  # no survey can ask for less
        (5, 5, (5, 9)),
        (9, 5, (5, 9)),
        (7, 8, (0, 7)),
        (8, 8, (8, 9)),
        (19, 5, (10, 19)),
        (40, 30, (30, 49)),
        (5000, 5, (1000, None)),
    ],
)
def test_how_many_answered_is_told_as_a_span(count, minimum, span):
    assert span_of(count, minimum) == Span(*span)


@pytest.mark.parametrize("minimum", [1, 5, 12])
def test_below_the_minimum_nothing_is_told(minimum):
    for count in range(max(minimum, 5)):
        for exact in (False, True):
            assert told(count, count, minimum, exact) is None
        answers = [{"q1": 5, "q2": "Slow"}] * count
        found = results([MARK, WORDS], answers, minimum=minimum, asked=20)
        assert (found["shown"], found["questions"]) == (False, [])
        # The same for nobody as for one less than enough.
        assert found == results([MARK, WORDS], [], minimum=minimum, asked=20)


def test_no_figure_gives_away_how_many_were_content():
    """Whatever is told fits several numbers of answers or of content people, and never all or none alone."""
    fitting = defaultdict(set)
    for count in range(5, 60):
        for good in range(count + 1):
            fitting[told(good, count)].add((good, count))
    for shown, states in fitting.items():
        assert len(states) > 1, shown
        assert any(0 < good < count for good, count in states), shown


def test_of_all_who_were_asked_still_nobody_s_answer_is_certain():
    """Five asked and five answered, so that the number is known: unanimous or not looks the same."""
    assert told(5, 5) == told(4, 5)
    assert told(0, 5) == told(1, 5)
    assert (told(5, 5).bound, told(5, 5).share) == (AT_LEAST, 80)
    assert (told(0, 5).bound, told(0, 5).share) == (AT_MOST, 20)
    assert told(10, 10) == told(9, 10)
    assert told(20, 20) == told(19, 20)


@given(st.integers(5, 400), st.data())
@settings(max_examples=50)
def test_the_truth_is_never_further_away_than_a_step(count, data):
    good = data.draw(st.integers(0, count))
    found = told(good, count)
    share = 100 * good / count
    assert found.least <= count
    assert found.most is None or count <= found.most
    assert abs(found.share - share) <= 20
    assert found.low <= share <= found.high or abs(found.share - share) <= 10
    assert 0 <= found.low <= found.share <= found.high <= 100


def test_mean_and_net_score_begin_at_twenty_answers():
    few = figure(RECOMMEND, [10] * 10 + [0] * 9, minimum=5, exact=False)
    assert (few.mean, few.net) == (None, None)
    enough = figure(RECOMMEND, [10] * 14 + [0] * 6, minimum=5, exact=False)
    assert (enough.share, enough.mean, enough.net) == (70, "7.0", 40)
    easy = figure(EFFORT, [4] * 20, minimum=5, exact=False)
    assert (easy.share, easy.bound, easy.mean, easy.net) == (95, AT_LEAST, "4.0", None)


def test_a_survey_with_names_tells_exact_numbers():
    found = told(5, 7, exact=True)
    assert (found.least, found.most, found.share, found.bound) == (7, 7, 71, "")
    assert (found.low, found.high, found.mean) == (35, 92, "3.9")


def test_each_question_keeps_to_the_minimum_on_its_own():
    answers = [{"q1": 4, "q2": f"Text {9 - number}"} for number in range(4)] + [{"q1": 2}] * 4
    found = results([MARK, WORDS], answers, minimum=5, asked=12)
    assert (found["least"], found["most"], found["shown"]) == (5, 9, True)
    mark, words = found["questions"]
    assert mark["figure"]["share"] == 60
    assert words["texts"] is None
    more = [*answers, {"q2": "a last word"}]
    _, words = results([MARK, WORDS], more, minimum=5, asked=12)["questions"]
    assert words["texts"] == ["a last word", "Text 6", "Text 7", "Text 8", "Text 9"]


@given(st.permutations(range(8)))
@settings(max_examples=20)
def test_the_order_in_which_people_answered_is_nowhere(order):
    answers = [{"q1": 1 + number % 5, "q2": f"T{number}"} for number in range(8)]
    shuffled = [answers[number] for number in order]
    found = results([MARK, WORDS], shuffled, minimum=5, asked=None)
    assert found == results([MARK, WORDS], answers, minimum=5, asked=None)


def test_a_change_is_real_only_where_the_intervals_lie_apart():
    assert change(told(5, 7), told(3, 7)) == SAME
    assert change(told(90, 100), told(50, 100)) == BETTER
    assert change(told(50, 100), told(90, 100)) == WORSE


@pytest.mark.parametrize(
    ("span", "asked", "expected"),
    [
        ((5, 9), 12, (41, 75)),
        ((5, 9), 5, (100, 100)),
        ((5, 9), None, None),
        ((5, 9), 4, (100, 100)),  # one withdrawn after it was used
        ((1000, None), 2000, (50, 100)),
        ((0, 4), 10, (0, 40)),
    ],
)
def test_the_response_rate_is_a_span_as_well(span, asked, expected):
    assert rate(Span(*span), asked) == expected


# Questions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([(SATISFACTION, "A")] * 2, "3 to 8"),
        ([(SATISFACTION, str(number)) for number in range(9)], "3 to 8"),
        ([(SATISFACTION, "A"), (TEXT, "B"), ("stars", "C")], "how it is answered"),
        ([(SATISFACTION, "A"), (TEXT, "B"), (TEXT, " ")], "its words"),
        ([(SATISFACTION, "A"), (TEXT, "a"), (TEXT, "C")], "the same"),
        ([(TEXT, "A"), (TEXT, "B"), (TEXT, "C")], "with a number"),
        ([(SATISFACTION, "A" * 201), (TEXT, "B"), (TEXT, "C")], "200 characters"),
    ],
)
def test_what_can_not_be_asked(pairs, words):
    with pytest.raises(WrongQuestions, match=words):
        write_questions(pairs)


def test_the_usual_questions_can_be_asked():
    for _, audience, pairs in STARTERS:
        assert audience in {"employees", "customers"}
        assert [row["key"] for row in write_questions(pairs)] == [
            f"q{number}" for number in range(1, len(pairs) + 1)
        ]


@pytest.mark.parametrize(
    ("kind", "fitting", "wrong"),
    [
        (SATISFACTION, [1, 5], [0, 6, "5", 2.5, True, None]),
        (RECOMMEND, [0, 10], [-1, 11, False]),
        (TEXT, ["x", "x" * 2000], ["", "x" * 2001, 5, None]),
    ],
)
def test_which_answers_fit(kind, fitting, wrong):
    question = Question("q1", kind, "?")
    assert all(fits(question, value) for value in fitting)
    assert not any(fits(question, value) for value in wrong)
