"""Second opinions: TOPSIS, simple additive weighting, PROMETHEE II, dominance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from evaluations import engine
from evaluations.tests.engine.hypothesis_settings import patient

tables = arrays(np.float64, st.tuples(st.integers(1, 6), st.just(3)), elements=st.floats(0.5, 1000))
WEIGHTS, OBJECTIVES = [5, 3, 2], ["max", "min", "max"]


def test_topsis_by_hand_with_a_cost():
    # Columns (3, 4) and (4, 3) have length 5; vendor 1 is best on both.
    assert_allclose(engine.topsis([[3, 4], [4, 3]], [1, 1], ["max", "min"]), [0, 1])
    matrix = [[1, 0], [0, 1], [0.5, 0.5]]
    assert_allclose(engine.topsis(matrix, [1, 1], ["max", "max"], "minmax"), [0.5, 0.5, 0.5])


def test_topsis_of_vendors_that_do_not_differ():
    for normalization in ("vector", "minmax"):
        same = engine.topsis([[3, 0], [3, 0]], [1, 1], ["max", "min"], normalization)
        assert_array_equal(same, [0.5, 0.5])


def test_topsis_of_very_small_numbers():
    assert_allclose(engine.topsis([[1e-200], [2e-200]], [1], ["max"]), [0, 1])


def test_saw_normalisations_by_hand():
    matrix = [[2, 10], [4, 40]]
    objectives = ["max", "min"]
    assert_allclose(engine.saw(matrix, [1, 1], objectives, "max"), [0.75, 0.625])
    assert_allclose(
        engine.saw(matrix, [1, 1], objectives, "sum"), [(1 / 3 + 0.8) / 2, (2 / 3 + 0.2) / 2]
    )
    assert_allclose(engine.saw(matrix, [1, 1], objectives, "minmax"), [0.5, 0.5])
    assert_allclose(engine.saw([[5, 1], [5, 2]], [1, 1], ["min", "max"], "minmax"), [0.5, 1])
    assert_allclose(engine.saw([[0, 1], [0, 2]], [1, 1], ["max", "max"]), [0.25, 0.5])


@pytest.mark.parametrize(
    ("function", "leads", "expected"),
    [
        ({"t": "I"}, [-1, 0, 0.1, 5], [0, 0, 1, 1]),
        ({"t": "II", "q": 2}, [-3, 2, 2.1, 5], [0, 0, 1, 1]),
        ({"t": "III", "p": 4}, [-4, 0, 1, 4, 5], [0, 0, 0.25, 1, 1]),
        ({"t": "IV", "q": 1, "p": 3}, [-2, 1, 1.1, 3, 3.1], [0, 0, 0.5, 0.5, 1]),
        ({"t": "V", "q": 1, "p": 3}, [-2, 1, 2, 3, 9], [0, 0, 0.5, 1, 1]),
        ({"t": "VI", "s": 2}, [-2, 0, 2, 1000], [0, 0, 1 - np.exp(-0.5), 1]),
        ({"t": "VI", "s": 1e-90}, [-1e90, 0, 1e90], [0, 0, 1]),
    ],
)
def test_promethee_preference_functions(function, leads, expected):
    """With two vendors the first one's net flow is what its lead is worth either way."""
    worth = dict(zip(leads, expected, strict=True))
    for lead in leads:
        net = engine.promethee_ii([[lead], [0.0]], [1], ["max"], [function])
        backwards = 1.0 if lead < 0 else 0.0
        if lead > 0:
            assert_allclose(net, [worth[lead], -worth[lead]], atol=1e-15)
        elif lead == 0:
            assert_array_equal(net, [0, 0])
        else:
            assert -backwards <= net[0] <= 0
            assert net[0] == -net[1]
        mirrored = engine.promethee_ii([[-lead], [0.0]], [1], ["min"], [function])
        assert_array_equal(mirrored, net)


def test_promethee_by_hand():
    # Criterion 1 (weight 0.6): 0 over 1 over 2. Criterion 2 (0.4, less is better): 2 over 1 over 0.
    matrix, functions = [[3, 9], [2, 6], [1, 3]], [{"t": "I"}, {"t": "III", "p": 6}]
    net = engine.promethee_ii(matrix, [6, 4], ["max", "min"], functions)
    assert_allclose(net, [(1.2 - 0.6) / 2, 0, (0.6 - 1.2) / 2], atol=1e-15)


def test_promethee_of_one_vendor():
    assert_array_equal(engine.promethee_ii([[3]], [1], ["max"], [{"t": "I"}]), [0])


