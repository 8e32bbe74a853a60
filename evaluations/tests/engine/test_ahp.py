"""Weights from pairwise judgements."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from evaluations import engine
from evaluations.tests.engine.hypothesis_settings import patient

METHODS = ("eigenvector", "geometric")


@st.composite
def judgments(draw, least=1, most=8):
    """A reciprocal matrix on Saaty's scale."""
    n = draw(st.integers(least, most))
    steps = draw(arrays(np.int64, (n, n), elements=st.integers(-8, 8)))
    matrix = (1.0 + np.abs(steps)) ** np.where(steps < 0, -1.0, 1.0)
    return np.triu(matrix, 1) + np.tril(1.0 / matrix.T, -1) + np.eye(n)


@pytest.mark.parametrize("method", METHODS)
def test_consistent_judgements_give_their_weights_back(method):
    weights = np.array([0.4, 0.3, 0.2, 0.1])
    found = engine.ahp(weights[:, None] / weights, method)
    assert_allclose(found.weights, weights, atol=1e-12)
    assert found.lambda_max == pytest.approx(4, abs=1e-9)
    assert found.consistency_index == pytest.approx(0, abs=1e-9)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert found.random_index_name == "saaty"
    assert found.worst_pair is None


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("matrix", [[[1]], [[1, 9], [1 / 9, 1]]])
def test_one_criterion_or_two_are_always_consistent(matrix, method):
    found = engine.ahp(matrix, method)
    assert (found.consistency_index, found.consistency_ratio) == (0, 0)
    assert found.worst_pair is None
    assert_allclose(found.weights, [1] if len(matrix) == 1 else [0.9, 0.1], atol=1e-12)


@patient
@given(judgments(), st.sampled_from(METHODS))
def test_what_the_result_must_satisfy(matrix, method):
    found = engine.ahp(matrix, method)
    n, weights = len(matrix), found.weights
    assert_allclose(weights.sum(), 1, atol=1e-12)
    assert (weights > 0).all()
    assert found.lambda_max >= n - 1e-9
    assert found.consistency_index >= 0
    if method == "eigenvector":
        assert_allclose(matrix @ weights, found.lambda_max * weights, atol=1e-9)
    else:
        log = np.log(matrix).mean(axis=1)
        assert_allclose(np.log(weights) - np.log(weights[0]), log - log[0], atol=1e-9)
        assert found.lambda_max == pytest.approx((matrix @ weights / weights).mean())
    error = np.abs(np.log(matrix * weights / weights[:, None]))
    if found.worst_pair is None:
        assert error.max() < 1e-8
    else:
        i, j = found.worst_pair
        assert i < j
        assert error[i, j] == pytest.approx(error.max(), abs=1e-9)


@patient
@given(judgments(least=2), st.sampled_from(METHODS), st.randoms(use_true_random=False))
def test_permuting_criteria_permutes_weights(matrix, method, random):
    order = list(range(len(matrix)))
    random.shuffle(order)
    before, after = engine.ahp(matrix, method), engine.ahp(matrix[order][:, order], method)
    assert_allclose(after.weights, before.weights[order], atol=1e-9)
    assert after.consistency_ratio == pytest.approx(before.consistency_ratio, abs=1e-9)


def test_the_worst_pair_is_the_judgement_that_does_not_fit():
    weights = np.array([8.0, 4.0, 2.0, 1.0])
    matrix = weights[:, None] / weights
    matrix[1, 3], matrix[3, 1] = 1 / 4, 4.0
    for method in METHODS:
        assert engine.ahp(matrix, method).worst_pair == (1, 3)


def test_beyond_the_table_there_is_no_ratio():
    ten, eleven = (engine.ahp(np.ones((n, n))) for n in (10, 11))
    assert ten.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert np.isnan(eleven.consistency_ratio)
    assert_allclose(eleven.weights, 1 / 11)


def test_judgements_written_with_two_decimals_are_accepted():
    found = engine.ahp([[1, 3, 8], [0.33, 1, 6], [0.13, 0.17, 1]])
    assert found.weights.argmax() == 0


def test_judgements_far_beyond_the_usual_scale():
    weights = np.array([1.0, 1e-6, 1e-8])
    found = engine.ahp(weights[:, None] / weights)
    assert_allclose(found.weights, weights / weights.sum(), rtol=1e-9)


@patient
@given(st.integers(1, 5).flatmap(lambda n: st.lists(judgments(n, n), min_size=1, max_size=4)))
def test_a_group_is_reciprocal_and_its_order_does_not_matter(matrices):
    joint = engine.aggregate_judgments(matrices)
    assert_allclose(joint * joint.T, 1, atol=1e-12)
    assert_allclose(engine.aggregate_judgments(matrices[::-1]), joint, rtol=1e-12)
    # Geometric means commute: the group's weights are the geometric mean of the members'.
    logs = [np.log(engine.ahp(matrix, "geometric").weights) for matrix in matrices]
    expected = np.exp(np.mean(logs, axis=0))
    found = engine.ahp(joint, "geometric").weights
    assert_allclose(found, expected / expected.sum(), atol=1e-9)


def test_a_group_of_two():
    joint = engine.aggregate_judgments([[[1, 2], [0.5, 1]], [[1, 8], [0.125, 1]]])
    assert_allclose(joint, [[1, 4], [0.25, 1]])


def test_inputs_are_left_alone_and_results_are_frozen():
    matrix = np.array([[1.0, 2], [0.5, 1]])
    found = engine.ahp(matrix)
    engine.aggregate_judgments(matrix[None])
    assert_array_equal(matrix, [[1, 2], [0.5, 1]])
    with pytest.raises(ValueError, match="read-only"):
        found.weights[0] = 1


BAD = [
    [[1.0, 2.0]],
    [[1.0, 2.0], [0.5, np.nan]],
    [[1.0, np.inf], [0.0, 1.0]],
    [[1.0, 0.0], [0.0, 1.0]],
    [[1.0, -2.0], [-0.5, 1.0]],
    [[1.0, 1e-320], [1e9, 1.0]],
    [[1.0, 1e-10], [1e10, 1.0]],
    [[2.0, 2.0], [0.5, 1.0]],
    [[1.0, 2.0], [0.6, 1.0]],
    [[1.0, 3.0], [3.0, 1.0]],
    [],
]


@pytest.mark.parametrize("matrix", [*BAD, [1.0]])
def test_ahp_refuses(matrix):
    with pytest.raises(ValueError, match=r"^matrix:"):
        engine.ahp(matrix)


@pytest.mark.parametrize("matrix", BAD)
def test_groups_refuse(matrix):
    with pytest.raises(ValueError, match=r"^matrices:"):
        engine.aggregate_judgments([matrix])
    with pytest.raises(ValueError, match=r"^matrices:"):
        engine.aggregate_judgments([[[1.0, 2.0], [0.5, 1.0]], matrix])


def test_unknown_words():
    with pytest.raises(ValueError, match=r"^method:"):
        engine.ahp([[1]], "mean")
    with pytest.raises(ValueError, match=r"^random_index:"):
        engine.ahp([[1]], random_index="alonso")
    with pytest.raises(ValueError, match=r"^matrices:"):
        engine.aggregate_judgments([[1.0]])
