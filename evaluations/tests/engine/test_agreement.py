"""Do the evaluators agree, who is harsh, and which cells are worth talking about."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal

from evaluations import engine
from evaluations.engine.aggregate import LEVELS
from evaluations.tests.engine.hypothesis_settings import patient

NAN = np.nan
fives = st.integers(0, 20).map(lambda step: 5.0 * step)
points = st.one_of(fives, st.floats(0, 100))
panels = arrays(
    np.float64,
    array_shapes(min_dims=3, max_dims=3, max_side=4),
    elements=st.one_of(st.just(NAN), points),
)
complete = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, min_side=2), elements=fives)
gappy = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2),
    elements=st.one_of(st.just(NAN), st.integers(0, 4).map(float)),
)


def test_kendall_w_of_full_agreement_none_and_no_opinion():
    alike = engine.kendall_w([[1, 2, 3], [10, 20, 30], [4, 5, 9]])
    assert (alike.w, alike.chi_square, alike.df) == (1.0, 6.0, 2)
    assert engine.kendall_w([[1, 2, 3], [3, 2, 1]]).w == 0
    silent = engine.kendall_w([[5, 5], [5, 5]])
    assert np.isnan(silent.w)
    assert np.isnan(silent.chi_square)


@patient
@given(complete)
def test_kendall_w_lies_between_0_and_1_and_only_the_order_counts(marks):
    found = engine.kendall_w(marks)
    assert np.isnan(found.w) or -1e-12 <= found.w <= 1 + 1e-12
    assert_allclose(engine.kendall_w(marks**3 + 7).w, found.w, atol=1e-12)
    assert_allclose(engine.kendall_w(marks[::-1, ::-1]).w, found.w, atol=1e-12)


def alpha_by_definition(marks, level):
    """Krippendorff's alpha from its coincidence matrix."""
    units = [[mark for mark in unit if mark == mark] for unit in marks.T.tolist()]
    units = [unit for unit in units if len(unit) > 1]
    values = sorted({mark for unit in units for mark in unit})
    place = {value: index for index, value in enumerate(values)}
    together = np.zeros((len(values), len(values)))
    for unit in units:
        for one, other in itertools.permutations(unit, 2):
            together[place[one], place[other]] += 1 / (len(unit) - 1)
    times = together.sum(axis=1)

    def difference(c, k):
        low, high = min(c, k), max(c, k)
        if level == "nominal":
            return float(c != k)
        if level == "ordinal":
            return (times[low : high + 1].sum() - (times[low] + times[high]) / 2) ** 2
        apart = values[c] - values[k]
        if level == "interval":
            return apart**2
        return (apart / (values[c] + values[k])) ** 2 if apart else 0.0

    pairs = list(np.ndindex(together.shape))
    observed = sum(together[pair] * difference(*pair) for pair in pairs)
    expected = sum(times[c] * times[k] * difference(c, k) for c, k in pairs)
    return 1 - (times.sum() - 1) * observed / expected if expected else NAN


@patient
@given(gappy, st.sampled_from(LEVELS))
def test_krippendorff_alpha_agrees_with_its_definition(marks, level):
    expected = alpha_by_definition(marks, level)
    assert_allclose(engine.krippendorff_alpha(marks, level), expected, atol=1e-9)
    assert_allclose(engine.krippendorff_alpha(marks[::-1, ::-1], level), expected, atol=1e-9)
    assert_allclose(engine.krippendorff_alpha(1e-90 * marks, level), expected, atol=1e-9)


def test_krippendorff_alpha_where_it_is_not_defined():
    for marks in ([[1, NAN], [NAN, 2]], [[NAN]], [[3, 3], [3, 3]], [[0.0], [0]]):
        for level in LEVELS:
            assert np.isnan(engine.krippendorff_alpha(marks, level))


def test_offsets():
    marks = [[[60, 80], [10, 40]], [[70, 80], [20, NAN]], [[NAN, NAN], [NAN, NAN]]]
    # Cells with two marks: means 65, 80, 15; the fourth has one mark only.
    assert_allclose(engine.evaluator_offsets(marks), [-10 / 3, 10 / 3, NAN])
    assert_array_equal(engine.evaluator_offsets([[1.0, 2.0]]), [NAN])


@patient
@given(panels)
def test_offsets_do_not_notice_a_shift_of_everybody(marks):
    offsets = engine.evaluator_offsets(marks)
    assert_allclose(engine.evaluator_offsets(marks + 20), offsets, atol=1e-9)
    assert_allclose(engine.evaluator_offsets(marks[::-1]), offsets[::-1], atol=1e-9)
    if not np.isnan(marks).any():
        expected = 0.0 if len(marks) > 1 else NAN
        assert_allclose(offsets.sum(), expected, atol=1e-9)


