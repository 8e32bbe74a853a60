"""Every published table that these functions can be held against, with its own tolerance."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from evaluations import engine
from evaluations.tests.engine.cases import load


def test_goodwin_wright_office():
    case = load("wsm-goodwin-wright-office")
    expected, tolerance = case["expected"], case["tolerance"]

    result = engine.score(case["matrix"], case["weights"])

    assert_allclose(result.total, expected["scores"], atol=tolerance["scores"], rtol=0)
    assert_array_equal(result.rank, expected["ranking"])
    swings = engine.swing(expected["raw_swing_points"])
    assert_allclose(
        100 * swings,
        expected["swing_weights_percent"],
        atol=tolerance["swing_weights_percent"],
        rtol=0,
    )


def test_goodwin_wright_cost_per_benefit_point():
    case = load("wsm-goodwin-wright-office")
    expected = case["expected"]
    benefit = dict(
        zip(
            (name[0] for name in expected["alternatives"]),
            engine.score(case["matrix"], case["weights"]).total,
            strict=True,
        )
    )
    for step, cost in expected["annual_cost_difference"].items():
        worse, better = step.split("->")
        assert_allclose(
            cost / (benefit[better] - benefit[worse]),
            expected["cost_per_benefit_point"][step],
            atol=case["tolerance"]["cost_per_benefit_point"],
            rtol=0,
        )


def test_goodwin_wright_turnover():
    """Elton Street at both ends of the group weight, the leader either side of the crossing."""
    case = load("stability-goodwin-wright-turnover")
    expected, tolerance = case["expected"], case["tolerance"]
    names = load("wsm-goodwin-wright-office")["expected"]["alternatives"]
    turnover = engine.swing(list(case["weights"]["turnover"].values()))
    conditions = engine.swing(list(case["weights"]["working_conditions"].values()))

    def at(percent):
        weights = np.concatenate((percent * turnover, (100 - percent) * conditions))
        return engine.score(case["matrix"], weights)

    elton = names.index("Elton Street")
    for percent, key in ((0, "elton_at_turnover_0"), (100, "elton_at_turnover_100")):
        assert_allclose(at(percent).total[elton], expected[key], atol=tolerance["elton"], rtol=0)

    crossing = expected["crossover_weight_turnover_percent"]
    slack = tolerance["crossover_weight_turnover_percent"]
    leaders = {
        percent: names[int(at(percent).rank.argmin())]
        for percent in (0, crossing - slack, crossing + slack, 81, 100)
    }
    assert leaders == {
        0: expected["leader_below_crossover"],
        crossing - slack: expected["leader_below_crossover"],
        crossing + slack: expected["leader_at_81"],
        81: expected["leader_at_81"],
        100: expected["leader_at_81"],
    }


def test_exact_tie():
    case = load("wsm-tie-wikipedia")

    result = engine.score(case["matrix"], case["weights"])

    assert_allclose(
        result.total, case["expected"]["scores"], atol=case["tolerance"]["scores"], rtol=0
    )
    assert_array_equal(result.rank, case["expected"]["ranking_competition"])
    assert_array_equal(result.tied, [False, True, True])


def test_triantaphyllou_mann_paradox():
    case = load("wsm-triantaphyllou-mann-1989")
    expected, tolerance = case["expected"], case["tolerance"]

    result = engine.score(case["matrix"], case["weights"])
    assert_allclose(result.total, expected["wsm_scores"], atol=tolerance["wsm"], rtol=0)
    best = expected["wsm_best"]
    assert result.rank[best] == 1
    exact = float(Fraction(expected["wsm_best_score"]))
    assert_allclose(result.total[best], exact, atol=tolerance["wsm"], rtol=0)

    by_sum = engine.saw(case["matrix"], case["weights"], case["objectives"], "sum")
    assert by_sum.argmax() == expected["sum_normalised_best"]
    assert_allclose(
        by_sum.max(),
        expected["sum_normalised_best_score"],
        atol=tolerance["sum_normalised"],
        rtol=0,
    )


def test_topsis_tzeng_huang():
    case = load("topsis-tzeng-huang-2011")

    closeness = engine.topsis(case["matrix"], case["weights"], case["objectives"])

    assert_allclose(
        closeness, case["expected"]["closeness"], atol=case["tolerance"]["closeness"], rtol=0
    )
    assert_array_equal((-closeness).argsort().argsort() + 1, case["expected"]["ranking"])


def test_supplier_badi_simple_additive_weighting():
    case = load("supplier-badi-2017")

    result = engine.saw(case["matrix"], case["weights"], case["objectives"], "max")

    assert_allclose(
        result, case["expected"]["saw_linear_max"], atol=case["tolerance"]["saw"], rtol=0
    )
    assert_array_equal((-result).argsort().argsort() + 1, case["expected"]["saw_ranking"])


def test_low_bid_negometrix():
    case = load("price-low-bid-negometrix")
    expected, tolerance = case["expected"], case["tolerance"]["total"]
    most = np.array(case["weights"]["max_points"], dtype=float)
    price = engine.lowest_price(case["matrix"]["price"])
    quality = 100 * np.array(case["matrix"]["quality_points"]) / most[:-1]

    result = engine.score(np.column_stack((quality, price)), most)

    assert_allclose(price * most[-1] / 100, expected["price_points"], atol=tolerance, rtol=0)
    assert_allclose(result.total * most.sum() / 100, expected["total"], atol=tolerance, rtol=0)
    assert_allclose(result.total, expected["percent"], atol=tolerance, rtol=0)
    assert_array_equal(result.rank, expected["ranking"])


def test_irrelevant_bid_flips_lowest_price_but_not_fixed_ends():
    case = load("price-irrelevant-bid")
    expected, tolerance = case["expected"], case["tolerance"]["all"]
    quality = np.array(case["matrix"]["quality_points"], dtype=float)
    price = np.array(case["matrix"]["price"], dtype=float)
    weight = case["weights"]["price_points"] / 100
    ends = expected["linear_fixed_anchors"]

    def relative(count):
        return quality[:count] + weight * engine.lowest_price(price[:count])

    def fixed(count):
        points = engine.linear(price[:count], worst=ends["price_max"], best=ends["price_min"])
        return quality[:count] + weight * points

    assert_allclose(relative(2), expected["without_C"], atol=tolerance, rtol=0)
    assert_allclose(relative(3), expected["with_C"], atol=tolerance, rtol=0)
    assert "AB"[relative(2).argmax()] == expected["winner_without_C"]
    assert "ABC"[relative(3).argmax()] == expected["winner_with_C"]
    assert_allclose(fixed(2), ends["without_C"], atol=tolerance, rtol=0)
    assert_allclose(fixed(3), ends["with_C"], atol=tolerance, rtol=0)


def test_rank_weights_roszkowska():
    case = load("rank-weights-roszkowska-2013")
    n, expected, tolerance = case["matrix"]["n"], case["expected"], case["tolerance"]

    for weights, key in (
        (engine.rank_order_centroid(n), "roc"),
        (engine.rank_sum(n), "rank_sum"),
        (engine.rank_reciprocal(n), "rank_reciprocal"),
    ):
        assert_allclose(weights, expected[key], atol=tolerance["table"], rtol=0)
    exact = [float(Fraction(share)) for share in expected["roc_exact"]]
    assert_allclose(engine.rank_order_centroid(n), exact, atol=tolerance["exact"], rtol=0)


def test_rank_reversal_belton_gear():
    case = load("rank-reversal-belton-gear-1983")
    expected, tolerance = case["expected"], case["tolerance"]["all"]
    before = np.array(case["matrix"]["raw"], dtype=float)
    after = np.vstack((before, case["matrix"]["added_copy_of_B"]))
    for matrix, by_sum, by_max in (
        (before, "without_D", "max_normalised"),
        (after, "with_D", "max_normalised_with_D"),
    ):
        for normalization, key in (("sum", by_sum), ("max", by_max)):
            result = engine.saw(matrix, case["weights"], case["objectives"], normalization)
            assert_allclose(result, expected[key], atol=tolerance, rtol=0)


def test_fixed_scales_do_not_reverse_ranks():
    case = load("rank-reversal-belton-gear-1983")
    before = engine.linear(case["matrix"]["raw"], worst=0, best=10)
    copy = engine.linear(case["matrix"]["added_copy_of_B"], worst=0, best=10)

    without = engine.score(before, case["weights"])
    including = engine.score(np.vstack((before, copy)), case["weights"])

    assert_array_equal(including.total[:3], without.total)
    assert including.total[3] == including.total[1]
    assert_array_equal(including.rank, [3, 1, 4, 1])


def test_acceptability_by_geometry():
    case = load("smaa-analytic")
    two, three = case["matrix"]["two_criteria"], case["matrix"]["three_criteria"]
    expected = case["expected"]
    central_on = float(Fraction(expected["three_criteria"]["central_weights_diagonal"]))
    central_off = float(Fraction(expected["three_criteria"]["central_weights_off_diagonal"]))
    for n, key in ((100_000, "N_100000"), (10_000, "N_10000")):
        tolerance = case["tolerance"][key]
        found = engine.acceptability(two, engine.draw_weights("any", [1, 1], n, 11))
        ranks = expected["two_criteria"]["rank_acceptability"]
        assert_allclose(found.rank_share, ranks, atol=tolerance, rtol=0)
        *central, never = expected["two_criteria"]["central_weights"]
        assert_allclose(found.central_weights[:2], central, atol=tolerance, rtol=0)
        assert never is None
        assert np.isnan(found.central_weights[2]).all()

        found = engine.acceptability(three, engine.draw_weights("any", [1, 1, 1], n, 12))
        ranks = expected["three_criteria"]["rank_acceptability"]
        assert_allclose(found.rank_share, ranks, atol=tolerance, rtol=0)
        assert_allclose(np.diag(found.central_weights), central_on, atol=tolerance, rtol=0)
        off = found.central_weights[~np.eye(3, dtype=bool)]
        assert_allclose(off, central_off, atol=tolerance, rtol=0)


@pytest.mark.parametrize("name", ["kendall-w-siegel-castellan-1988", "kendall-w-irr-anxiety-ties"])
def test_kendall_w(name):
    case = load(name)
    expected, tolerance = case["expected"], case["tolerance"]
    found = engine.kendall_w(case["matrix"])
    assert_allclose(found.w, expected["W"], atol=tolerance["W"], rtol=0)
    assert_allclose(found.chi_square, expected["chi2"], atol=tolerance["chi2"], rtol=0)
    assert found.df == expected["df"]


def test_krippendorff_four_coders():
    case = load("krippendorff-2011-four-coders")
    for level, alpha in case["expected"].items():
        found = engine.krippendorff_alpha(case["matrix"], level)
        assert_allclose(found, alpha, atol=case["tolerance"]["alpha"], rtol=0)


def test_ahp_drinks():
    case = load("ahp-saaty-2008-drinks")
    expected, tolerance = case["expected"], case["tolerance"]
    found = engine.ahp(case["matrix"])
    assert_allclose(found.weights, expected["weights"], atol=tolerance["weights"], rtol=0)
    assert_allclose(found.consistency_ratio, expected["CR"], atol=tolerance["CR"], rtol=0)


def test_ahp_size_of_house():
    case = load("ahp-saaty-1988-house-inconsistent")
    expected, tolerance = case["expected"], case["tolerance"]
    found = engine.ahp(case["matrix"])
    for key, value in (
        ("lambda_max", found.lambda_max),
        ("CI", found.consistency_index),
        ("CR", found.consistency_ratio),
    ):
        assert_allclose(value, expected[key], atol=tolerance[key], rtol=0)


def test_goodwin_wright_turnover_stability():
    """The two groups of criteria as two criteria; the book's crossing is the end of the range."""
    case = load("stability-goodwin-wright-turnover")
    expected, tolerance = case["expected"], case["tolerance"]
    names = load("wsm-goodwin-wright-office")["expected"]["alternatives"]
    matrix = np.array(case["matrix"])
    turnover, conditions = (
        engine.swing(list(case["weights"][group].values()))
        for group in ("turnover", "working_conditions")
    )
    groups = np.column_stack((matrix[:, :3] @ turnover, matrix[:, 3:] @ conditions))
    weight = case["weights"]["group_weight_turnover"]

    found = engine.stability(groups, [weight, 100 - weight])

    low, high = expected["stability_interval_percent"]
    slack = tolerance["crossover_weight_turnover_percent"]
    assert_allclose(100 * found.low[0], low, atol=slack, rtol=0)
    assert_allclose(100 * found.high[0], high, atol=slack, rtol=0)
    assert names[found.leader] == expected["leader_at_81"]
    assert names[found.next_leader[0, 0]] == expected["leader_below_crossover"]
    assert found.next_leader[0, 1] == -1
    draws = engine.draw_weights("any", [1, 1], 20_000, 1)
    never = engine.acceptability(groups, draws).first == 0
    assert [name for name, out in zip(names, never, strict=True) if out] == expected["never_first"]
