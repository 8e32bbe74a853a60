"""How often each vendor gets each rank: exact by a slow way, shared ties, gaps, memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from evaluations import engine
from evaluations.engine.sampling import CHUNK
from evaluations.engine.tally import Tally
from evaluations.tests.engine.hypothesis_settings import patient

fives = st.integers(0, 20).map(lambda step: 5.0 * step)
points_only = st.one_of(fives, st.floats(0, 100))
thirds = st.sampled_from([0.0, 0.5, 1.0, 3.0])


@st.composite
def problems(draw):
    """(points, draws, applicable or None) with many ties, and the first criterion applicable."""
    vendors, criteria, n = draw(st.integers(1, 6)), draw(st.integers(1, 4)), draw(st.integers(1, 9))
    sampled = draw(st.booleans())
    points = draw(arrays(np.float64, (n, vendors, criteria)[not sampled :], elements=points_only))
    draws = draw(
        arrays(np.float64, (n, criteria), elements=st.one_of(thirds, st.floats(0, 1))).map(
            lambda rows: rows + np.eye(criteria)[0] * (rows.sum(axis=1, keepdims=True) == 0)
        )
    )
    applicable = draw(st.none() | arrays(np.bool_, (vendors, criteria)))
    if applicable is not None:
        applicable[~(applicable @ draws.sum(axis=0)).astype(bool)] = True
    return points, draws, applicable


def one_by_one(points, draws, applicable):
    """Rank shares, wins and winning weights as the definition has them, draw by draw."""
    vendors, criteria = points.shape[-2:]
    applies = np.ones((vendors, criteria), bool) if applicable is None else applicable
    share, beats = np.zeros((vendors, vendors)), np.zeros((vendors, vendors))
    winning = np.zeros((vendors, criteria))
    for n, weights in enumerate(draws):
        table = points[n] if points.ndim == 3 else points
        own = np.where(applies, weights, 0.0)
        own = np.where(own.any(axis=1, keepdims=True), own, applies)
        own = own / own.sum(axis=1, keepdims=True)
        total = np.array([np.dot(w, p) for w, p in zip(own, table, strict=True)])
        order = (-total).argsort(kind="stable")
        groups = [[order[0]]]
        for better, vendor in zip(order, order[1:], strict=False):
            if total[better] - total[vendor] < engine.TIE:
                groups[-1].append(vendor)
            else:
                groups.append([vendor])
        place = 0
        for group in groups:
            for vendor in group:
                share[vendor, place : place + len(group)] += 1 / len(group)
                beats[vendor, order[place + len(group) :]] += 1
                beats[vendor, group] += 0.5
            place += len(group)
        winning[groups[0]] += weights / weights.sum() / len(groups[0])
    np.fill_diagonal(beats, 0)
    return share / len(draws), beats / len(draws), winning / len(draws)


@patient
@given(problems())
def test_it_agrees_with_counting_draw_by_draw(problem):
    points, draws, applicable = problem
    found = engine.acceptability(points, draws, applicable=applicable)
    share, beats, winning = one_by_one(points, draws, applicable)
    assert_allclose(found.rank_share, share, atol=1e-12)
    assert_allclose(found.beats, beats, atol=1e-12)
    assert_allclose(np.nan_to_num(found.central_weights) * share[:, :1], winning, atol=1e-12)


@patient
@given(problems())
def test_shares_are_shares(problem):
    points, draws, applicable = problem
    found = engine.acceptability(points, draws, applicable=applicable)
    ones, vendors, count = np.ones(points.shape[-2]), points.shape[-2], len(draws)
    assert_allclose(found.rank_share.sum(axis=0), ones, atol=1e-12)
    assert_allclose(found.rank_share.sum(axis=1), ones, atol=1e-12)
    assert (found.rank_share >= 0).all()
    assert_array_equal(found.first, found.rank_share[:, 0])
    assert_allclose(found.beats + found.beats.T + np.eye(vendors), np.ones((vendors, vendors)))
    assert_allclose(found.rank_share @ np.arange(vendors), found.beats.sum(axis=0), atol=1e-9)
    p = found.first
    assert_allclose(found.standard_error, np.sqrt(p * (1 - p) / count), atol=1e-12)
    assert found.draws == count
    never = p == 0
    assert np.isnan(found.central_weights[never]).all()
    assert_allclose(found.central_weights[~never].sum(axis=1), 1, atol=1e-12)
    if points.ndim == 2:
        assert found.confidence is None
    else:
        assert_array_equal(np.isnan(found.confidence), never)
        assert (found.confidence[~never] <= 1 + 1e-12).all()


@patient
@given(problems(), st.randoms(use_true_random=False))
def test_permuting_vendors_permutes_results(problem, random):
    points, draws, applicable = problem
    order = list(range(points.shape[-2]))
    random.shuffle(order)
    before = engine.acceptability(points, draws, applicable=applicable)
    after = engine.acceptability(
        points[..., order, :],
        draws,
        applicable=None if applicable is None else applicable[order],
    )
    assert_allclose(after.rank_share, before.rank_share[order], atol=1e-12)
    assert_allclose(after.beats, before.beats[order][:, order], atol=1e-12)
    assert_allclose(after.central_weights, before.central_weights[order], atol=1e-12)


def test_many_draws_with_and_without_ties_across_chunks():
    rng = np.random.default_rng(3)
    points = rng.uniform(0, 100, (7, 3))
    points[5] = points[2]  # identical vendors
    points[6] = points[1] + [5, 0, 0]  # tied with vendor 1 wherever the first weight is zero
    draws = engine.draw_weights("any", np.ones(3), 2 * CHUNK + 100, 4)
    draws[::3, 0] = 0.0
    found = engine.acceptability(points, draws)
    share, beats, winning = one_by_one(points, draws, None)
    assert_allclose(found.rank_share, share, atol=1e-12)
    assert_allclose(found.beats, beats, atol=1e-12)
    assert_array_equal(found.rank_share[2], found.rank_share[5])
    assert found.beats[2, 5] == 0.5


def test_more_vendors_than_a_byte_can_number():
    points = np.linspace(0, 100, 300)[:, None] * np.ones(2)
    found = engine.acceptability(points, engine.draw_weights("any", [1, 1], 10, 1))
    assert_array_equal(found.rank_share, np.eye(300)[::-1])
    assert_array_equal(found.beats, np.tril(np.ones((300, 300)), -1))


def test_a_total_of_minus_zero_is_zero():
    found = engine.acceptability([[-0.0, -0.0], [0.0, 0.0], [1.0, 0.0]], [[1.0, 0.0]])
    assert_array_equal(found.rank_share, [[0, 0.5, 0.5], [0, 0.5, 0.5], [1, 0, 0]])


def test_the_tally_itself_takes_minus_zero_for_zero():
    tally = Tally(vendors=2, criteria=1, most=3)
    tally.add(np.array([[-0.0, 1.0], [1.0, -0.0]]), np.ones((2, 1)))
    assert_array_equal(tally.places, [[1, 1], [1, 1]])


def test_confidence_is_how_often_a_vendor_wins_at_its_central_weights():
    # Vendor 0 wins with the first weights, vendor 1 with the second; at those weights vendor 0
    # wins in the first table only, vendor 1 in both.
    points = [[[80, 0], [0, 50], [0, 0]], [[10, 0], [20, 50], [0, 0]]]
    found = engine.acceptability(points, [[1, 0], [0, 1]])
    assert_array_equal(found.first, [0.5, 0.5, 0])
    assert_array_equal(found.confidence, [0.5, 1, np.nan])


def test_sampled_points_and_criteria_that_do_not_apply():
    points = np.array([[[80, np.nan], [60, 70]], [[50, np.nan], [60, 90]]])
    applicable = [[True, False], [True, True]]
    found = engine.acceptability(points, [[1, 1], [1, 1]], applicable=applicable)
    assert_array_equal(found.first, [0.5, 0.5])
    # A draw without weight on anything applicable: they count equally.
    found = engine.acceptability(points, [[1, 1], [0, 1]], applicable=applicable)
    assert_array_equal(found.first, [0.5, 0.5])


def test_a_hundred_thousand_draws_need_little_memory():
    rng = np.random.default_rng(1)
    points = rng.uniform(0, 100, (50, 10))
    points[49] = points[48]  # the way for ties, which needs the most
    draws = engine.draw_weights("any", np.ones(10), 100_000, 2)
    tracemalloc.start()
    engine.acceptability(points, draws)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10e6


def test_inputs_are_left_alone_and_results_are_frozen():
    points, draws = np.array([[[80.0, np.nan], [60, 70]]]), np.array([[3.0, 1.0]])
    applicable = np.array([[1, 0], [1, 1]])
    found = engine.acceptability(points, draws, applicable=applicable)
    assert_array_equal(points, [[[80, np.nan], [60, 70]]])
    assert_array_equal(draws, [[3, 1]])
    assert_array_equal(applicable, [[1, 0], [1, 1]])
    for name in ("rank_share", "first", "central_weights", "confidence", "beats", "standard_error"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(found, name)[...] = 1


@pytest.mark.parametrize(
    ("points", "draws", "applicable", "name"),
    [
        ([1.0, 2.0], [[1, 1]], None, "points"),
        ([[[[1.0, 2.0]]]], [[1, 1]], None, "points"),
        ([[1.0, np.nan]], [[1, 1]], None, "points"),
        ([[1.0, np.inf]], [[1, 1]], None, "points"),
        ([[1.0, 101]], [[1, 1]], None, "points"),
        ([[1.0, -1]], [[1, 1]], None, "points"),
        ([], [[1, 1]], None, "points"),
        ([[[1.0, 2.0]], [[1.0, 2.0]]], [[1, 1]], None, "points"),
        ([[[1.0, np.nan]]], [[1, 1]], None, "points"),
        ([[1.0, 2.0]], [[1]], None, "draws"),
        ([[1.0, 2.0]], [1, 1], None, "draws"),
        ([[1.0, 2.0]], [[1, -1]], None, "draws"),
        ([[1.0, 2.0]], [[1, np.nan]], None, "draws"),
        ([[1.0, 2.0]], [[1, np.inf]], None, "draws"),
        ([[1.0, 2.0]], [[1, 1], [0, 0]], None, "draws"),
        ([[1.0, 2.0]], np.empty((0, 2)), None, "draws"),
        ([[1.0, 2.0]], [[1, 1]], [[True]], "applicable"),
        ([[1.0, 2.0]], [[1, 1]], [[2, 1]], "applicable"),
        ([[1.0, 2.0]], [[1, 1]], [[False, False]], "applicable"),
        ([[1.0, 2.0]], [[1, 0]], [[False, True]], "applicable"),
        ([[np.nan, 2.0]], [[1, 1]], [[True, True]], "points"),
    ],
)
def test_acceptability_refuses(points, draws, applicable, name):
    with pytest.raises(ValueError, match=f"^{name}:"):
        engine.acceptability(points, draws, applicable=applicable)
