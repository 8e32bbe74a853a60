"""What must hold for every table of points, not only for examples."""

from __future__ import annotations

import itertools
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from evaluations import engine
from evaluations.tests.engine.hypothesis_settings import patient

# Whole fives make ties and repeated values likely; the floats make rounding bite.
points_or_gap = st.one_of(
    st.just(np.nan), st.integers(0, 20).map(lambda step: 5.0 * step), st.floats(0, 100)
)
points_only = st.one_of(st.integers(0, 20).map(lambda step: 5.0 * step), st.floats(0, 100))
weight_values = st.floats(0, 100)


@st.composite
def problems(draw, cells=points_or_gap, weights=weight_values, max_vendors=5, max_criteria=10):
    """(points, weights, applicable or None, eligible or None)."""
    shape = (draw(st.integers(1, max_vendors)), draw(st.integers(1, max_criteria)))
    points = draw(arrays(np.float64, shape, elements=cells))
    weight = draw(arrays(np.float64, shape[1], elements=weights).filter(lambda w: w.any()))
    applicable = draw(st.none() | arrays(np.bool_, shape))
    eligible = draw(st.none() | arrays(np.bool_, shape[0]))
    return points, weight, applicable, eligible


def solve(problem):
    points, weights, applicable, eligible = problem
    return engine.score(points, weights, applicable, eligible=eligible)


def bits(values):
    """The bytes of every number, so that even −0.0 for 0.0 would show."""
    return np.ascontiguousarray(values).tobytes()


@patient
@given(problems())
def test_contributions_add_up_to_the_total_exactly_in_any_order(problem):
    result = solve(problem)
    assert_array_equal(result.contribution.sum(axis=1), result.total)
    assert_array_equal(result.contribution[:, ::-1].sum(axis=1), result.total)
    for row, total in zip(result.contribution.tolist(), result.total.tolist(), strict=True):
        if total == total:
            assert total == sum(row) == math.fsum(row)


def test_big_tables_add_up_exactly_too():
    rng = np.random.default_rng(7)
    points, weights = rng.uniform(0, 100, (400, 37)), rng.dirichlet(np.ones(37))
    points[rng.random(points.shape) < 0.01] = np.nan
    whole = engine.score(points, weights)
    assert_array_equal(whole.contribution.sum(axis=1), whole.total)
    assert_array_equal(whole.contribution[:, ::-1].sum(axis=1), whole.total)
    for count in (1, 7, 399):
        part = engine.score(points[:count], weights)
        assert bits(part.total) == bits(whole.total[:count])
        assert bits(part.contribution) == bits(whole.contribution[:count])


@patient
@given(problems())
def test_totals_are_the_weighted_mean_of_the_points(problem):
    points, weights, applicable, _ = problem
    result = solve(problem)
    applies = np.ones(points.shape, bool) if applicable is None else applicable
    for row, own, total in zip(points, applies, result.total, strict=True):
        if not weights[own].any() or np.isnan(row[own]).any():
            assert np.isnan(total)
        else:
            share = weights[own] / weights[own].sum()
            assert_allclose(total, share @ row[own], atol=1e-10, rtol=0)


@patient
@given(problems(), st.randoms(use_true_random=False))
def test_permuting_vendors_permutes_results(problem, random):
    points, weights, applicable, eligible = problem
    order = list(range(len(points)))
    random.shuffle(order)
    before = solve(problem)
    after = engine.score(
        points[order],
        weights,
        None if applicable is None else applicable[order],
        eligible=None if eligible is None else eligible[order],
    )
    for field in before.__dataclass_fields__:
        assert bits(getattr(before, field)[order]) == bits(getattr(after, field)), field


@patient
@given(problems(), st.randoms(use_true_random=False))
def test_permuting_criteria_permutes_contributions_and_moves_nothing_else(problem, random):
    points, weights, applicable, eligible = problem
    order = list(range(len(weights)))
    random.shuffle(order)
    before = solve(problem)
    after = engine.score(
        points[:, order],
        weights[order],
        None if applicable is None else applicable[:, order],
        eligible=eligible,
    )
    for field in before.__dataclass_fields__:
        value = getattr(before, field)
        value = value[:, order] if field == "contribution" else value
        assert bits(value) == bits(getattr(after, field)), field


@patient
@given(problems(max_vendors=8))
def test_another_vendors_presence_moves_no_bit(problem):
    points, weights, applicable, _ = problem
    whole = engine.score(points, weights, applicable)
    for vendor in range(len(points)):
        own = slice(vendor, vendor + 1)
        alone = engine.score(points[own], weights, None if applicable is None else applicable[own])
        for field in ("total", "contribution", "low", "high", "coverage"):
            assert bits(getattr(whole, field)[own]) == bits(getattr(alone, field)), field


@patient
@given(problems(cells=points_only))
def test_the_short_way_and_the_long_way_agree_to_the_bit(problem):
    points, weights, _, _ = problem
    short = engine.score(points, weights)
    for options in (
        {"applicable": np.ones(points.shape, bool)},
        {"eligible": np.ones(len(points), bool)},
    ):
        long = engine.score(points, weights, **options)
        for field in short.__dataclass_fields__:
            assert bits(getattr(short, field)) == bits(getattr(long, field)), field


