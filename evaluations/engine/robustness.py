"""How firm the ranking is: other weights, other marks, and what it takes to change the leader.

``V`` vendors, ``C`` criteria, ``E`` evaluators, ``N`` draws of weights. Everything here asks for
complete points: hand over the eligible vendors that have every mark, and leave out the others.
Where a criterion does not apply to a vendor, say so with ``applicable`` [V,C]; its points there are
ignored (and may be NaN) and its other weights are normalised anew, as :func:`ranking.score` does.

The functions are in two modules: ``sampling.py`` draws weights at random, ``sensitivity.py`` moves
one thing at a time and needs no draws.
"""

from evaluations.engine.sampling import Acceptability, acceptability, draw_weights
from evaluations.engine.sensitivity import (
    Flip,
    LeaveOneOut,
    Stability,
    flip,
    leave_one_out,
    stability,
    tornado,
)

__all__ = [
    "Acceptability",
    "Flip",
    "LeaveOneOut",
    "Stability",
    "acceptability",
    "draw_weights",
    "flip",
    "leave_one_out",
    "stability",
    "tornado",
]
