"""Everything that the ranking of one evaluation is computed from, as plain data without Django.

Read from the database (evaluations.results.read_inputs) or from a frozen record (`from_data`): the
same calculation follows on both, so a decision can be computed again without the application.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

GATE, MEASURED, JUDGED = "gate", "measured", "judged"
MEASURED_EVIDENCE = "measured"
EVIDENCE_WORDS = {
    "measured": "Measured by us",
    "reference": "Reference",
    "document": "Document",
    "demo": "Demo or trial",
    "claim": "Vendor's claim",
    "guess": "Guess",
}
# Without an exponent: 1e-999999999 is short, but written out it fills the memory.
_PLAIN = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
UNPROVEN = frozenset({"claim", "guess", ""})


@dataclass(frozen=True, slots=True)
class CriterionInput:
    """A criterion on its fixed scale. `weight` in percent of all weighted criteria; a gate has 0."""

    pk: int
    name: str
    kind: str
    weight: Decimal
    worst: Decimal
    best: Decimal
    unit: str = ""
    question: str = ""

    @property
    def is_gate(self) -> bool:
        return self.kind == GATE


@dataclass(frozen=True, slots=True)
class CandidateInput:
    """A candidate; without a vendor it is “stay in-house”."""

    pk: int
    name: str
    position: int = 0
    vendor_id: int | None = None


@dataclass(frozen=True, slots=True)
class EvaluatorInput:
    """Who scored: one scorecard. The marks of a recused evaluator do not count."""

    pk: int
    name: str
    submitted: bool = False
    recused: bool = False


class MarkInput(NamedTuple):
    """What one evaluator gave one cell. `mark` in the criterion's unit; 1 and 0 pass and fail a gate."""

    evaluator: int
    candidate: int
    criterion: int
    mark: Decimal | None
    not_applicable: bool = False
    evidence: str = ""
    comment: str = ""

    @property
    def evidence_label(self) -> str:
        return EVIDENCE_WORDS.get(self.evidence, "")


@dataclass(frozen=True, slots=True)
class ModeratedInput:
    """The mark that was agreed on for one cell, or measured in a pilot; it counts instead of the pooled one."""

    candidate: int
    criterion: int
    mark: Decimal | None
    not_applicable: bool
    reason: str
    by: str = ""
    measured: bool = False


