"""How firm the first place is: other weights, and what would change the leader."""

import math
from collections.abc import Callable

import numpy as np

from evaluations import engine
from evaluations.analysis import panel
from evaluations.analysis.findings import (
    ANY,
    AROUND,
    SAME_ORDER,
    Change,
    Interval,
    Lead,
    LeftOut,
    Model,
    Standing,
    Verdict,
)
from evaluations.analysis.problem import Problem
from evaluations.engine import explain
from evaluations.engine.arguments import FloatArray

CONCENTRATION = 50.0
DELTA = 0.1
"""The tornado moves each weight by this much, ten percentage points."""
EVALUATOR, CRITERION = "evaluator", "criterion"


def models(problem: Problem, draws: int, seed: int) -> tuple[Model, ...]:
    """The three weight models, each with the same seed."""
    points = panel.sampled_points(problem, seed, min(draws, panel.SAMPLES))
    return tuple(_model(problem, name, draws, seed, points) for name in (AROUND, SAME_ORDER, ANY))


def verdict(around: Model, *, tied: bool = False) -> Verdict:
    """Clear, likely or too close to call, for the leader in the model around the given weights.

    A first place that is shared is always too close to call.
    """
    leader = around.standings[0]
    code = explain.verdict_code(leader.first, tied=tied)
    return Verdict(code, leader.candidate, leader.first, leader.standard_error)


def _model(problem: Problem, name: str, draws: int, seed: int, sampled: FloatArray | None) -> Model:
    weights = engine.draw_weights(name, problem.weights, draws, seed, CONCENTRATION)
    found = engine.acceptability(problem.points, weights, applicable=problem.mask)

    def standing(row: int, pk: int) -> Standing:
        central = found.central_weights[row]
        wins = bool(found.first[row] > 0)
        sure = None
        if wins and sampled is not None:
            sure = panel.confidence(problem, sampled, central, row)
        return Standing(
            candidate=pk,
            ranks=tuple(found.rank_share[row].tolist()),
            standard_error=float(found.standard_error[row]),
            weights=tuple(central.tolist()) if wins else (),
            confidence=sure,
        )

    return Model(name, tuple(standing(row, pk) for row, pk in enumerate(problem.candidates)))


def intervals(problem: Problem) -> tuple[Interval, ...]:
    """How far each weight may move, in the order of the criteria."""
    found = engine.stability(problem.points, problem.weights, applicable=problem.mask)
    return tuple(
        Interval(
            criterion=pk,
            weight=float(problem.weights[column]),
            low=float(found.low[column]),
            high=float(found.high[column]),
            below=problem.candidate(found.next_leader[column, 0]),
            above=problem.candidate(found.next_leader[column, 1]),
        )
        for column, pk in enumerate(problem.criteria)
    )


def leads(problem: Problem) -> tuple[Lead, ...]:
    """The tornado, in the order of the criteria."""
    found = engine.tornado(problem.points, problem.weights, DELTA, applicable=problem.mask)
    return tuple(
        Lead(pk, float(less), float(more))
        for pk, (less, more) in zip(problem.criteria, found, strict=True)
    )


def left_out(problem: Problem) -> tuple[LeftOut, ...]:
    """Who leads without each evaluator (where there are several) and each criterion that counts."""
    table = problem.table
    # A mark that people agreed on holds whoever is left out: as if all of them had given it.
    agreed = table.with_moderated(np.full(table.marks.shape[1:], np.nan))
    marks = np.where(np.isnan(agreed), table.marks, agreed)[:, problem.rows]
    found = engine.leave_one_out(
        marks, table.to_points, problem.weights, applicable=problem.mask, how=table.how
    )
    people = zip(table.evaluators, found.evaluator, strict=True) if len(marks) > 1 else ()
    counting = [
        (pk, row)
        for pk, row, weight in zip(problem.criteria, found.criterion, problem.weights, strict=True)
        if weight > 0
    ]
    return (
        *(LeftOut(EVALUATOR, card.pk, problem.candidate(row)) for card, row in people),
        *(
            LeftOut(CRITERION, pk, problem.candidate(row))
            for pk, row in counting
            if len(counting) > 1
        ),
    )


def changes(
    problem: Problem, stable: tuple[Interval, ...], without: tuple[LeftOut, ...]
) -> tuple[Change, ...]:
    """What would change the leader: weights by how far they must move, then evaluators left out.

    Nothing when the first place is shared: then the slightest change decides.
    """
    if len(problem.ranking.leaders) > 1:
        return ()
    found = [
        _weight_change(problem, row, edge, leader)
        for row in stable
        for edge, leader in ((row.low, row.below), (row.high, row.above))
        if leader is not None
    ]
    if (problem.weights > 0).sum() == 2:
        # What one of two loses the other gains: say it once, of the one that gains.
        found = [change for change in found if (change.weight or 0.0) > (change.now or 0.0)]
    elif (transfer := _transfer(problem)) is not None:
        found.append(transfer)
    found.sort(key=lambda change: round(change.amount or 0.0, 9))
    people = [
        Change(EVALUATOR, row.leader, evaluator=row.pk)
        for row in without
        if row.kind == EVALUATOR and row.leader not in {None, problem.candidates[0]}
        if row.leader is not None
    ]
    return (*found, *people)


def _weight_change(problem: Problem, row: Interval, edge: float, leader: int) -> Change:
    column = problem.criteria.index(row.criterion)
    share = problem.weights[column]
    unit = np.eye(len(problem.weights))[column]
    rest = np.where(unit > 0, 0.0, problem.weights)
    rest = rest / rest.sum() if rest.any() else (1.0 - unit) / max(len(unit) - 1, 1)

    def leads_at(weight: float) -> bool:
        mixed = weight * unit + (1.0 - weight) * rest
        return problem.candidate(problem.leader(mixed)) == leader

    weight = _beyond(float(share), edge, leads_at)
    return Change(
        "weight",
        leader,
        amount=abs(weight - float(share)),
        criterion=row.criterion,
        now=float(share),
        weight=weight,
    )


def _transfer(problem: Problem) -> Change | None:
    found = engine.flip(problem.points, problem.weights, applicable=problem.mask)
    if found is None:
        return None
    leader = problem.candidates[found.leader]
    unit = np.eye(len(problem.weights))

    def leads_at(amount: float) -> bool:
        mixed = problem.weights + amount * (unit[found.target] - unit[found.source])
        if mixed[found.source] < -engine.TIE:
            return False
        return problem.candidate(problem.leader(np.maximum(mixed, 0.0))) == leader

    amount = _beyond(0.0, found.amount, leads_at)
    return Change(
        "transfer",
        leader,
        amount=amount,
        criterion=problem.criteria[found.target],
        now=float(problem.weights[found.target]),
        weight=float(problem.weights[found.target] + amount),
        source=problem.criteria[found.source],
        source_weight=max(float(problem.weights[found.source] - amount), 0.0),
    )


def _beyond(now: float, edge: float, leads_at: Callable[[float], bool]) -> float:
    """A readable share just beyond `edge` (seen from `now`) at which the new leader does lead.

    Whole percent if that does not go much further than it must, else with decimals.
    """
    up = edge >= now
    for decimals in (0, 1, 2, 3):
        step = 10.0 ** -(2 + decimals)
        steps = math.ceil(edge / step - 1e-9) if up else math.floor(edge / step + 1e-9)
        for further in (0, 1):
            share = min(max((steps + (further if up else -further)) * step, 0.0), 1.0)
            overshoot = abs(share - edge)
            if overshoot <= max(abs(edge - now) / 2, 0.0) and leads_at(share):
                return round(share, 2 + decimals)
    return edge
