"""Weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from evaluations import engine
from evaluations.tests.engine.hypothesis_settings import patient


@pytest.mark.parametrize("function", [engine.direct, engine.swing])
def test_points_become_shares(function):
    points = np.array([100.0, 60.0, 40.0])
    assert_array_equal(function(points), [0.5, 0.3, 0.2])
    assert_array_equal(points, [100, 60, 40])
    assert_array_equal(function([0, 3]), [0, 1])
    assert_array_equal(function([5e-324, 5e-324]), [0.5, 0.5])
    assert_array_equal(function([1e100, 1e100]), [0.5, 0.5])


@pytest.mark.parametrize("function", [engine.direct, engine.swing])
@pytest.mark.parametrize(
    "points",
    [
        [1, -1],
        [0, 0],
        [np.nan, 1],
        [1, np.nan],
        [1, np.inf],
        [-np.inf, 1],
        [np.nan, -1e308, -1e308],
        [1e300] * 10,
        [-1e308] * 10,
        [[1, 2]],
        1,
        [],
        ["a"],
        None,
    ],
)
def test_points_refused(function, points):
    with pytest.raises(ValueError, match=r"^points:"):
        function(points)


RANK_WEIGHTS = [engine.rank_order_centroid, engine.rank_sum, engine.rank_reciprocal]


@pytest.mark.parametrize("function", RANK_WEIGHTS)
@patient
@given(n=st.integers(1, 60))
def test_rank_weights_fall_and_sum_to_one(function, n):
    weights = function(n)
    assert weights.shape == (n,)
    assert (np.diff(weights) < 0).all()
    assert_allclose(weights.sum(), 1, atol=1e-12)


def test_rank_weights_for_three():
    assert_allclose(engine.rank_order_centroid(3), np.array([11, 5, 2]) / 18, rtol=1e-14)
    assert_allclose(engine.rank_sum(3), np.array([3, 2, 1]) / 6, rtol=1e-14)
    assert_allclose(engine.rank_reciprocal(np.int64(3)), np.array([6, 3, 2]) / 11, rtol=1e-14)


@pytest.mark.parametrize("function", RANK_WEIGHTS)
@pytest.mark.parametrize("n", [0, -1, 2.0, "3", None, True])
def test_rank_weights_refuse(function, n):
    with pytest.raises(ValueError, match=r"^n:"):
        function(n)
