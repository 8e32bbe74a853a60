"""Do the evaluators agree: in their marks, in the order that follows, and where it matters."""

import numpy as np

from evaluations.analysis.findings import NO_EVALUATOR, NO_OVERLAP, ONE_EVALUATOR, Agreement
from evaluations.analysis.problem import Problem
from evaluations.engine.arguments import FloatArray


def agreement(problem: Problem) -> Agreement:
    """What can be said; `reason` when that is nothing."""
    points = evaluators_points(problem)
    marking = int((~np.isnan(points)).any(axis=(1, 2)).sum())
    cells = int(((~np.isnan(points)).sum(axis=0) > 1).sum())
    reason = ""
    if marking < 2:
        reason = ONE_EVALUATOR if marking else NO_EVALUATOR
    elif not cells:
        reason = NO_OVERLAP
    return Agreement(reason, marking, cells, None, "", None, "", 0, (), (), ())


def evaluators_points(problem: Problem) -> FloatArray:
    """[E,V,C] every candidate's marks of each evaluator as points; NaN where there is none."""
    table = problem.table
    return np.stack([table.to_points(marks) for marks in table.marks])