@dataclass(frozen=True)
class Inputs:
    """One evaluation's criteria, candidates, evaluators and marks.

    `asked` counts the evaluators who judge each criterion, without the recused.
    """

    criteria: list[CriterionInput]
    candidates: list[CandidateInput]
    evaluators: list[EvaluatorInput]
    marks: list[MarkInput]
    moderated: list[ModeratedInput] = field(default_factory=list)
    asked: Mapping[int, int] = field(default_factory=dict)

    @property
    def weighted(self) -> list[CriterionInput]:
        return [criterion for criterion in self.criteria if not criterion.is_gate]

    @property
    def gates(self) -> list[CriterionInput]:
        return [criterion for criterion in self.criteria if criterion.is_gate]

    @property
    def counted(self) -> list[EvaluatorInput]:
        return [evaluator for evaluator in self.evaluators if not evaluator.recused]

    @property
    def recused(self) -> list[EvaluatorInput]:
        return [evaluator for evaluator in self.evaluators if evaluator.recused]

    def marks_of(self, evaluator: int) -> list[MarkInput]:
        return self._by_evaluator.get(evaluator, [])

    @cached_property
    def _by_evaluator(self) -> dict[int, list[MarkInput]]:
        found: dict[int, list[MarkInput]] = defaultdict(list)
        for mark in self.marks:
            found[mark.evaluator].append(mark)
        return found

    def without(
        self,
        *,
        criteria: frozenset[int] = frozenset(),
        candidates: frozenset[int] = frozenset(),
        evaluators: frozenset[int] = frozenset(),
    ) -> "Inputs":
        """The same without some criteria, candidates or evaluators (by pk); a moderated mark stays."""
        if not (criteria or candidates or evaluators):
            return self
        return replace(
            self,
            criteria=[row for row in self.criteria if row.pk not in criteria],
            candidates=[row for row in self.candidates if row.pk not in candidates],
            evaluators=[row for row in self.evaluators if row.pk not in evaluators],
            marks=[
                row
                for row in self.marks
                if row.criterion not in criteria
                and row.candidate not in candidates
                and row.evaluator not in evaluators
            ],
            moderated=[
                row
                for row in self.moderated
                if row.criterion not in criteria and row.candidate not in candidates
            ],
        )

    def as_data(self) -> dict[str, Any]:
        """JSON-ready: numbers as exact decimal text, rows in a fixed order."""
        return {
            "criteria": [
                {
                    "id": row.pk,
                    "name": row.name,
                    "kind": row.kind,
                    "weight": exact(row.weight),
                    "worst": exact(row.worst),
                    "best": exact(row.best),
                    "unit": row.unit,
                    "question": row.question,
                    "asked": self.asked.get(row.pk, 0),
                }
                for row in self.criteria
            ],
            "candidates": [
                {"id": row.pk, "name": row.name, "vendor": row.vendor_id} for row in self.candidates
            ],
            "evaluators": [
                {
                    "id": row.pk,
                    "name": row.name,
                    "submitted": row.submitted,
                    "recused": row.recused,
                }
                for row in self.evaluators
            ],
            "marks": [
                {
                    "evaluator": row.evaluator,
                    "candidate": row.candidate,
                    "criterion": row.criterion,
                    "mark": None if row.mark is None else exact(row.mark),
                    "not_applicable": row.not_applicable,
                    "evidence": row.evidence,
                    "comment": row.comment,
                }
                for row in sorted(self.marks, key=lambda mark: mark[:3])
            ],
            "moderated": [
                {
                    "candidate": row.candidate,
                    "criterion": row.criterion,
                    "mark": None if row.mark is None else exact(row.mark),
                    "not_applicable": row.not_applicable,
                    "reason": row.reason,
                    "by": row.by,
                    # Only where it is so: records from before pilots stay as they were written.
                    **({"measured": True} if row.measured else {}),
                }
                for row in sorted(self.moderated, key=lambda cell: (cell.candidate, cell.criterion))
            ],
        }


def from_data(data: Mapping[str, Any]) -> Inputs:
    """The inverse of `Inputs.as_data`. KeyError, TypeError or ValueError for anything else."""
    return Inputs(
        criteria=[
            CriterionInput(
                row["id"],
                row["name"],
                row["kind"],
                _decimal(row["weight"]),
                _decimal(row["worst"]),
                _decimal(row["best"]),
                row["unit"],
                row["question"],
            )
            for row in data["criteria"]
        ],
        candidates=[
            CandidateInput(row["id"], row["name"], position, row["vendor"])
            for position, row in enumerate(data["candidates"])
        ],
        evaluators=[
            EvaluatorInput(row["id"], row["name"], row["submitted"], row["recused"])
            for row in data["evaluators"]
        ],
        marks=[
            MarkInput(
                row["evaluator"],
                row["candidate"],
                row["criterion"],
                _mark(row["mark"]),
                row["not_applicable"],
                row["evidence"],
                row["comment"],
            )
            for row in data["marks"]
        ],
        moderated=[
            ModeratedInput(
                row["candidate"],
                row["criterion"],
                _mark(row["mark"]),
                row["not_applicable"],
                row["reason"],
                row["by"],
                row.get("measured", False),
            )
            for row in data["moderated"]
        ],
        asked={row["id"]: row["asked"] for row in data["criteria"]},
    )


def exact(value: Decimal) -> str:
    """A decimal as text without exponent or idle zeros: 4, 12.5, 0.218."""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _mark(text: str | None) -> Decimal | None:
    return None if text is None else _decimal(text)


def _decimal(text: str) -> Decimal:
    if not _PLAIN.fullmatch(text):
        raise ValueError("This is no number as `exact` writes it.")
    return Decimal(text)
