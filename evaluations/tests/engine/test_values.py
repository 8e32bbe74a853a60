"""Value functions: marks to points."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from evaluations import engine
from evaluations.tests.engine.hypothesis_settings import patient

finite = st.floats(-1e9, 1e9)


def test_linear_rises_and_falls_by_the_order_of_its_ends():
    assert_array_equal(engine.linear([0, 7, 50, 100], 0, 100), [0, 7, 50, 100])
    assert_array_equal(engine.linear([1, 3, 5], 1, 5), [0, 50, 100])
    assert_array_equal(engine.linear([30, 15, 0], worst=30, best=0), [0, 50, 100])
    assert not np.signbit(engine.linear([30], worst=30, best=0)).any()


def test_linear_keeps_the_shape_and_the_missing():
    assert engine.linear(5, 0, 10) == 50
    assert engine.linear(5, 0, 10).shape == ()
    result = engine.linear([[1, None], [np.nan, 9]], 0, 10, clip=True)
    assert_array_equal(result, [[10, np.nan], [np.nan, 90]])


def test_linear_clips_price_between_ceiling_and_target():
    points = engine.linear([13000, 12000, 8500, 5000, 1], worst=12000, best=5000, clip=True)
    assert_array_equal(points, [0, 0, 50, 100, 100])
    assert_array_equal(engine.linear([-1, 0, 1e90], 0, 5e-324, clip=True), [0, 0, 100])


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (([np.inf], 0, 10, True), "x"),
        (([-np.inf], 0, 10), "x"),
        (([11], 0, 10), "x"),
        (([-1], 0, 10), "x"),
        ((["a"], 0, 10), "x"),
        (([[1], [1, 2]], 0, 10), "x"),
        (([1j], 0, 10), "x"),
        (([], 0, 10), "x"),
        (([1], 5, 5), "best"),
        (([1], np.nan, 5), "worst"),
        (([1], 0, np.inf), "best"),
        (([1], 0, [1, 2]), "best"),
    ],
)
def test_linear_refuses(arguments, name):
    with pytest.raises(ValueError, match=f"^{name}:"):
        engine.linear(*arguments)


@patient
@given(finite, finite, st.lists(finite, min_size=2, max_size=5))
def test_linear_stays_inside_and_never_falls(worst, best, marks):
    assume(worst != best)
    marks = sorted(marks, reverse=best < worst)
    points = engine.linear(marks, worst, best, clip=True)
    assert (points >= 0).all()
    assert (points <= 100).all()
    assert (np.diff(points) >= 0).all()
    assert_array_equal(engine.linear([worst, best], worst, best), [0, 100])


def test_piecewise_passes_through_its_corners():
    xs, points = [0, 10, 30], [0, 80, 20]
    assert_array_equal(engine.piecewise(xs, xs, points), points)
    result = engine.piecewise([[5, 20, np.nan]], xs, points)
    assert_array_equal(result, [[40, 50, np.nan]])


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (([31], [0, 10, 30], [0, 50, 100]), "x"),
        (([-1], [0, 10, 30], [0, 50, 100]), "x"),
        (([np.inf], [0, 10], [0, 100]), "x"),
        (([1], [0, 0], [0, 100]), "xs"),
        (([1], [10, 0], [0, 100]), "xs"),
        (([1], [1], [100]), "xs"),
        (([1], [0, np.nan], [0, 100]), "xs"),
        (([1], [0, np.inf], [0, 100]), "xs"),
        (([1], [[0, 1]], [0, 100]), "xs"),
        (([1], [0, 2], [0, 50, 100]), "points"),
        (([1], [0, 2], [0, 101]), "points"),
        (([1], [0, 2], [-1, 100]), "points"),
        (([1], [0, 2], [0, np.nan]), "points"),
    ],
)
def test_piecewise_refuses(arguments, name):
    with pytest.raises(ValueError, match=f"^{name}:"):
        engine.piecewise(*arguments)


def test_levels_look_marks_up():
    table = {0: 0, 1: 10, 3: 60, 5: 100}
    assert_array_equal(engine.levels([[5, 3.0], [np.nan, None]], table), [[100, 60], [np.nan] * 2])
    assert_array_equal(engine.levels(np.array([0, 1]), table), [0, 10])
    assert_array_equal(engine.levels(["yes", "no"], {"yes": 100, "no": 0}), [100, 0])
    assert_array_equal(engine.levels([Decimal(3)], table), [60])
    assert engine.levels(1, table) == 10


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (([2], {1: 0, 3: 100}), "x"),
        (([np.inf], {1: 0}), "x"),
        (([1], {}), "table"),
        (([1], {1: 101}), "table"),
        (([1], {1: np.nan}), "table"),
        (([1], {1: np.inf}), "table"),
    ],
)
def test_levels_refuse(arguments, name):
    with pytest.raises(ValueError, match=f"^{name}:"):
        engine.levels(*arguments)


def test_lowest_price_and_missing_bids():
    assert_array_equal(engine.lowest_price([10000, 8000]), [80, 100])
    assert_array_equal(engine.lowest_price([200, np.nan, 100]), [50, np.nan, 100])
    assert_array_equal(engine.lowest_price([np.nan, np.nan]), [np.nan, np.nan])


@patient
@given(st.lists(st.floats(1e-300, 1e90), min_size=1, max_size=6))
def test_lowest_price_gives_100_to_the_lowest_only(prices):
    points = engine.lowest_price(prices)
    assert (points <= 100).all()
    assert (points[np.array(prices) == min(prices)] == 100).all()


@pytest.mark.parametrize("prices", [[0, 1], [-1, 1], [np.inf, 1], [[1, 2]], []])
def test_lowest_price_refuses(prices):
    with pytest.raises(ValueError, match=r"^prices:"):
        engine.lowest_price(prices)


def test_award_on_value_takes_the_worth_of_quality_off_the_price():
    assert_array_equal(engine.award_on_value([100, 90, np.nan], [30, -5, 1]), [70, 95, np.nan])


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (([-1], [0]), "prices"),
        (([np.inf], [0]), "prices"),
        (([1], [np.inf]), "quality_value"),
        (([1], [1, 2]), "quality_value"),
        (([[1]], [1]), "prices"),
    ],
)
def test_award_on_value_refuses(arguments, name):
    with pytest.raises(ValueError, match=f"^{name}:"):
        engine.award_on_value(*arguments)


def test_values_leave_their_inputs_alone():
    x, prices = np.array([-5.0, 15.0]), np.array([10.0, 20.0])
    xs, points = np.array([-5.0, 15.0]), np.array([0.0, 100.0])
    engine.linear(x, 0, 10, clip=True)
    engine.piecewise(x, xs, points)
    engine.levels(x, {-5.0: 0, 15.0: 100})
    engine.lowest_price(prices)
    engine.award_on_value(prices, prices)
    assert_array_equal(x, [-5, 15])
    assert_array_equal(xs, [-5, 15])
    assert_array_equal(points, [0, 100])
    assert_array_equal(prices, [10, 20])
