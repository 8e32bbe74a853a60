"""What it takes to change the leader: against brute force, by hand, with gaps and ties."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from evaluations import engine
from evaluations.tests.engine.hypothesis_settings import patient

NAN = np.nan
fives = st.integers(0, 20).map(lambda step: 5.0 * step)
STEPS = 2000


@st.composite
def problems(draw, max_criteria=4):
    """(points, weights, applicable or None); weights in whole numbers, zeros among them."""
    vendors, criteria = draw(st.integers(1, 5)), draw(st.integers(1, max_criteria))
    points = draw(arrays(np.float64, (vendors, criteria), elements=fives | st.floats(0, 100)))
    whole = st.integers(0, 6).map(float)
    weights = draw(arrays(np.float64, criteria, elements=whole).filter(np.any))
    applicable = draw(st.none() | arrays(np.bool_, (vendors, criteria)))
    if applicable is not None:
        applicable[~(applicable @ weights).astype(bool)] = True
    return points, weights, applicable


def totals(points, weights, applicable):
    """Plain weighted means, NaN where nothing with a weight applies."""
    applies = np.ones(points.shape) if applicable is None else applicable.astype(float)
    with np.errstate(invalid="ignore"):
        return (np.where(applies, points, 0) @ weights) / (applies @ weights)


def moved(share, criterion, weight):
    """The weights with one of them moved (to each of several) and the others in proportion."""
    rest = share.copy()
    rest[criterion] = 0.0
    if not rest.any():
        rest = 1.0 - np.eye(len(share))[criterion]
    rest = rest / rest.sum()
    own = np.eye(len(share))[criterion]
    return np.multiply.outer(weight, own) + np.multiply.outer(1.0 - weight, rest)


def lead_of(leader, total):
    """Over the best other vendor."""
    return total[leader] - np.nanmax(np.delete(total, leader))


def walk(problem, weights):
    """The first of many weights [STEPS,C] at which the leader is another one, and who; or None."""
    points, share, applicable = problem
    leaders = totals(points, weights.T, applicable).argmax(axis=0)
    changed = leaders != totals(points, share, applicable).argmax()
    return (changed.argmax(), leaders[changed.argmax()]) if changed.any() else None


def random_problems(seed, gaps):
    rng = np.random.default_rng(seed)
    for _ in range(60):
        vendors, criteria = rng.integers(2, 6), rng.integers(2, 5)
        points, share = rng.uniform(0, 100, (vendors, criteria)), rng.dirichlet(np.ones(criteria))
        applicable = rng.random((vendors, criteria)) < 0.7 if gaps else None
        if gaps:
            applicable[np.arange(vendors), rng.integers(0, criteria, vendors)] = True
        yield points, share, applicable


# Not the very ends, where nothing may apply to a vendor any more.
WAY = np.linspace(0, 1, STEPS)[1:-1]


@pytest.mark.parametrize("gaps", [False, True])
def test_stability_equals_brute_force(gaps):
    for points, share, applicable in random_problems(31, gaps):
        found = engine.stability(points, share, applicable=applicable)
        assert found.leader == totals(points, share, applicable).argmax()
        for criterion, own in enumerate(share):
            for side, end in enumerate((0.0, 1.0)):
                reached = (found.low, found.high)[side]
                weights = own + WAY * (end - own)
                changes = walk((points, share, applicable), moved(share, criterion, weights))
                place, leader = changes or (-1, -1)
                expected = weights[place] if changes else end
                assert_allclose(reached[criterion], expected, atol=1.5 / STEPS)
                assert found.next_leader[criterion, side] == leader


@pytest.mark.parametrize("gaps", [False, True])
def test_flip_equals_brute_force(gaps):
    found_some = 0
    for points, share, applicable in random_problems(32, gaps):
        smallest = (np.inf, None)
        for i, j in itertools.permutations(range(len(share)), 2):
            amounts = share[i] * WAY
            weights = share + amounts[:, None] * (np.eye(len(share))[j] - np.eye(len(share))[i])
            changes = walk((points, share, applicable), weights)
            if changes:
                smallest = min(smallest, (amounts[changes[0]], changes[1], i, j))
        found = engine.flip(points, share, applicable=applicable)
        if smallest[1] is None:
            assert found is None
            continue
        found_some += 1
        assert_allclose(found.amount, smallest[0], atol=1.5 / STEPS)
        assert (found.leader, found.source, found.target) == smallest[1:]
    assert found_some > 10


@patient
@given(problems())
def test_the_leader_leads_inside_its_interval_and_the_next_one_beyond(problem):
    points, weights, applicable = problem
    found = engine.stability(points, weights, applicable=applicable)
    share = weights / weights.sum()
    assert ((found.low >= 0) & (found.high <= 1)).all()
    assert (found.low <= share + 1e-12).all()
    assert (found.high >= share - 1e-12).all()
    if len(points) == 1 or len(weights) == 1:
        assert_array_equal(found.low, np.zeros(len(weights)))
        assert_array_equal(found.high, np.ones(len(weights)))
        assert (found.next_leader == -1).all()
        return
    for criterion, (low, high) in enumerate(zip(found.low, found.high, strict=True)):
        for weight in np.linspace(low, high, 7)[1:-1]:
            total = totals(points, moved(share, criterion, weight), applicable)
            assert lead_of(found.leader, total) > -2e-7
        for end, edge, following in ((low, 0.0, 0), (high, 1.0, 1)):
            successor = found.next_leader[criterion, following]
            if successor < 0:
                assert end == edge
                continue
            further = end + 1e-3 * (edge - end)
            total = totals(points, moved(share, criterion, further), applicable)
            # Where the last weight that applies to a vendor vanishes, it may only come up to a tie.
            assert total[successor] > total[found.leader] - 10 * engine.TIE


@patient
@given(problems())
def test_a_little_more_than_the_flip_changes_the_leader_and_a_little_less_does_not(problem):
    points, weights, applicable = problem
    found = engine.flip(points, weights, applicable=applicable)
    share = weights / weights.sum()
    leader = engine.stability(points, weights, applicable=applicable).leader

    def after(source, target, amount):
        changed = share.copy()
        changed[source] = max(changed[source] - amount, 0.0)
        changed[target] += amount
        return totals(points, changed, applicable)

    for source, target in itertools.permutations(range(len(share)), 2):
        most = share[source] if found is None else min(found.amount, share[source])
        if len(points) > 1 and most > 0:
            assert lead_of(leader, after(source, target, 0.999 * most)) > -2e-7
    if found is not None:
        assert 0 <= found.amount <= share[found.source]
        amount = found.amount + 1e-3 * (share[found.source] - found.amount)
        total = after(found.source, found.target, amount)
        assert total[found.leader] > total[leader] - 1e-9


@patient
@given(problems(), st.integers(0, 20))
def test_tornado_agrees_with_scoring_anew(problem, step):
    points, weights, applicable = problem
    delta = step / 20
    found = engine.tornado(points, weights, delta, applicable=applicable)
    share = weights / weights.sum()
    assert found.shape == (len(weights), 2)
    if len(points) == 1:
        assert np.isnan(found).all()
        return
    leader = engine.stability(points, weights, applicable=applicable).leader
    for criterion, own in enumerate(share):
        for side, weight in enumerate((own - delta, own + delta)):
            weight = min(max(weight, 0.0), 1.0) if len(share) > 1 else 1.0
            changed = moved(share, criterion, weight) if len(share) > 1 else np.ones(1)
            total = totals(points, changed, applicable)
            if not np.isnan(total).any():
                assert_allclose(found[criterion, side], lead_of(leader, total), atol=1e-7)


def test_stability_and_tornado_by_hand():
    # At weight w of the first criterion: 100 w against 60: the second leads below 0.6.
    points, weights = [[100, 0], [60, 60]], [8, 2]
    found = engine.stability(points, weights)
    assert_allclose(found.low, [0.6, 0])
    assert_allclose(found.high, [1, 0.4])
    assert_array_equal(found.next_leader, [[1, -1], [-1, 1]])
    assert found.leader == 0
    lead = engine.tornado(points, weights, 0.3)
    assert_allclose(lead, [[-10, 40], [40, -10]])
    change = engine.flip(points, weights)
    assert (change.source, change.target, change.leader) == (0, 1, 1)
    assert change.amount == pytest.approx(0.2)


def test_the_others_share_equally_what_a_single_weighted_criterion_gives_away():
    points = [[100, 0, 0], [50, 100, 0]]
    # 100 t against 50 t + 50 (1 − t): equal at a half.
    found = engine.stability(points, [1, 0, 0])
    assert_allclose(found.low, [0.5, 0, 0])
    assert_allclose(found.high, [1, 1 / 3, 1])
    assert_array_equal(found.next_leader, [[1, -1], [-1, 1], [-1, -1]])


def test_an_end_at_which_nothing_applies_to_the_leader_any_more():
    points, applicable = [[80, NAN], [50, 70]], [[1, 0], [1, 1]]
    found = engine.stability(points, [1, 1], applicable=applicable)
    assert_array_equal(found.low, [0, 0])
    assert_array_equal(found.high, [1, 1])
    assert_array_equal(found.next_leader, [[-1, -1], [-1, -1]])
    assert engine.flip(points, [1, 1], applicable=applicable) is None
    lead = engine.tornado(points, [1, 1], 1, applicable=applicable)
    assert_allclose(lead, [[10, 30], [30, 10]])
    # Without weight, the leader's one criterion counts as just before.
    points, applicable = [[60, NAN], [50, 70]], [[1, 0], [1, 1]]
    found = engine.stability(points, [9, 1], applicable=applicable)
    assert_allclose(found.low, [0.5, 0])
    assert_array_equal(found.next_leader, [[1, -1], [-1, 1]])


def test_a_lead_that_is_lost_and_won_again():
    """With gaps a total is a ratio, and two of them can be equal twice."""
    points = np.array([[50.0, 50, NAN], [0, 100, 40]])
    applicable = np.array([[1, 1, 0], [1, 1, 1]])
    for weights in ([6, 1, 3], [1, 6, 3], [1, 1, 8]):
        share = np.array(weights) / 10
        found = engine.stability(points, weights, applicable=applicable)
        for criterion in range(3):
            inside = np.linspace(found.low[criterion], found.high[criterion], 99)[1:-1]
            for weight in inside:
                total = totals(points, moved(share, criterion, weight), applicable.astype(bool))
                assert total.argmax() == found.leader


def test_a_vendor_whose_last_applicable_criterion_has_next_to_no_weight():
    # Vendor 1 has 50 points until the very end, where its second criterion is all that is left.
    applicable = [[1, 0, 1], [0, 1, 1], [1, 1, 1]]
    points = [[99, NAN, 99], [NAN, 100, 50], [40, 0, 40]]
    found = engine.stability(points, [0.4, 1e-9, 0.6], applicable=applicable)
    assert found.leader == 0
    assert 0 <= found.low[2] < 1e-6
    assert_array_equal(found.next_leader[2], [1, -1])


def test_ties_at_the_top():
    # The first of the tied is the leader; any weight moved the wrong way makes the other one.
    points = [[60, 40], [40, 60], [40, 60]]
    found = engine.stability(points, [1, 1])
    assert found.leader == 0
    assert_allclose(found.low, [0.5, 0])
    assert_allclose(found.high, [1, 0.5])
    assert_array_equal(found.next_leader, [[1, -1], [-1, 1]])
    change = engine.flip(points, [1, 1])
    assert (change.source, change.target, change.leader) == (0, 1, 1)
    assert change.amount == pytest.approx(0, abs=1e-12)
    # Identical vendors are never ahead of each other.
    found = engine.stability([[60, 40], [60, 40]], [1, 1])
    assert_array_equal(found.next_leader, [[-1, -1], [-1, -1]])
    assert engine.flip([[60, 40], [60, 40]], [1, 1]) is None


def test_of_several_that_catch_up_together_the_steepest_takes_over():
    points = [[100, 0], [50, 50], [20, 80], [20, 80]]
    found = engine.stability(points, [3, 1])
    assert_allclose(found.low[0], 0.5)
    assert found.next_leader[0, 0] == 2
    # The same where rounding keeps them a hair apart: all have 70 at a third.
    weight = np.array([1, 2]) / 3
    slopes = np.array([30.0, 10.0, -20.0])
    points = 70 + slopes[:, None] * [weight[1], -weight[0]]
    found = engine.stability(points, [0.9, 0.1])
    assert_allclose(found.low[0], 1 / 3)
    assert found.next_leader[0, 0] == 2


def test_one_vendor_one_criterion():
    assert engine.flip([[50.0]], [1]) is None
    assert engine.flip([[50.0, 60.0]], [1, 1]) is None
    found = engine.stability([[50.0], [60.0]], [3])
    assert (found.low, found.high, found.leader) == ([0], [1], 1)
    assert_allclose(engine.tornado([[50.0], [60.0]], [3], 0.5), [[10, 10]])


def test_many_directions_at_once():
    points = np.random.default_rng(5).uniform(0, 100, (20, 18))
    weights = np.arange(1.0, 19)
    found = engine.flip(points, weights)
    share = weights / weights.sum()
    share[found.source] -= found.amount
    share[found.target] += found.amount
    rank = engine.score(points, share).rank
    assert rank[found.leader] == 1
    assert rank[engine.stability(points, weights).leader] == 1


def linear(mark):
    return engine.linear(mark, 0, 5)


MARKS = np.array(
    [
        [[5, 1, 4], [4, 4, 1], [0, 5, 2]],
        [[5, 3, 4], [2, 4, 1], [0, 5, 2]],
        [[1, 1, 0], [4, 5, 5], [0, 5, 2]],
    ],
    dtype=float,
)


def test_leave_one_out_by_hand():
    weights = [2, 1, 1]
    found = engine.leave_one_out(MARKS, linear, weights)
    expected = {"evaluator": [], "criterion": [], "vendor": []}
    for out in range(3):
        for axis, kind in enumerate(("evaluator", "vendor", "criterion")):
            kept = np.delete(MARKS, out, axis=axis)
            left = np.delete(weights, out) if kind == "criterion" else weights
            leader = engine.score(linear(kept.mean(axis=0)), left).rank.argmin()
            expected[kind].append(leader + (kind == "vendor" and leader >= out))
    for kind, leaders in expected.items():
        assert_array_equal(getattr(found, kind), leaders)
    assert found.leader == 1
    # Only without the third evaluator, or without the leader itself, does another one lead.
    assert_array_equal(found.evaluator, [1, 1, 0])
    assert_array_equal(found.vendor, [1, 0, 1])


def test_leave_one_out_with_nothing_left():
    found = engine.leave_one_out([[[3.0]]], linear, [1])
    assert (found.evaluator, found.criterion, found.vendor) == ([-1], [-1], [-1])
    assert found.leader == 0
    found = engine.leave_one_out(MARKS, linear, [0, 1, 0], evaluator_weights=[0, 2, 0])
    assert found.criterion[1] == -1
    assert found.evaluator[1] == -1
    assert (found.evaluator[[0, 2]] == found.leader).all()


def test_leave_one_out_says_nobody_for_ties_and_for_marks_that_get_lost():
    tied = np.array([[[3.0, 1.0], [1.0, 3.0]]] * 2)
    found = engine.leave_one_out(tied, linear, [1, 1])
    assert found.leader == -1
    assert_array_equal(found.evaluator, [-1, -1])
    assert_array_equal(found.criterion, [1, 0])
    assert_array_equal(found.vendor, [1, 0])
    # Without the first evaluator, vendor 1 has no mark: it might lead, or might not.
    marks = [[[3.0], [4.0]], [[3.0], [NAN]]]
    assert_array_equal(engine.leave_one_out(marks, linear, [1]).evaluator, [-1, 1])
    # Here it could not reach vendor 0 even with the best mark.
    marks = [[[5.0, 5.0], [4.0, 0.0]], [[5.0, 5.0], [NAN, 0.0]]]
    assert_array_equal(engine.leave_one_out(marks, linear, [1, 1]).evaluator, [0, 0])


def test_leave_one_out_where_a_criterion_does_not_apply():
    marks = np.array([[[4, NAN], [3, 3]], [[4, NAN], [3, 5]]])
    applicable = np.array([[True, False], [True, True]])
    found = engine.leave_one_out(marks, linear, [1, 1], applicable=applicable)
    assert found.leader == 0
    # Without the first criterion nothing applies to vendor 0.
    assert_array_equal(found.criterion, [1, 0])
    assert_array_equal(found.evaluator, [-1, 0])
    median = engine.leave_one_out(marks, linear, [1, 1], applicable=applicable, how="median")
    assert_array_equal(median.evaluator, found.evaluator)


def test_inputs_are_left_alone_and_results_are_frozen():
    points, weights = np.array([[80.0, NAN], [50, 70]]), np.array([3.0, 1.0])
    applicable = np.array([[True, False], [True, True]])
    kept = points.copy()
    found = engine.stability(points, weights, applicable=applicable)
    engine.flip(points, weights, applicable=applicable)
    engine.tornado(points, weights, 0.1, applicable=applicable)

    def spoiling(mark):
        mark[:] = 5.0
        return 10 * mark

    marks = MARKS.copy()
    left = engine.leave_one_out(marks, spoiling, [1, 1, 1])
    assert_array_equal(marks, MARKS)
    assert_array_equal(points, kept)
    assert_array_equal(weights, [3, 1])
    for values in (found.low, found.high, found.next_leader):
        with pytest.raises(ValueError, match="read-only"):
            values[...] = 0
    for values in (left.evaluator, left.criterion, left.vendor):
        with pytest.raises(ValueError, match="read-only"):
            values[...] = 0


CALLS = {
    "stability": engine.stability,
    "flip": engine.flip,
    "tornado": lambda points, weights, **more: engine.tornado(points, weights, 0.1, **more),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("points", "weights", "more", "name"),
    [
        ([1.0, 2.0], [1, 1], {}, "points"),
        ([[1.0, NAN]], [1, 1], {}, "points"),
        ([[1.0, np.inf]], [1, 1], {}, "points"),
        ([[1.0, 101]], [1, 1], {}, "points"),
        ([], [1, 1], {}, "points"),
        ([[1.0, 2.0]], [1], {}, "weights"),
        ([[1.0, 2.0]], [1, -1], {}, "weights"),
        ([[1.0, 2.0]], [0, 0], {}, "weights"),
        ([[1.0, 2.0]], [1, NAN], {}, "weights"),
        ([[1.0, 2.0]], [1, 1], {"applicable": [[True]]}, "applicable"),
        ([[1.0, 2.0]], [1, 0], {"applicable": [[False, True]]}, "applicable"),
        ([[NAN, 2.0]], [1, 1], {"applicable": [[True, True]]}, "points"),
    ],
)
def test_refuses(call, points, weights, more, name):
    with pytest.raises(ValueError, match=f"^{name}:"):
        call(points, weights, **more)


@pytest.mark.parametrize("delta", [-0.1, 1.1, NAN, np.inf, "wide"])
def test_tornado_refuses(delta):
    with pytest.raises(ValueError, match=r"^delta:"):
        engine.tornado([[1.0, 2.0]], [1, 1], delta)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"marks": [[1.0]]}, "marks"),
        ({"marks": [[[np.inf, 1.0]]]}, "marks"),
        ({"marks": [[[NAN, 1.0]]]}, "marks"),
        ({"weights": [1]}, "weights"),
        ({"weights": [0, 0]}, "weights"),
        ({"applicable": [[True]]}, "applicable"),
        ({"applicable": [[False, True]], "marks": [[[1.0, NAN]]]}, "marks"),
        ({"how": "mode"}, "how"),
        ({"evaluator_weights": [1, 1]}, "evaluator_weights"),
        ({"to_points": lambda mark: mark * 100}, "to_points"),
        ({"to_points": lambda mark: mark[:, :1]}, "to_points"),
        ({"to_points": lambda mark: [["a", "b"]]}, "to_points"),
    ],
)
def test_leave_one_out_refuses(change, name):
    asked = {"marks": [[[1.0, 2.0]]], "to_points": linear, "weights": [1, 1]} | change
    with pytest.raises(ValueError, match=f"^{name}:"):
        engine.leave_one_out(**asked)
