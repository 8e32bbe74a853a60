"""The weighted sum, ranks and gates: examples and refusals."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from evaluations import engine

NAN = np.nan


def test_complete_scores():
    result = engine.score([[80, 60], [90, 20], [10, 10]], [3, 1])
    assert_array_equal(result.contribution, [[60, 15], [67.5, 5], [7.5, 2.5]])
    assert_array_equal(result.total, [75, 72.5, 10])
    assert_array_equal(result.low, result.total)
    assert_array_equal(result.high, result.total)
    assert_array_equal(result.rank, [1, 2, 3])
    assert_array_equal(result.would_be_rank, [1, 2, 3])
    assert_array_equal(result.tied, [False] * 3)
    assert_array_equal(result.coverage, [1, 1, 1])
    assert_array_equal(result.possible_rank, [[1, 1], [2, 2], [3, 3]])


def test_missing_is_neither_zero_nor_hundred():
    result = engine.score([[80, NAN], [60, 60], [50, 50]], [0.75, 0.25])
    assert_array_equal(result.total, [NAN, 60, 50])
    assert_array_equal(result.contribution, [[60, NAN], [45, 15], [37.5, 12.5]])
    assert_array_equal(result.rank, [0, 1, 2])
    assert_array_equal(result.tied, [False] * 3)
    assert_array_equal(result.coverage, [0.75, 1, 1])
    assert_array_equal(result.low, [60, 60, 50])
    assert_array_equal(result.high, [85, 60, 50])
    assert_array_equal(result.possible_rank, [[1, 1], [1, 2], [3, 3]])


def test_missing_mark_of_no_weight_is_still_missing():
    result = engine.score([[80, NAN], [60, 60]], [1, 0])
    assert_array_equal(result.total, [NAN, 60])
    assert_array_equal(result.coverage, [1, 1])
    assert_array_equal(result.low, result.high)
    assert_array_equal(result.rank, [0, 1])


def test_not_applicable_shares_the_weight_out_again():
    applicable = [[True, False, True], [True, True, True]]
    result = engine.score([[80, NAN, 40], [80, 100, 40]], [1, 2, 1], applicable)
    assert_array_equal(result.contribution, [[40, 0, 20], [20, 50, 10]])
    assert_array_equal(result.total, [60, 80])
    assert_array_equal(result.coverage, [1, 1])
    assert_array_equal(result.rank, [2, 1])


def test_mark_on_a_criterion_that_does_not_apply_is_ignored():
    result = engine.score([[80, 5]], [1, 1], [[True, False]])
    assert_array_equal(result.contribution, [[80, 0]])


def test_nothing_applicable_has_no_result():
    applicable = [[False, False], [True, False], [True, True]]
    result = engine.score([[1, 2], [50, 50], [40, 40]], [1, 1], applicable)
    assert_array_equal(result.total, [NAN, 50, 40])
    assert_array_equal(result.contribution[0], [NAN, NAN])
    for field in (result.low, result.high, result.coverage):
        assert np.isnan(field[0])
    assert_array_equal(result.rank, [0, 1, 2])
    assert_array_equal(result.possible_rank, [[0, 0], [1, 1], [2, 2]])
    assert_array_equal(
        engine.score([[1, 2]], [1, 0], [[False, True]]).total, [NAN]
    )  # what applies has no weight


def test_competition_ranks_and_near_ties():
    def ranks(*totals):
        result = engine.score(np.array(totals)[:, None], [1])
        return result.rank.tolist(), result.tied.tolist()

    assert ranks(50, 50, 40) == ([1, 1, 3], [True, True, False])
    assert ranks(40, 50, 50) == ([3, 1, 1], [False, True, True])
    assert ranks(60, 50, 50, 50, 40) == ([1, 2, 2, 2, 5], [False, True, True, True, False])
    assert ranks(50, 50 + 0.9e-7) == ([1, 1], [True, True])
    assert ranks(50, 50 + 1.1e-7) == ([2, 1], [False, False])
    # A chain: the ends are 1.6e-7 apart, yet share the first one's rank.
    assert ranks(50, 50 + 1.6e-7, 50 + 0.8e-7, 49) == ([1, 1, 1, 4], [True, True, True, False])


def test_complete_vendors_possible_rank_is_their_rank_in_a_chain_too():
    totals = np.array([[50], [50 + 1.6e-7], [50 + 0.8e-7], [49]])
    result = engine.score(totals, [1], np.ones((4, 1), bool))
    assert_array_equal(result.possible_rank, np.column_stack((result.rank, result.rank)))


def test_chain_through_the_vendors_own_high_does_not_count():
    # Vendor 0 runs from 50 to 50.00000012. At its low, its own high must not link 1 and 2.
    points = np.array([[50.0, NAN], [50.00000006, 50.00000006], [50.00000018, 50.00000018]])
    weights = [1.0, 0.0]
    result = engine.score(points, weights)
    assert_array_equal(result.possible_rank[0], [2, 2])
    narrow = [1 - 1.2e-9, 1.2e-9]
    low = [50.0 / narrow[0], NAN]
    result = engine.score(np.array([low, points[1], points[2]]), narrow)
    assert result.high[0] - result.low[0] == pytest.approx(1.2e-7, abs=1e-12)
    assert_array_equal(result.possible_rank, [[1, 2], [1, 2], [1, 1]])


def test_ineligible_vendors_keep_total_and_would_be_rank():
    points = [[90], [80], [80], [70]]
    result = engine.score(points, [1], eligible=[False, True, True, True])
    assert_array_equal(result.total, [90, 80, 80, 70])
    assert_array_equal(result.rank, [0, 1, 1, 3])
    assert_array_equal(result.tied, [False, True, True, False])
    assert_array_equal(result.would_be_rank, [1, 2, 2, 4])
    assert_array_equal(result.possible_rank, [[0, 0], [1, 1], [1, 1], [3, 3]])


def test_a_tie_with_an_ineligible_vendor_is_no_tie():
    result = engine.score([[80], [80]], [1], eligible=[True, False])
    assert_array_equal(result.rank, [1, 0])
    assert_array_equal(result.tied, [False, False])
    assert_array_equal(result.would_be_rank, [1, 1])


def test_nobody_eligible_or_nobody_complete():
    result = engine.score([[80], [NAN]], [1], eligible=[False, False])
    assert_array_equal(result.rank, [0, 0])
    assert_array_equal(result.possible_rank, [[0, 0], [0, 0]])
    result = engine.score([[NAN], [NAN]], [1])
    assert_array_equal(result.rank, [0, 0])
    assert_array_equal(result.would_be_rank, [0, 0])
    assert_array_equal(result.possible_rank, [[1, 2], [1, 2]])


def test_one_vendor():
    result = engine.score([[80, 20]], [1, 1])
    assert_array_equal(result.rank, [1])
    assert_array_equal(result.possible_rank, [[1, 1]])


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 10, 13, 30])
def test_full_and_no_points_give_100_and_0(count):
    weights = np.full(count, 1 / count)
    result = engine.score([[100.0] * count, [0.0] * count], weights)
    assert_allclose(result.total, [100, 0], atol=1e-9, rtol=0)
    assert result.total[1] == 0


def test_points_a_hair_outside_come_from_rounding():
    result = engine.score([[100.00000000000001, -1e-14]], [1, 1])
    assert_array_equal(result.contribution, [[50, 0]])


def test_none_and_whole_numbers_are_accepted():
    assert_array_equal(engine.score([[None, 3]], [1, 1]).total, [NAN])
    assert_array_equal(engine.score([[1, 3]], [1, 1], [[1, 0]]).total, [1])
    fortran = np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])
    assert_array_equal(engine.score(fortran, [1, 1]).total, [1.5, 3.5])


def test_results_are_frozen_and_inputs_are_not_touched():
    points, weights = np.array([[10.0, NAN], [30.0, 40.0]]), np.array([3.0, 1.0])
    applicable, eligible = np.ones((2, 2), bool), np.array([True, False])
    kept = [array.copy() for array in (points, weights, applicable, eligible)]
    given = (points, weights, applicable, eligible)
    for result in (
        engine.score(points, weights, applicable, eligible=eligible),
        engine.score(points[1:], weights),
    ):
        for field in dataclasses.fields(result):
            value = getattr(result, field.name)
            assert not value.flags.writeable, field.name
            assert not any(np.shares_memory(value, array) for array in given)
        with pytest.raises(dataclasses.FrozenInstanceError):
            result.total = points
    for before, after in zip(kept, given, strict=True):
        assert_array_equal(before, after)
        assert after.flags.writeable


GOOD = [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    ("arguments", "options", "name"),
    [
        (([1.0, 2.0], [1, 1]), {}, "points"),
        (([[[1.0]]], [1]), {}, "points"),
        (([[], []], [1]), {}, "points"),
        (([[1.0, 2.0], [3.0]], [1, 1]), {}, "points"),
        (([["x", "y"]], [1, 1]), {}, "points"),
        (([[np.inf, 1.0]], [1, 1]), {}, "points"),
        (([[-np.inf, 1.0]], [1, 1]), {}, "points"),
        (([[np.inf, NAN]], [1, 1]), {}, "points"),
        (([[100.1, 1.0]], [1, 1]), {}, "points"),
        (([[-0.1, NAN]], [1, 1]), {}, "points"),
        ((GOOD, [1]), {}, "weights"),
        ((GOOD, [1, 1, 1]), {}, "weights"),
        ((GOOD, [[1, 1]]), {}, "weights"),
        ((GOOD, [1, -1]), {}, "weights"),
        ((GOOD, [0, 0]), {}, "weights"),
        ((GOOD, [1, NAN]), {}, "weights"),
        ((GOOD, [1, np.inf]), {}, "weights"),
        ((GOOD, [1, 1], [True, True]), {}, "applicable"),
        ((GOOD, [1, 1], [[True, True]]), {}, "applicable"),
        ((GOOD, [1, 1], [[True], [True, False]]), {}, "applicable"),
        ((GOOD, [1, 1], [[1, 2], [1, 1]]), {}, "applicable"),
        ((GOOD, [1, 1], [[NAN, 1], [1, 1]]), {}, "applicable"),
        ((GOOD, [1, 1]), {"eligible": [True]}, "eligible"),
        ((GOOD, [1, 1]), {"eligible": [1, 2]}, "eligible"),
    ],
)
def test_score_refuses(arguments, options, name):
    with pytest.raises(ValueError, match=f"^{name}:"):
        engine.score(*arguments, **options)


def test_gates_equal_passes_and_missing_does_not():
    result = engine.gates([[3, 5], [2.9, 5], [NAN, 5], [3, 4]], [(0, 3), (1, 5)])
    assert_array_equal(result.passed, [[True, True], [False, True], [False, True], [True, False]])
    assert_array_equal(result.eligible, [True, False, False, False])


def test_without_gates_all_are_eligible():
    result = engine.gates([[NAN], [1]], [])
    assert result.passed.shape == (2, 0)
    assert_array_equal(result.eligible, [True, True])


def test_two_gates_on_one_criterion_and_frozen_results():
    marks = np.array([[3.0]])
    result = engine.gates(marks, [(np.int64(0), 2), (0, 4)])
    assert_array_equal(result.passed, [[True, False]])
    assert not result.passed.flags.writeable
    assert not result.eligible.flags.writeable
    assert marks.flags.writeable


@pytest.mark.parametrize(
    ("marks", "rules", "name"),
    [
        ([1.0], [], "marks"),
        ([[np.inf]], [], "marks"),
        ([[1.0]], [(1, 0)], "rules"),
        ([[1.0]], [(-1, 0)], "rules"),
        ([[1.0]], [(0.5, 0)], "rules"),
        ([[1.0]], [(0, NAN)], "rules"),
        ([[1.0]], [(0, np.inf)], "rules"),
        ([[1.0]], [(0, 1, 2)], "rules"),
    ],
)
def test_gates_refuse(marks, rules, name):
    with pytest.raises(ValueError, match=f"^{name}:"):
        engine.gates(marks, rules)