def test_disagreement_lists_what_can_change_a_rank_largest_first():
    marks = np.array(
        [
            # V 0 leads with 70, V 1 has 60, V 2 has 10.
            [[90, 70], [40, 60], [5, 10]],
            [[50, 70], [80, 60], [15, 10]],
        ]
    )
    found = engine.disagreement(marks, [1, 1])
    # V 0: from 70 down to 60 ties. V 1: from 60 up to 70 ties. V 2: nothing within reach.
    assert_array_equal(found.cells, [[0, 0], [1, 0]])
    assert_allclose(found.effect, [0.5 * np.sqrt(800), 0.5 * np.sqrt(800)])
    heavier = engine.disagreement(marks * [[[1, 1], [1.25, 1], [1, 1]]], [1, 1])
    assert_array_equal(heavier.cells, [[1, 0], [0, 0]])
    assert engine.disagreement(marks, [0, 1]).cells.shape == (0, 2)


def test_disagreement_ends_a_tie():
    marks = [[[50.0], [51.0]], [[50.0], [49.0]]]
    assert_array_equal(engine.disagreement(marks, [1]).cells, [[1, 0]])


def test_disagreement_with_gaps():
    marks = np.array([[[60, 90], [60, NAN], [NAN, 50]], [[80, NAN], [70, NAN], [NAN, 70]]])
    # Vendor 1 is incomplete, so vendor 2 is the only rival of vendor 0, with 60.
    found = engine.disagreement(marks, [1, 1], applicable=[[1, 0], [1, 1], [0, 1]])
    assert_array_equal(found.cells, [[0, 0], [2, 1]])
    assert_allclose(found.effect, np.sqrt([200, 200]))
    nobody = engine.disagreement(marks, [1, 1])
    assert nobody.cells.shape == (0, 2)
    assert nobody.effect.shape == (0,)


@patient
@given(panels, st.data())
def test_disagreement_agrees_with_moving_each_mark(marks, data):
    weights = data.draw(
        arrays(np.float64, marks.shape[2], elements=st.integers(0, 3).map(float)).filter(np.any)
    )
    found = engine.disagreement(marks, weights)
    assert (np.diff(found.effect) <= 0).all()
    listed = {tuple(cell) for cell in found.cells.tolist()}
    pooled = engine.pool(marks)
    before = engine.score(pooled.mark, weights).rank
    for cell in np.ndindex(pooled.mark.shape):
        given_here = marks[:, *cell][~np.isnan(marks[:, *cell])]
        moved, changes = pooled.mark.copy(), False
        for edge in given_here:
            moved[cell] = edge
            changes |= bool((engine.score(moved, weights).rank != before).any())
        if changes and len(given_here) > 1:
            assert cell in listed
    for (vendor, criterion), effect in zip(found.cells, found.effect, strict=True):
        share = weights[criterion] / weights.sum()
        assert_allclose(effect, share * pooled.spread[vendor, criterion], atol=1e-9)
        assert before[vendor] > 0


def test_inputs_are_left_alone_and_results_are_frozen():
    marks = np.array([[[50.0, NAN], [51.0, 3.0]], [[50.0, NAN], [49.0, 5.0]]])
    kept = marks.copy()
    found = engine.disagreement(marks, [1, 1], applicable=[[1, 0], [1, 1]])
    engine.evaluator_offsets(marks)
    engine.krippendorff_alpha(marks[:, :, 0], "ordinal")
    engine.kendall_w(marks[:, :, 0])
    assert_array_equal(marks, kept)
    for values in (found.cells, found.effect):
        with pytest.raises(ValueError, match="read-only"):
            values[...] = 0


CUBE = np.ones((2, 2, 2))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: engine.kendall_w([1.0, 2.0]), "marks"),
        (lambda: engine.kendall_w([[1.0, 2.0]]), "marks"),
        (lambda: engine.kendall_w([[1.0], [2.0]]), "marks"),
        (lambda: engine.kendall_w([[1.0, NAN], [2.0, 3.0]]), "marks"),
        (lambda: engine.kendall_w([[1.0, np.inf], [2.0, 3.0]]), "marks"),
        (lambda: engine.krippendorff_alpha([1.0], "nominal"), "marks"),
        (lambda: engine.krippendorff_alpha([[np.inf]], "nominal"), "marks"),
        (lambda: engine.krippendorff_alpha([[-1.0, 1.0]], "ratio"), "marks"),
        (lambda: engine.krippendorff_alpha([[1.0]], "points"), "level"),
        (lambda: engine.evaluator_offsets([1.0]), "marks"),
        (lambda: engine.evaluator_offsets([[np.inf]]), "marks"),
        (lambda: engine.disagreement(CUBE[0], [1, 1]), "marks"),
        (lambda: engine.disagreement(CUBE * 101, [1, 1]), "marks"),
        (lambda: engine.disagreement(CUBE * np.inf, [1, 1]), "marks"),
        (lambda: engine.disagreement(CUBE, [1]), "weights"),
        (lambda: engine.disagreement(CUBE, [0, 0]), "weights"),
        (lambda: engine.disagreement(CUBE, [1, 1], applicable=[[1, 1]]), "applicable"),
        (lambda: engine.disagreement(CUBE, [1, 1], how="mode"), "how"),
        (lambda: engine.disagreement(CUBE, [1, 1], evaluator_weights=[1]), "evaluator_weights"),
    ],
)
def test_refuses(call, name):
    with pytest.raises(ValueError, match=f"^{name}:"):
        call()
