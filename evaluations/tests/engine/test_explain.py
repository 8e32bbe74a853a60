"""Findings: codes and numbers, in the order to say them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_array_equal

from evaluations import engine
from evaluations.tests.engine.hypothesis_settings import patient

NAN = np.nan
# At weight w of the first criterion vendor 0 has 100 w, vendor 1 60, vendor 2 50.
POINTS, WEIGHTS = [[100, 0], [60, 60], [50, 50]], [8, 2]


def share_of_draws(wins, draws):
    """An acceptability in which vendor 0 comes first ``wins`` times of ``draws``."""
    won, lost = [[1.0, 0.0]] * wins, [[0.0, 1.0]] * (draws - wins)
    return engine.acceptability(POINTS, won + lost)


@pytest.mark.parametrize(
    ("wins", "code"),
    [
        (1000, "clear"),
        (900, "clear"),
        (899, "likely"),
        (700, "likely"),
        (699, "too_close"),
        (0, "too_close"),
    ],
)
def test_verdict(wins, code):
    found = engine.verdict(share_of_draws(wins, 1000), engine.score(POINTS, WEIGHTS))
    assert found.code == code
    assert (found.leader, found.leaders, found.runner_up) == (0, (0,), 1)
    assert found.margin == pytest.approx(20)
    assert found.share == wins / 1000
    assert found.standard_error == pytest.approx(np.sqrt(wins * (1000 - wins) / 1e9))


def test_a_tie_is_too_close_to_call():
    draws = [[1.0, 0.0]] * 10
    points = [[60, 40], [40, 60], [10, 10]]
    found = engine.verdict(engine.acceptability(points, draws), engine.score(points, [1, 1]))
    assert (found.code, found.share, found.margin) == ("too_close", 1.0, 0.0)
    assert (found.leader, found.leaders, found.runner_up) == (0, (0, 1), 2)


def test_verdict_on_a_single_vendor():
    alone = engine.acceptability([[50.0]], [[1.0]])
    found = engine.verdict(alone, engine.score([[50.0]], [1]))
    assert (found.code, found.leader, found.runner_up, found.share) == ("clear", 0, -1, 1.0)
    assert np.isnan(found.margin)


def test_verdict_refuses():
    accepted = share_of_draws(1, 2)
    with pytest.raises(ValueError, match=r"^acceptability:"):
        engine.verdict(accepted, engine.score(POINTS[:2], WEIGHTS))
    with pytest.raises(ValueError, match=r"^scores:"):
        engine.verdict(accepted, engine.score([[NAN, 1]] * 3, WEIGHTS))


def test_sentences_in_order():
    around = share_of_draws(950, 1000)
    found = engine.sentences(POINTS, WEIGHTS, around=around, anything=around)
    lead, sure, cost, quality, transfer, dominated, never = found
    assert lead == engine.Lead(leader=0, runner_up=1, margin=lead.margin)
    assert lead.margin == pytest.approx(20)
    assert sure == engine.verdict(around, engine.score(POINTS, WEIGHTS))
    # Two criteria: the same change, told from both sides.
    assert [finding.code for finding in found] == [
        "lead",
        "clear",
        "weight_change",
        "weight_change",
        "transfer",
        "dominated",
        "never_first",
    ]
    assert {cost.criterion, quality.criterion} == {0, 1}
    for change in (cost, quality):
        assert change.weight == (0.8, 0.2)[change.criterion]
        assert change.needed == pytest.approx((0.6, 0.4)[change.criterion])
        assert change.leader == 1
    assert (transfer.source, transfer.target, transfer.leader) == (0, 1, 1)
    assert transfer.amount == pytest.approx(0.2)
    assert dominated == engine.Dominated(vendor=2, by=(1,))
    assert never == engine.NeverFirst(vendors=(2,))


def test_the_smallest_change_comes_first_and_steady_criteria_are_named():
    points = [[90, 50, 50, 20], [50, 70, 50, 95]]
    found = engine.sentences(points, [4, 2, 2, 2])
    changes = [finding for finding in found if finding.code == "weight_change"]
    assert [change.criterion for change in changes] == [3, 0, 1]
    sizes = [abs(change.needed - change.weight) for change in changes]
    assert sizes == sorted(sizes)
    assert [finding.criteria for finding in found if finding.code == "steady"] == [(2,)]


def test_sentences_about_a_tie_and_about_nothing_to_compare():
    tied = engine.sentences([[60, 40], [40, 60]], [1, 1])
    assert tied == (engine.Tie(vendors=(0, 1)),)
    assert engine.sentences([[60, 40]], [1, 1]) == (engine.Alone(leader=0),)
    same = engine.sentences([[60, 40], [60, 40]], [1, 1])
    assert same == (engine.Tie(vendors=(0, 1)),)


def test_only_vendors_with_the_same_criteria_dominate_each_other():
    points = [[80, NAN], [70, 10], [60, 5]]
    found = engine.sentences(points, [1, 1], applicable=[[1, 0], [1, 1], [1, 1]])
    dominated = [finding for finding in found if finding.code == "dominated"]
    assert dominated == [engine.Dominated(vendor=2, by=(1,))]
    assert found[0] == engine.Lead(leader=0, runner_up=1, margin=40.0)


@patient
@given(
    arrays(
        np.float64,
        st.tuples(st.integers(1, 5), st.integers(1, 4)),
        elements=st.integers(0, 20).map(lambda step: 5.0 * step),
    ),
    st.data(),
)
def test_sentences_agree_with_the_functions_they_rest_on(points, data):
    weights = data.draw(
        arrays(np.float64, points.shape[1], elements=st.integers(0, 5).map(float)).filter(np.any)
    )
    around = engine.acceptability(points, engine.draw_weights("around", weights, 50, 1))
    found = engine.sentences(points, weights, around=around, anything=around)
    scores, firm = engine.score(points, weights), engine.stability(points, weights)
    codes = [finding.code for finding in found]
    leaders = np.flatnonzero(scores.rank == 1)
    assert codes[0] == ("alone" if len(points) == 1 else "tie" if len(leaders) > 1 else "lead")
    if codes[0] == "lead":
        ends = [f for f in found if f.code == "weight_change"]
        assert len(ends) == (firm.next_leader >= 0).sum()
        for end in ends:
            assert end.needed in (firm.low[end.criterion], firm.high[end.criterion])
            assert end.leader in firm.next_leader[end.criterion]
        assert ("transfer" in codes) == (engine.flip(points, weights) is not None)
    if len(points) > 1:
        losers = [finding.vendor for finding in found if finding.code == "dominated"]
        assert_array_equal(losers, np.flatnonzero(engine.dominates(points).any(axis=0)))
        assert ("never_first" in codes) == (around.first == 0).any()


@pytest.mark.parametrize(
    ("arguments", "more", "name"),
    [
        (([[NAN, 1]], [1, 1]), {}, "points"),
        (([[1, 2]], [1]), {}, "weights"),
        (([[1, 2]], [1, 1]), {"applicable": [[0, 0]]}, "applicable"),
        (([[1, 2]], [1, 1]), {"around": share_of_draws(1, 2)}, "around"),
        (([[1, 2]], [1, 1]), {"anything": share_of_draws(1, 2)}, "anything"),
    ],
)
def test_sentences_refuse(arguments, more, name):
    with pytest.raises(ValueError, match=f"^{name}:"):
        engine.sentences(*arguments, **more)


def test_inputs_are_left_alone():
    points, weights = np.array([[80.0, NAN], [50, 70]]), np.array([3.0, 1.0])
    applicable = np.array([[True, False], [True, True]])
    engine.sentences(points, weights, applicable=applicable)
    assert_array_equal(points, [[80, NAN], [50, 70]])
    assert_array_equal(weights, [3, 1])
    assert_array_equal(applicable, [[True, False], [True, True]])
