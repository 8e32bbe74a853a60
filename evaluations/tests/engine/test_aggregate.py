"""Pooling evaluators' marks."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal

from evaluations import engine
from evaluations.tests.engine.hypothesis_settings import patient

NAN = np.nan
cells = st.one_of(st.just(NAN), st.floats(0, 100))
panels = arrays(np.float64, array_shapes(min_dims=3, max_dims=3, max_side=5), elements=cells)


def column(*marks):
    """One vendor, one criterion, one mark per evaluator."""
    return np.array(marks, dtype=float)[:, None, None]


def test_mean_spread_and_count():
    marks = np.array([[[60, 1, NAN]], [[80, NAN, NAN]], [[100, 3, NAN]]], dtype=float)
    pooled = engine.pool(marks)
    assert_array_equal(pooled.mark, [[80, 2, NAN]])
    assert_allclose(pooled.spread, [[20, np.sqrt(2), NAN]])
    assert_array_equal(pooled.count, [[3, 2, 0]])


def test_one_mark_has_no_spread():
    pooled = engine.pool(column(70.1, NAN))
    assert pooled.mark.item() == 70.1
    assert np.isnan(pooled.spread).all()


def test_equal_marks_pool_to_that_mark_with_no_spread():
    pooled = engine.pool(column(70.1, 70.1, 70.1), evaluator_weights=[0.1, 0.2, 0.3])
    assert pooled.mark.item() == 70.1
    assert pooled.spread.item() == 0


def test_evaluator_weights_are_shared_among_those_who_marked():
    pooled = engine.pool(column(60, NAN, 90), evaluator_weights=[2, 5, 1])
    assert pooled.mark.item() == 70
    assert pooled.count.item() == 2


def test_evaluator_without_weight_does_not_move_the_mark():
    for how in ("mean", "median"):
        assert engine.pool(column(10, 90), how, [0, 1]).mark.item() == 90
        alone = engine.pool(column(10, NAN), how, [0, 1])
        assert np.isnan(alone.mark).all()
        assert alone.count.item() == 1


def test_median():
    assert engine.pool(column(1, 9, 2), "median").mark.item() == 2
    assert engine.pool(column(1, 9, NAN, 2, 4), "median").mark.item() == 3
    assert np.isnan(engine.pool(column(NAN, NAN), "median").mark).all()


def test_weighted_median_is_where_half_the_weight_is_reached():
    assert engine.pool(column(1, 2, 9), "median", [1, 1, 3]).mark.item() == 9
    assert engine.pool(column(1, 2, 9), "median", [1, 1, 2]).mark.item() == 5.5
    assert engine.pool(column(1, 2, 9), "median", [0.1, 0.2, 0.3]).mark.item() == 5.5


@patient
@given(panels)
def test_pool_agrees_with_the_standard_library(marks):
    mean, median = engine.pool(marks), engine.pool(marks, "median")
    for place in np.ndindex(marks.shape[1:]):
        given_marks = [mark for mark in marks[:, *place].tolist() if mark == mark]
        assert mean.count[place] == len(given_marks)
        if not given_marks:
            assert np.isnan(mean.mark[place])
            assert np.isnan(median.mark[place])
            continue
        assert mean.mark[place] == pytest.approx(statistics.fmean(given_marks), abs=1e-12)
        assert median.mark[place] == pytest.approx(statistics.median(given_marks), abs=1e-12)
        assert min(given_marks) <= mean.mark[place] <= max(given_marks)
        if len(given_marks) > 1:
            assert mean.spread[place] == pytest.approx(statistics.stdev(given_marks), abs=1e-9)
        else:
            assert np.isnan(mean.spread[place])


@patient
@given(panels, st.sampled_from(["mean", "median"]))
def test_a_cell_does_not_depend_on_other_cells(marks, how):
    whole, alone = engine.pool(marks, how), engine.pool(marks[:, :1, :1], how)
    assert_array_equal(whole.mark[:1, :1], alone.mark)
    assert_array_equal(whole.spread[:1, :1], alone.spread)


def test_pool_of_many_evaluators_is_the_same_for_one_cell_as_for_many():
    marks = np.random.default_rng(1).uniform(0, 100, (40, 6, 4))
    whole = engine.pool(marks)
    for vendor, criterion in np.ndindex(6, 4):
        alone = engine.pool(marks[:, [vendor]][:, :, [criterion]])
        assert alone.mark.item() == whole.mark[vendor, criterion]
        assert alone.spread.item() == whole.spread[vendor, criterion]


def test_pool_leaves_inputs_alone_and_freezes_results():
    marks, weights = column(1, NAN, 3), np.array([2.0, 2.0, 0.0])
    pooled = engine.pool(marks, "median", weights)
    assert_array_equal(marks, column(1, NAN, 3))
    assert_array_equal(weights, [2, 2, 0])
    for result in (pooled.mark, pooled.spread, pooled.count):
        with pytest.raises(ValueError, match="read-only"):
            result[0, 0] = 1


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (([[1.0]],), "marks"),
        ((np.empty((0, 1, 1)),), "marks"),
        ((column(np.inf),), "marks"),
        ((column(1), "mode"), "how"),
        ((column(1, 2), "mean", [1]), "evaluator_weights"),
        ((column(1, 2), "mean", [1, -1]), "evaluator_weights"),
        ((column(1, 2), "mean", [1, NAN]), "evaluator_weights"),
        ((column(1, 2), "mean", [0, 0]), "evaluator_weights"),
    ],
)
def test_pool_refuses(arguments, name):
    with pytest.raises(ValueError, match=f"^{name}:"):
        engine.pool(*arguments)
