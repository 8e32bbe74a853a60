"""How firm a ranking is and what would change it. Pure; the numbers come from evaluations.engine.

`analyse` looks at the candidates that are ranked (eligible, no mark missing). With fewer than two
of them it says so in `reason` and leaves the rest empty; evidence and agreement it tells anyway.
"""

import hashlib

import numpy as np

from evaluations import engine
from evaluations.analysis import firmness
from evaluations.analysis.agreement import agreement
from evaluations.analysis.evidence import leaders_evidence
from evaluations.analysis.findings import NOBODY, ONLY_ONE, Analysis, from_data
from evaluations.analysis.opinions import dominated, second_opinions
from evaluations.analysis.problem import Problem
from evaluations.calculation import Ranking

__all__ = ["DRAWS", "SEED", "Analysis", "analyse", "from_data", "key"]

DRAWS = 10_000
SEED = 20250101
RANDOM_INDEX = "saaty"
_LAYOUT = 3
"""Raised whenever a kept analysis of the same numbers would read or come out otherwise."""


def analyse(ranking: Ranking, *, draws: int = DRAWS, seed: int = SEED) -> Analysis:
    """Everything that can be said about this ranking; the same inputs give the same findings."""
    problem = Problem(ranking)
    reason = ("" if len(ranking.ranked) > 1 else ONLY_ONE) if ranking.ranked else NOBODY
    models = () if reason else firmness.models(problem, draws, seed)
    stable = () if reason else firmness.intervals(problem)
    without = () if reason else firmness.left_out(problem)
    opinions_reason, opinions = ("", ()) if reason else second_opinions(problem)
    return Analysis(
        engine=engine.VERSION,
        numpy=np.__version__,
        draws=draws,
        seed=seed,
        random_index=RANDOM_INDEX,
        concentration=firmness.CONCENTRATION,
        reason=reason,
        compared=tuple(problem.candidates),
        verdict=firmness.verdict(models[0], tied=len(ranking.leaders) > 1) if models else None,
        models=models,
        stability=stable,
        changes=() if reason else firmness.changes(problem, stable, without),
        delta=firmness.DELTA,
        lead=0.0 if len(ranking.leaders) > 1 else ranking.margin,
        tornado=() if reason else firmness.leads(problem),
        left_out=without,
        agreement=agreement(problem),
        opinions_reason=opinions_reason,
        opinions=opinions,
        dominated=() if reason else dominated(problem),
        evidence=leaders_evidence(ranking),
    )


def key(ranking: Ranking, *, draws: int = DRAWS, seed: int = SEED) -> str:
    """Names exactly what an analysis is computed from: anything else gives another key."""
    table = ranking.table
    digest = hashlib.sha256(
        repr((_LAYOUT, engine.VERSION, draws, seed, table.how, _names(ranking))).encode()
    )
    for array in (table.marks, table.points, table.weights, table.applicable, table.eligible):
        digest.update(repr((array.shape, array.dtype.str)).encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _names(ranking: Ranking) -> list[object]:
    """What the arrays do not tell: whose rows they are, what was agreed on, and the evidence."""
    inputs = ranking.inputs
    return [
        [row.pk for row in ranking.table.candidates],
        [(row.pk, row.kind) for row in ranking.table.criteria],
        [row.pk for row in ranking.table.evaluators],
        sorted(
            (row.candidate, row.criterion, row.mark, *([True] if row.measured else []))
            for row in inputs.moderated
        ),
        sorted(row[:3] + (row.evidence,) for row in inputs.marks),
    ]