@patient
@given(problems(cells=points_only), st.data())
def test_a_better_mark_never_lowers_total_or_rank(problem, data):
    points, weights, applicable, eligible = problem
    vendor = data.draw(st.integers(0, len(points) - 1))
    criterion = data.draw(st.integers(0, len(weights) - 1))
    better = points.copy()
    better[vendor, criterion] = data.draw(st.floats(points[vendor, criterion], 100))
    before, after = solve(problem), solve((better, weights, applicable, eligible))
    if not np.isnan(before.total[vendor]):
        assert after.total[vendor] >= before.total[vendor]
        assert after.rank[vendor] <= before.rank[vendor]
        assert after.would_be_rank[vendor] <= before.would_be_rank[vendor]


@patient
@given(problems())
def test_missing_never_becomes_a_number(problem):
    points, _, applicable, _ = problem
    result = solve(problem)
    applies = np.ones(points.shape, bool) if applicable is None else applicable
    missing = applies & np.isnan(points)
    assert np.isnan(result.contribution[missing]).all()
    incomplete = missing.any(axis=1)
    assert np.isnan(result.total[incomplete]).all()
    assert (result.rank[incomplete] == 0).all()
    assert not result.tied[incomplete].any()
    something = ~np.isnan(result.low)
    assert (result.low[something] >= 0).all()
    assert (result.high[something] <= 100 + 1e-9).all()
    assert (result.low[something] <= result.high[something]).all()
    assert ((result.coverage[something] >= 0) & (result.coverage[something] <= 1)).all()


@patient
@given(problems())
def test_ranks_are_competition_ranks(problem):
    result = solve(problem)
    eligible = np.ones(len(result.total), bool) if problem[3] is None else problem[3]
    for ranks, counted in (
        (result.rank, eligible & ~np.isnan(result.total)),
        (result.would_be_rank, ~np.isnan(result.total)),
    ):
        assert (ranks[~counted] == 0).all()
        expected = slow_ranks(dict(enumerate(result.total)), np.flatnonzero(counted))
        assert {v: int(ranks[v]) for v in np.flatnonzero(counted)} == expected
    ranked = result.rank[result.rank > 0].tolist()
    shared = [rank > 0 and ranked.count(rank) > 1 for rank in result.rank.tolist()]
    assert_array_equal(result.tied, shared)


def slow_ranks(totals, vendors):
    """Competition ranks the long way round: best first, one vendor after the other."""
    ranks, previous = {}, None
    for place, vendor in enumerate(sorted(vendors, key=lambda v: -totals[v]), start=1):
        near = previous is not None and totals[previous] - totals[vendor] < engine.TIE
        ranks[vendor] = ranks[previous] if near else place
        previous = vendor
    return ranks


# Whole numbers throughout, so that no two totals are within a hair of being tied.
coarse = problems(
    cells=st.one_of(st.just(np.nan), st.integers(0, 20).map(lambda step: 5.0 * step)),
    weights=st.integers(0, 4).map(float),
    max_vendors=4,
    max_criteria=3,
)


@patient
@given(coarse)
def test_possible_rank_is_what_filling_the_gaps_gives(problem):
    """Score the two extremes vendor by vendor, then every way to fill gaps with 0, 50 or 100."""
    points, weights, applicable, eligible = problem
    result = solve(problem)
    applies = np.ones(points.shape, bool) if applicable is None else applicable
    gaps = [tuple(gap) for gap in np.argwhere(applies & np.isnan(points))]
    none = np.isnan(result.low)
    if eligible is not None:
        none |= ~eligible
    assert (result.possible_rank[none] == 0).all()

    for vendor in np.flatnonzero(~none):
        for column, own, others in ((0, 100, 0), (1, 0, 100)):
            filled = points.copy()
            for gap in gaps:
                filled[gap] = own if gap[0] == vendor else others
            extreme = engine.score(filled, weights, applicable, eligible=eligible)
            assert result.possible_rank[vendor, column] == extreme.rank[vendor]

    for values in itertools.islice(itertools.product((0, 100, 50), repeat=len(gaps)), 300):
        filled = points.copy()
        for gap, value in zip(gaps, values, strict=True):
            filled[gap] = value
        outcome = engine.score(filled, weights, applicable, eligible=eligible)
        for vendor in np.flatnonzero(~none):
            best, worst = result.possible_rank[vendor]
            assert best <= outcome.rank[vendor] <= worst


near_fifty = st.one_of(st.just(np.nan), st.integers(-6, 6).map(lambda step: 50 + step * 3e-8))


@patient
@given(
    arrays(np.float64, st.tuples(st.integers(2, 8), st.just(2)), elements=near_fifty),
    st.sampled_from([[1.0, 0.0], [1 - 1e-9, 1e-9], [1 - 3e-9, 3e-9]]),
)
def test_possible_rank_follows_chains_of_near_ties(points, weights):
    """Marks and gaps so small that chains form and break all the time."""
    points[:, 1] = np.where(np.isnan(points[:, 1]), np.nan, 50.0)
    result = engine.score(points, weights)
    for vendor in range(len(points)):
        ranks = []
        for own, others in ((result.high, result.low), (result.low, result.high)):
            totals = dict(enumerate(others))
            totals[vendor] = own[vendor]
            ranks.append(slow_ranks(totals, range(len(points)))[vendor])
        assert_array_equal(result.possible_rank[vendor], [min(ranks), max(ranks)])