@patient
@given(tables)
def test_second_opinions_stay_in_their_range(matrix):
    for normalization in ("vector", "minmax"):
        closeness = engine.topsis(matrix, WEIGHTS, OBJECTIVES, normalization)
        assert ((closeness >= 0) & (closeness <= 1)).all()
    for normalization in ("max", "sum", "minmax"):
        value = engine.saw(matrix, WEIGHTS, OBJECTIVES, normalization)
        assert ((value >= -1e-12) & (value <= 1 + 1e-12)).all()
    functions = [{"t": "I"}, {"t": "V", "q": 1, "p": 9}, {"t": "VI", "s": 3}]
    net = engine.promethee_ii(matrix, WEIGHTS, OBJECTIVES, functions)
    assert abs(net.sum()) < 1e-9
    assert (np.abs(net) <= 1 + 1e-12).all()


@patient
@given(tables)
def test_dominance_agrees_with_its_definition(matrix):
    result = engine.dominates(matrix)
    for row, column in np.ndindex(result.shape):
        ahead = (matrix[row] >= matrix[column]).all() and (matrix[row] > matrix[column]).any()
        assert result[row, column] == ahead


def test_dominance():
    result = engine.dominates([[5, 5], [5, 4], [5, 5], [4, 6]])
    assert_array_equal(np.argwhere(result), [[0, 1], [2, 1]])


CALLS = {
    "topsis": engine.topsis,
    "saw": engine.saw,
    "promethee_ii": lambda *problem: engine.promethee_ii(*problem, [{"t": "I"}, {"t": "I"}]),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("problem", "name"),
    [
        (([1.0, 2.0], [1, 1], ["max", "max"]), "matrix"),
        (([[1.0, np.nan]], [1, 1], ["max", "max"]), "matrix"),
        (([[1.0, np.inf]], [1, 1], ["max", "max"]), "matrix"),
        (([[1.0, 2.0]], [1], ["max", "max"]), "weights"),
        (([[1.0, 2.0]], [0, 0], ["max", "max"]), "weights"),
        (([[1.0, 2.0]], [-1, 2], ["max", "max"]), "weights"),
        (([[1.0, 2.0]], [1, 1], ["max"]), "objectives"),
        (([[1.0, 2.0]], [1, 1], ["max", "more"]), "objectives"),
    ],
)
def test_second_opinions_refuse(call, problem, name):
    with pytest.raises(ValueError, match=f"^{name}:"):
        call(*problem)


def test_normalisations_refuse():
    with pytest.raises(ValueError, match=r"^normalization:"):
        engine.topsis([[1.0]], [1], ["max"], "max")
    with pytest.raises(ValueError, match=r"^normalization:"):
        engine.saw([[1.0]], [1], ["max"], "vector")
    for normalization in ("max", "sum"):
        with pytest.raises(ValueError, match=r"^matrix:"):
            engine.saw([[-1.0], [1]], [1], ["max"], normalization)
        with pytest.raises(ValueError, match=r"^matrix:"):
            engine.saw([[0.0], [1]], [1], ["min"], normalization)


@pytest.mark.parametrize(
    "functions",
    [
        [],
        [{}],
        [{"t": "VII"}],
        [{"t": "II"}],
        [{"t": "II", "q": -1}],
        [{"t": "II", "q": None}],
        [{"t": "III", "p": 0}],
        [{"t": "IV", "q": 2, "p": 2}],
        [{"t": "V", "q": 3, "p": 2}],
        [{"t": "V", "q": 1, "p": np.inf}],
        [{"t": "VI", "s": 0}],
        [{"t": "VI", "s": "wide"}],
    ],
)
def test_promethee_refuses(functions):
    with pytest.raises(ValueError, match=r"^functions:"):
        engine.promethee_ii([[1.0], [2.0]], [1], ["max"], functions)


def test_dominance_refuses():
    for points in ([1.0], [[np.nan]], [[np.inf]], []):
        with pytest.raises(ValueError, match=r"^points:"):
            engine.dominates(points)


def test_second_opinions_leave_their_inputs_alone():
    matrix, weights = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([3.0, 1.0])
    objectives, functions = ["max", "min"], [{"t": "I"}, {"t": "III", "p": 2}]
    engine.topsis(matrix, weights, objectives)
    engine.saw(matrix, weights, objectives)
    engine.promethee_ii(matrix, weights, objectives, functions)
    engine.dominates(matrix)
    assert_array_equal(matrix, [[1, 2], [3, 4]])
    assert_array_equal(weights, [3, 1])
    assert functions == [{"t": "I"}, {"t": "III", "p": 2}]
