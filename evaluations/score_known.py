"""What the register knows about a candidate, shown to an evaluator beside the criterion that it speaks to.

Nothing here is a mark: evaluators read it, and may take a gate's mark over by a button.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils import timezone

from core.folding import fold
from evaluations.gate_credentials import GateState, states_of
from evaluations.models import EvaluationCriterion
from evaluations.scorecards import Sheet

# A criterion whose name has a word that begins like this is what these are about.
ABOUT_REFERENCES = ("satisf", "referenc", "client")
ABOUT_SECURITY = ("secur",)
ABOUT_HOURS = ("communic", "cultur", "overlap", "respons")


@dataclass(frozen=True)
class Known:
    """`gates`: of the candidates shown. Where one vendor is shown, the ids of the criteria that references,
    security and shared hours speak to; what these say is read when somebody opens it."""

    gates: list[GateState] = field(default_factory=list)
    on_references: Collection[int] = ()
    on_security: Collection[int] = ()
    on_hours: Collection[int] = ()


def known_for(sheet: Sheet) -> Known:
    """For one evaluator's page; one query if a gate asks for something."""
    gates = states_of(sheet.criteria, sheet.columns, timezone.localdate())
    if sheet.shown is None or sheet.shown.vendor_id is None:
        return Known(gates)
    return Known(
        gates,
        _about(sheet.criteria, ABOUT_REFERENCES),
        _about(sheet.criteria, ABOUT_SECURITY),
        _about(sheet.criteria, ABOUT_HOURS),
    )


def _about(criteria: list[EvaluationCriterion], words: tuple[str, ...]) -> set[int]:
    return {
        row.pk
        for row in criteria
        if not row.is_gate and any(word.startswith(words) for word in fold(row.name).split())
    }
