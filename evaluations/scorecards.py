"""Reading scorecards: one person's own marks, and everybody's progress – which never holds a mark."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Membership
from accounts.permissions import Perm
from evaluations.marks import NOT_APPLICABLE, Scale, expected, fingerprint, mark_text
from evaluations.models import (
    AssignedCriterion,
    Candidate,
    Evaluation,
    EvaluationCriterion,
    Evidence,
    Score,
    Scorecard,
)

FILLED = Q(mark__isnull=False) | Q(not_applicable=True)
EVIDENCE_SHORT = {
    Evidence.MEASURED: "Measured",
    Evidence.REFERENCE: "Reference",
    Evidence.DOCUMENT: "Document",
    Evidence.DEMO: "Demo",
    Evidence.CLAIM: "Claim",
    Evidence.GUESS: "Guess",
}
MOST_MISSING_LISTED = 60


@dataclass(slots=True)
class Cell:
    """One candidate on one criterion as one evaluator sees it. `mark` is "4", "12.5", "N/A" or ""."""

    candidate_id: int
    criterion_id: int
    mark: str = ""
    evidence: str = ""
    comment: str = ""
    version: int = 0
    error: str = ""
    stored: "Cell | None" = None  # beside refused input: what is kept instead

    @property
    def key(self) -> str:
        return f"{self.candidate_id}-{self.criterion_id}"

    @property
    def filled(self) -> bool:
        return self.mark != ""

    @property
    def unproven(self) -> bool:
        """A mark that does not say what it rests on."""
        return self.mark not in {"", NOT_APPLICABLE} and not self.evidence

    @property
    def note(self) -> str:
        """What stands in small print under the mark."""
        words = EVIDENCE_SHORT.get(self.evidence, "")  # type: ignore[call-overload]
        return f"{words} + note".removeprefix(" + ") if self.comment else words

    @property
    def gate_words(self) -> str:
        """The mark of a gate in words."""
        return {"1": "Pass", "0": "Fail", "": "–"}.get(self.mark, self.mark)

    @property
    def evidence_label(self) -> str:
        return Evidence(self.evidence).label if self.evidence else ""


@dataclass(frozen=True)
class Row:
    """One criterion with this evaluator's cells, in the order of the candidates shown."""

    criterion: EvaluationCriterion
    cells: list[Cell]

    @property
    def scale(self) -> Scale:
        return Scale(self.criterion.kind, self.criterion.worst, self.criterion.best)

    @property
    def by_hand(self) -> bool:
        return self.scale.by_hand

    @property
    def is_number(self) -> bool:
        """Typed as a number: measured, or judged on an imported scale."""
        return not self.by_hand and not self.criterion.is_gate

    @property
    def expected(self) -> str:
        return expected(self.scale)

    @property
    def anchors(self) -> list[tuple[int, str]]:
        """(mark, what it looks like), 5 first; empty if nobody wrote any."""
        if not self.by_hand or not isinstance(self.criterion.anchors, list):
            return []
        texts = [str(text or "") for text in self.criterion.anchors[:6]]
        return (
            [(mark, text) for mark, text in reversed(list(enumerate(texts)))] if any(texts) else []
        )


@dataclass
class Sheet:
    """One evaluator's scorecard, whole, or for showing one candidate at a time."""

    scorecard: Scorecard
    criteria: list[EvaluationCriterion]
    candidates: list[Candidate]
    cells: dict[tuple[int, int], Cell]
    shown: Candidate | None = None
    problems: int = field(default=0)

    def cell(self, candidate: Candidate, criterion: EvaluationCriterion) -> Cell:
        key = candidate.pk, criterion.pk
        return self.cells.get(key) or Cell(*key)

    def _all(self) -> Iterator[Cell]:
        return (self.cell(candidate, c) for candidate in self.candidates for c in self.criteria)

    @property
    def total(self) -> int:
        return len(self.candidates) * len(self.criteria)

    @cached_property
    def done_by_candidate(self) -> dict[int, int]:
        done = dict.fromkeys((candidate.pk for candidate in self.candidates), 0)
        for cell in self._all():
            done[cell.candidate_id] += self._stored(cell).filled
        return done

    @staticmethod
    def _stored(cell: Cell) -> Cell:
        return cell.stored or cell

    @cached_property
    def done(self) -> int:
        return sum(self.done_by_candidate.values())

    @property
    def missing_count(self) -> int:
        return self.total - self.done

    @property
    def complete(self) -> bool:
        return self.missing_count == 0

    @cached_property
    def unproven_count(self) -> int:
        return sum(self._stored(cell).unproven for cell in self._all())

    @property
    def overview(self) -> list[tuple[Candidate, int]]:
        """(candidate, cells filled)."""
        return [(candidate, self.done_by_candidate[candidate.pk]) for candidate in self.candidates]

    @property
    def columns(self) -> list[Candidate]:
        return [self.shown] if self.shown else self.candidates

    @cached_property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """Rows under “Must pass” and “Scored”; one group without a title if there are no gates."""
        rows = [Row(c, [self.cell(v, c) for v in self.columns]) for c in self.criteria]
        gates = [row for row in rows if row.criterion.is_gate]
        scored = [row for row in rows if not row.criterion.is_gate]
        if not gates:
            return [("", scored)]
        return [("Must pass", gates), *([("Scored", scored)] if scored else [])]

    @cached_property
    def missing(self) -> list[tuple[Candidate, list[EvaluationCriterion]]]:
        """What is empty, by candidate."""
        found = [
            (
                candidate,
                [c for c in self.criteria if not self._stored(self.cell(candidate, c)).filled],
            )
            for candidate in self.candidates
        ]
        return [(candidate, criteria) for candidate, criteria in found if criteria]

    @property
    def missing_is_short(self) -> bool:
        return self.missing_count <= MOST_MISSING_LISTED

    @property
    def position(self) -> int:
        return self.candidates.index(self.shown) + 1 if self.shown else 0

    @property
    def previous(self) -> Candidate | None:
        return self.candidates[self.position - 2] if self.position > 1 else None

    @property
    def next(self) -> Candidate | None:
        more = 0 < self.position < len(self.candidates)
        return self.candidates[self.position] if more else None

    @property
    def shown_versions(self) -> str:
        """For a form: which version of each cell it shows, and a fingerprint of what it shows."""
        keys = {candidate.pk for candidate in self.columns}
        cells = (self._stored(c) for c in self.cells.values() if c.candidate_id in keys)
        return " ".join(
            f"{c.key}:{c.version}:{fingerprint(*self._posted(c))}" for c in cells if c.version
        )

    def _posted(self, cell: Cell) -> tuple[str, ...]:
        return (cell.mark, cell.evidence, cell.comment) if self.shown else (cell.mark,)


