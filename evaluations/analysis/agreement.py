"""Do the evaluators agree: in their marks, in the order that follows, and where it matters.

Marks are compared as points. Measured figures are facts, so harshness and the agreement of marks
are read from judged criteria only. A mark that people agreed on in moderation differs no more.
"""

import numpy as np

from evaluations import engine
from evaluations.analysis.findings import (
    ALL_ALIKE,
    FAIR,
    NO_EVALUATOR,
    NO_OVERLAP,
    ONE_EVALUATOR,
    STRONG,
    WEAK,
    Agreement,
    Offset,
    TalkCell,
)
from evaluations.analysis.problem import Problem
from evaluations.engine.arguments import BoolArray, FloatArray
from evaluations.inputs import JUDGED

ALPHA_WORDS = (0.8, 2 / 3)
"""Strong from the one, fair from the other (Krippendorff 2004, Content Analysis, ch. 11)."""
W_WORDS = (0.7, 0.5)
"""The same for the order (Schmidt 1997, Decision Sciences 28(3), 763–774)."""
FEWEST_FOR_ORDER = 3
"""Candidates below which a number on the order would say next to nothing."""


def agreement(problem: Problem) -> Agreement:
    """What can be said; `reason` when that is nothing."""
    marks = evaluators_points(problem)
    judged = _judged(problem)
    given = ~np.isnan(marks)
    marking = int(given.any(axis=(1, 2)).sum())
    cells = int((given[:, :, judged].sum(axis=0) > 1).sum())
    reason = _nothing_to_say(marking, int((given.sum(axis=0) > 1).sum()))
    if reason:
        return Agreement(reason, marking, cells, None, "", None, "", 0, 0, (), (), ())
    alpha = _alpha(marks[:, :, judged], cells)
    totals = own_totals(problem, marks)
    w = _order_agreement(totals)
    offsets = _offsets(problem, marks[:, :, judged]) if cells else ()
    return Agreement(
        reason="",
        evaluators=marking,
        cells=cells,
        alpha=alpha,
        alpha_word=_word(alpha, ALPHA_WORDS) if cells else "",
        w=w,
        w_word=_word(w, W_WORDS) if len(totals) > 1 and totals.shape[1] >= FEWEST_FOR_ORDER else "",
        same_first=int((totals[:, 0] >= totals.max(axis=1) - engine.TIE).sum())
        if len(totals)
        else 0,
        own_orders=len(totals),
        offsets=offsets,
        corrected=_corrected(problem, marks, offsets),
        talk=_talk(problem, marks),
    )


def evaluators_points(problem: Problem) -> FloatArray:
    """[E,V,C] every candidate's marks of each evaluator as points; NaN where there is none."""
    table = problem.table
    return np.stack([table.to_points(marks) for marks in table.marks])


def own_totals(problem: Problem, marks: FloatArray) -> FloatArray:
    """[E',V] the ranked candidates' totals by one evaluator's marks alone.

    Only over criteria on which that evaluator marked all of them (people may judge different
    criteria); without such a criterion an evaluator has no order and is left out.
    """
    totals = []
    for points in marks[:, problem.rows]:
        marked = ~np.isnan(points)
        whole = (marked | ~problem.applicable).all(axis=0) & marked.any(axis=0)
        weights = np.where(whole, problem.weights, 0.0)
        if weights.sum() > 0:
            counted = np.where(marked, points, 0.0)
            total = engine.score(counted, weights, problem.applicable).total
            if not np.isnan(total).any():
                totals.append(total)
    return np.array(totals).reshape(len(totals), len(problem.rows))


def _judged(problem: Problem) -> BoolArray:
    return np.array([row.kind == JUDGED for row in problem.table.criteria], np.bool_)


def _nothing_to_say(marking: int, cells: int) -> str:
    if marking < 2:
        return ONE_EVALUATOR if marking else NO_EVALUATOR
    return "" if cells else NO_OVERLAP


def _alpha(marks: FloatArray, cells: int) -> float | None:
    if not cells:
        return None
    alpha = engine.krippendorff_alpha(marks.reshape(len(marks), -1), "interval")
    return None if np.isnan(alpha) else alpha


def _order_agreement(totals: FloatArray) -> float | None:
    if len(totals) < 2 or totals.shape[1] < FEWEST_FOR_ORDER:
        return None
    # Totals that differ by a hair are equal, as in the ranking.
    w = engine.kendall_w(np.round(totals, 7)).w
    return None if np.isnan(w) else w


def _word(value: float | None, limits: tuple[float, float]) -> str:
    """Without a value all marks are alike: nothing to tell agreement from."""
    if value is None:
        return ALL_ALIKE
    return STRONG if value >= limits[0] else FAIR if value >= limits[1] else WEAK


def _offsets(problem: Problem, marks: FloatArray) -> tuple[Offset, ...]:
    """The kindest first; whoever shares no cell with another has none."""
    found = engine.evaluator_offsets(marks)
    shared = (~np.isnan(marks)) & ((~np.isnan(marks)).sum(axis=0) > 1)
    rows = [
        Offset(evaluator.pk, float(found[layer]), int(shared[layer].sum()))
        for layer, evaluator in enumerate(problem.table.evaluators)
        if not np.isnan(found[layer])
    ]
    return tuple(sorted(rows, key=lambda row: (-row.points, row.evaluator)))


def _corrected(problem: Problem, marks: FloatArray, offsets: tuple[Offset, ...]) -> tuple[int, ...]:
    """The order with everybody's offset taken off their judged marks; () when nobody moves."""
    if len(problem.candidates) < 2 or not offsets:
        return ()
    table = problem.table
    offset_of = {row.evaluator: row.points for row in offsets}
    shift = np.array([offset_of.get(row.pk, 0.0) for row in table.evaluators])
    pooled = engine.pool(marks - shift[:, None, None], how=table.how).mark
    agreed = ~np.isnan(table.with_moderated(np.full(pooled.shape, np.nan)))
    replaced = _judged(problem)[None, :] & ~agreed & ~np.isnan(pooled)
    points = np.where(replaced, np.clip(pooled, 0.0, 100.0), table.points)[problem.rows]
    found = engine.score(
        np.where(problem.applicable, points, 0.0), problem.weights, problem.applicable
    )
    if found.rank.tolist() == [vendor.rank for vendor in problem.ranking.ranked]:
        return ()
    return tuple(problem.candidates[row] for row in np.argsort(found.rank, kind="stable"))


def _talk(problem: Problem, marks: FloatArray) -> tuple[TalkCell, ...]:
    """Cells of ranked candidates whose differing marks could change a rank, heaviest first."""
    if len(problem.candidates) < 2:
        return ()
    table = problem.table
    agreed = table.to_points(table.with_moderated(np.full(marks.shape[1:], np.nan)))
    settled = np.where(np.isnan(agreed), marks, np.where(np.isnan(marks), np.nan, agreed))
    # A cell that only moderation filled stands in the first evaluator's layer, alone.
    alone = ~np.isnan(agreed) & np.isnan(marks).all(axis=0)
    settled[0] = np.where(alone, agreed, settled[0])
    ranked = settled[:, problem.rows]
    found = engine.disagreement(
        ranked, problem.weights, applicable=problem.applicable, how=table.how
    )
    return tuple(
        TalkCell(
            candidate=problem.candidates[row],
            criterion=problem.criteria[column],
            effect=float(effect),
            low=float(np.nanmin(ranked[:, row, column])),
            high=float(np.nanmax(ranked[:, row, column])),
        )
        for (row, column), effect in zip(found.cells.tolist(), found.effect.tolist(), strict=True)
        if effect > 0
    )
