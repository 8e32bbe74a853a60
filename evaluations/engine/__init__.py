"""The scoring engine: pure functions, NumPy in, frozen dataclasses of NumPy arrays out.

The one implementation of every number the product shows. No Django, no files, no clock, no state;
``docs/engine.md`` explains the model. Bad input is a ``ValueError`` that begins with the name of
the argument; inputs are never changed.
"""

from evaluations.engine.aggregate import (
    Concordance,
    Disagreement,
    Pooled,
    disagreement,
    evaluator_offsets,
    kendall_w,
    krippendorff_alpha,
    pool,
)
from evaluations.engine.crosscheck import dominates, promethee_ii, saw, topsis
from evaluations.engine.explain import (
    CLEAR,
    LIKELY,
    Alone,
    Dominated,
    Finding,
    Lead,
    NeverFirst,
    Steady,
    Tie,
    Transfer,
    Verdict,
    WeightChange,
    sentences,
    verdict,
)
from evaluations.engine.ranking import TIE, Gates, Scores, gates, score
from evaluations.engine.robustness import (
    Acceptability,
    Flip,
    LeaveOneOut,
    Stability,
    acceptability,
    draw_weights,
    flip,
    leave_one_out,
    stability,
    tornado,
)
from evaluations.engine.values import award_on_value, levels, linear, lowest_price, piecewise
from evaluations.engine.weights import (
    Ahp,
    aggregate_judgments,
    ahp,
    direct,
    rank_order_centroid,
    rank_reciprocal,
    rank_sum,
    swing,
)

VERSION = "1.1"
"""Recorded with every stored result; raised whenever any result could differ in any bit."""

__all__ = [
    "CLEAR",
    "LIKELY",
    "TIE",
    "VERSION",
    "Acceptability",
    "Ahp",
    "Alone",
    "Concordance",
    "Disagreement",
    "Dominated",
    "Finding",
    "Flip",
    "Gates",
    "Lead",
    "LeaveOneOut",
    "NeverFirst",
    "Pooled",
    "Scores",
    "Stability",
    "Steady",
    "Tie",
    "Transfer",
    "Verdict",
    "WeightChange",
    "acceptability",
    "aggregate_judgments",
    "ahp",
    "award_on_value",
    "direct",
    "disagreement",
    "dominates",
    "draw_weights",
    "evaluator_offsets",
    "flip",
    "gates",
    "kendall_w",
    "krippendorff_alpha",
    "leave_one_out",
    "levels",
    "linear",
    "lowest_price",
    "piecewise",
    "pool",
    "promethee_ii",
    "rank_order_centroid",
    "rank_reciprocal",
    "rank_sum",
    "saw",
    "score",
    "sentences",
    "stability",
    "swing",
    "topsis",
    "tornado",
    "verdict",
]