def as_cell(score: Score) -> Cell:
    """A stored score as its owner sees it."""
    return Cell(
        score.candidate_id,
        score.criterion_id,
        mark_text(score.mark, score.not_applicable),
        score.evidence,
        score.comment,
        score.version,
    )


def read_scorecard(scorecard: Scorecard, candidate_id: int | None = None) -> Sheet:
    """The scorecard in three queries, whatever its size; `shown` is the candidate asked for, if any."""
    candidates = list(scorecard.evaluation.candidates.order_by("position", "pk"))
    criteria = list(scorecard.criteria.select_related("gate_credential").order_by("position", "pk"))
    rows = scorecard.scores.order_by("pk").values_list(
        "candidate_id",
        "criterion_id",
        "mark",
        "not_applicable",
        "evidence",
        "comment",
        "version",
    )
    cells = {
        (v, c): Cell(v, c, mark_text(mark, not_applicable), evidence, comment, version)
        for v, c, mark, not_applicable, evidence, comment, version in rows
    }
    shown = next((row for row in candidates if row.pk == candidate_id), None)
    return Sheet(scorecard, criteria, candidates, cells, shown)


def own_scorecard(evaluation: Evaluation, member: Membership) -> Scorecard | None:
    """The scorecard this member was asked to fill, if any and if they may still score."""
    if not member.can(Perm.SCORE):
        return None
    scorecard = evaluation.scorecards.filter(evaluator=member).first()
    if scorecard:
        scorecard.evaluation = evaluation
    return scorecard


def has_marks(scorecard: Scorecard) -> bool:
    return bool(scorecard.scores.filter(FILLED).exists())


@dataclass(frozen=True)
class Progress:
    """How far one evaluator is. Counts of cells only: no mark, no average, no order by marks."""

    scorecard: Scorecard
    filled: int
    total: int

    @property
    def missing(self) -> int:
        return max(self.total - self.filled, 0)

    @property
    def state(self) -> tuple[str, str]:
        """(kind, words) for the `status` tag."""
        card = self.scorecard
        if card.has_conflict:
            return "neutral", "Recused"
        if card.submitted_at:
            return "ok", "Submitted"
        if card.evaluation.is_closed:
            return "neutral", "Not submitted" if card.evaluator else "Imported"
        if card.has_conflict is None:
            return "warn", "Not declared yet"
        return ("info", "Scoring") if self.filled else ("warn", "Not started")

    @property
    def awaited(self) -> bool:
        """A reminder makes sense."""
        card = self.scorecard
        active = card.evaluator is not None and card.evaluator.can(Perm.SCORE)
        return active and not card.submitted_at and not card.has_conflict


def progress(evaluation: Evaluation) -> list[Progress]:
    """Everybody's progress by name, in one query."""
    cards = evaluation.scorecards.select_related("evaluator__user").annotate(
        assigned=_count(AssignedCriterion.objects.all()),
        filled=_count(Score.objects.filter(FILLED)),
        candidates=_count(Candidate.objects.all(), "evaluation"),
    )
    return [
        Progress(card, card.filled, card.assigned * card.candidates)
        for card in cards.order_by("evaluator_name", "pk")
    ]


def _count(rows: QuerySet[Any], of: str = "scorecard") -> Coalesce:
    """How many of these belong to the scorecard, or to its evaluation."""
    own = OuterRef("pk" if of == "scorecard" else of)
    counted = rows.filter(**{of: own}).order_by().values(of).annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


def with_refused(sheet: Sheet, cells: Iterable[Cell]) -> Sheet:
    """The sheet with refused input in place of what is stored, so that nothing typed is lost."""
    for cell in cells:
        key = cell.candidate_id, cell.criterion_id
        cell.stored = sheet.cells.get(key) or Cell(*key)
        sheet.cells[key] = cell
        sheet.problems += 1
    return sheet


def evidence_choices() -> list[tuple[str, str]]:
    """(value, words), firmest first."""
    return list(Evidence.choices)
