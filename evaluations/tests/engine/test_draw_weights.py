"""Random weights: three models, reproducible."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from evaluations import engine
from evaluations.engine.sampling import MODELS
from evaluations.tests.engine.hypothesis_settings import patient

MANY = 100_000
weight_lists = st.lists(st.floats(0, 100), min_size=1, max_size=8).filter(any)


@patient
@given(st.sampled_from(MODELS), weight_lists, st.integers(1, 30), st.integers(0, 2**64))
def test_every_draw_is_a_set_of_weights_and_the_seed_fixes_it(model, weights, n, seed):
    drawn = engine.draw_weights(model, weights, n, seed)
    assert drawn.shape == (n, len(weights))
    assert (drawn >= 0).all()
    assert_allclose(drawn.sum(axis=1), 1, atol=1e-12)
    assert_array_equal(drawn, engine.draw_weights(model, weights, n, seed))


def test_another_seed_gives_other_draws():
    first, second = (engine.draw_weights("any", [1, 1, 1], 5, seed) for seed in (1, 2))
    assert (first != second).any()


def test_any_is_uniform_on_the_simplex():
    drawn = engine.draw_weights("any", [9, 1, 0], MANY, 1)
    assert_allclose(drawn.mean(axis=0), [1 / 3] * 3, atol=0.005)
    # Uniform on the triangle: a weight is above t in (1 − t)² of the draws.
    for level in (0.1, 0.5, 0.9):
        assert_allclose((drawn > level).mean(axis=0), [(1 - level) ** 2] * 3, atol=0.005)


@patient
@given(weight_lists)
def test_same_order_keeps_the_order(weights):
    drawn = engine.draw_weights("same_order", weights, 20, 3)
    share = np.array(weights) / sum(weights)
    heavier = share[:, None] > share + 1e-6
    assert (drawn[:, :, None] >= drawn[:, None, :])[:, heavier].all()


@pytest.mark.parametrize("n", [1, 2, 5])
def test_same_order_has_the_rank_order_centroid_as_its_mean(n):
    weights = np.arange(n, 0, -1.0)
    expected = engine.rank_order_centroid(n)
    drawn = engine.draw_weights("same_order", weights, MANY, 5)
    assert_allclose(drawn.mean(axis=0), expected, atol=0.003)
    turned = engine.draw_weights("same_order", weights[::-1], MANY, 6)
    assert_allclose(turned.mean(axis=0), expected[::-1], atol=0.003)


def test_equal_weights_stand_in_either_order():
    drawn = engine.draw_weights("same_order", [0.3, 0.1 + 0.2, 0.4], MANY, 7)
    centroid = engine.rank_order_centroid(3)
    shared = centroid[1:].mean()
    assert_allclose(drawn.mean(axis=0), [shared, shared, centroid[0]], atol=0.003)
    assert_allclose((drawn[:, 0] > drawn[:, 1]).mean(), 0.5, atol=0.01)
    assert (drawn[:, 2] >= drawn[:, :2].max(axis=1)).all()


def test_all_equal_weights_in_the_same_order_are_any_weights():
    drawn = engine.draw_weights("same_order", [1, 1, 1], MANY, 8)
    assert_allclose((drawn > 0.5).mean(axis=0), [0.25] * 3, atol=0.005)


def test_around_has_the_weights_as_its_mean_and_the_spread_of_a_dirichlet():
    weights = np.array([0.5, 0.3, 0.2])
    for concentration in (5.0, 50.0):
        drawn = engine.draw_weights("around", 7 * weights, MANY, 9, concentration)
        assert_allclose(drawn.mean(axis=0), weights, atol=0.003)
        variance = weights * (1 - weights) / (concentration + 1)
        assert_allclose(drawn.var(axis=0), variance, rtol=0.03)


def test_around_keeps_zero_at_zero():
    drawn = engine.draw_weights("around", [3, 0, 1, 0], 1000, 10)
    assert (drawn[:, [1, 3]] == 0).all()
    assert (drawn[:, [0, 2]] > 0).all()
    assert_allclose(engine.draw_weights("around", [0, 5], 3, 1), [[0, 1]] * 3, atol=1e-15)


def test_weights_are_left_alone():
    weights = np.array([3.0, 1.0])
    for model in MODELS:
        engine.draw_weights(model, weights, 3, 1)
    assert_array_equal(weights, [3, 1])


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"model": "near"}, "model"),
        ({"weights": [1, -1]}, "weights"),
        ({"weights": [0, 0]}, "weights"),
        ({"weights": [1, np.nan]}, "weights"),
        ({"weights": [[1]]}, "weights"),
        ({"weights": []}, "weights"),
        ({"n": 0}, "n"),
        ({"n": 2.5}, "n"),
        ({"n": True}, "n"),
        ({"seed": -1}, "seed"),
        ({"seed": None}, "seed"),
        ({"concentration": 0}, "concentration"),
        ({"concentration": -1}, "concentration"),
        ({"concentration": np.nan}, "concentration"),
        ({"concentration": np.inf}, "concentration"),
    ],
)
def test_draw_weights_refuses(change, name):
    asked = {"model": "any", "weights": [1, 2], "n": 3, "seed": 1} | change
    with pytest.raises(ValueError, match=f"^{name}:"):
        engine.draw_weights(**asked)
