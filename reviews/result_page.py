"""What the one-page result of a closed review says: read here, shown as page, mail and PDF.

Both sides read it, so it holds no comments, no minutes and no reasons: those stay on the page inside.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from contracts.level_reading import level_of
from contracts.level_words import amount, percent, promise
from core.templatetags.ui import format_date, money
from core.templatetags.ui import points as points_text
from evaluations.engine import linear
from evaluations.marks import mark_text
from reviews.models import (
    CorrectiveAction,
    Measurement,
    Review,
    ReviewCriterion,
    ReviewMark,
    ServiceCredit,
    Standing,
)

WELL, BADLY = 75, 50
"""Points from which a criterion went well, and below which it went badly."""
NAMED = 3
"""So many criteria are named as having gone well, and as many as having gone badly."""
MOST_ROWS = 12
"""Of misses, credits and actions: so many fit the page."""


@dataclass(frozen=True)
class MarkLine:
    """One criterion: the mark as written, its points 0–100, those of the review before, those promised.

    Points are None where there is no mark, where the criterion does not apply, and for gates.
    """

    name: str
    is_gate: bool
    weight: Decimal
    mark: str
    points: float | None
    points_before: float | None
    points_promised: float | None
    failed: bool
    comment: str

    @property
    def change(self) -> float | None:
        """Points more (or less) than the time before."""
        if self.points is None or self.points_before is None:
            return None
        return self.points - self.points_before


@dataclass(frozen=True)
class MissLine:
    """A service level that was missed in one window."""

    name: str
    first_on: dt.date
    last_on: dt.date
    value: str
    promised: str


@dataclass(frozen=True)
class Result:
    """Everything on the page. `score` and `score_before` are points 0–100, None where not complete."""

    review: Review
    before: Review | None
    lines: Sequence[MarkLine]
    misses: Sequence[MissLine]
    measured: int
    credits: Sequence[ServiceCredit]
    actions: Sequence[CorrectiveAction]
    next_due_on: dt.date | None

    @property
    def standing(self) -> str:
        return Standing(self.review.standing).label

    @property
    def status(self) -> str:
        """The kind of badge (core.templatetags.ui.status)."""
        return {"green": "ok", "amber": "warn", "red": "bad"}[self.review.standing]

    @property
    def score_words(self) -> str:
        """The score with its change: "78.4 of 100 points, 2.1 more than before"."""
        score, before = self.review.score, self.before.score if self.before else None
        if score is None:
            return "not complete: not every criterion was marked"
        words = f"{points_text(score)} of 100 points"
        if before is None:
            return words
        change = Decimal(points_text(score)) - Decimal(points_text(before))
        if not change:
            return f"{words}, the same as before"
        return f"{words}, {abs(change)} {'more' if change > 0 else 'less'} than before"

    @property
    def standing_words(self) -> str:
        """ "Good", or "Good, before: Needs attention"."""
        if self.before is None or self.before.standing == self.review.standing:
            return self.standing
        return f"{self.standing}, before: {Standing(self.before.standing).label}"

    @property
    def went_well(self) -> list[MarkLine]:
        good = [line for line in self.lines if line.points is not None and line.points >= WELL]
        return sorted(good, key=lambda line: -(line.points or 0))[:NAMED]

    @property
    def went_badly(self) -> list[MarkLine]:
        """Failed gates first, then the fewest points."""
        gates = [line for line in self.lines if line.failed]
        low = [line for line in self.lines if line.points is not None and line.points < BADLY]
        return [*gates, *sorted(low, key=lambda line: line.points or 0)][:NAMED]

    @property
    def missing(self) -> int:
        """Criteria without a mark that do apply."""
        return sum(1 for line in self.lines if not line.mark)


def read_result(review: Review) -> Result:
    """In a constant number of queries. `review` comes with its contract, vendor and organization."""
    before = (
        Review.objects.closed()
        .filter(contract_id=review.contract_id, first_on__lt=review.first_on)
        .newest_first()
        .first()
    )
    measured = list(
        Measurement.objects.filter(
            contract_id=review.contract_id, last_on__range=(review.first_on, review.last_on)
        )
        .select_related("level")
        .order_by("first_on", "level__position", "pk")
    )
    return Result(
        review=review,
        before=before,
        lines=_lines(review, before),
        misses=[_miss(row) for row in measured if row.met is False],
        measured=len(measured),
        credits=_credits(review),
        actions=list(
            CorrectiveAction.objects.filter(review=review)
            .exclude(state=CorrectiveAction.State.CANCELLED)
            .select_related("owner__user", "contact")
            .due_first()
        ),
        next_due_on=_next_due_on(review),
    )


def credit_words(credit: ServiceCredit) -> str:
    """ "EUR 120 (10 %) for First response: claimed"; the sum is left out where no price is known."""
    share = percent(credit.percent)
    known = credit.amount is not None
    worth = (
        f"{money(credit.amount, credit.currency)} ({share})" if known else f"{share} of the price"
    )
    words = f"{worth} for {credit.measurement.level.name}: {credit.get_state_display().lower()}"
    if credit.state == ServiceCredit.State.DUE and credit.claim_by_on:
        words += f" until {format_date(credit.claim_by_on, credit.organization)}"
    return words


def _lines(review: Review, before: Review | None) -> list[MarkLine]:
    reviews = [review.pk] if before is None else [review.pk, before.pk]
    marks = ReviewMark.objects.filter(review_id__in=reviews)
    by_cell = {(mark.review_id, mark.criterion_id): mark for mark in marks}
    marked = [criterion for found, criterion in by_cell if found == review.pk]
    still = Q(retired_at=None) | Q(retired_at__gt=review.closed_at) if review.closed_at else Q()
    criteria = ReviewCriterion.objects.filter(
        Q(pk__in=marked) | still, plan__contract_id=review.contract_id
    ).order_by("position", "pk")
    return [
        _line(
            criterion,
            by_cell.get((review.pk, criterion.pk)),
            by_cell.get((before.pk, criterion.pk)) if before else None,
        )
        for criterion in criteria
    ]


def _line(criterion: ReviewCriterion, now: ReviewMark | None, was: ReviewMark | None) -> MarkLine:
    text = mark_text(now.mark, now.not_applicable) if now else ""
    if criterion.is_gate and now and now.mark is not None:
        text = "pass" if now.mark else "fail"
    elif text and now and now.mark is not None:
        text = f"{text} {criterion.unit}".strip()
    return MarkLine(
        name=criterion.name,
        is_gate=criterion.is_gate,
        weight=criterion.weight,
        mark=text,
        points=points_of(criterion, now.mark if now else None),
        points_before=points_of(criterion, was.mark if was else None),
        points_promised=points_of(criterion, criterion.promised),
        failed=criterion.is_gate and text == "fail",
        comment=now.comment if now else "",
    )


def points_of(criterion: ReviewCriterion, mark: Decimal | None) -> float | None:
    """0 at the criterion's worst, 100 at its best; None without a mark and for a gate."""
    if mark is None or criterion.is_gate:
        return None
    worst, best = float(criterion.worst), float(criterion.best)
    return float(linear([float(mark)], worst, best, clip=True)[0])


def _miss(row: Measurement) -> MissLine:
    unit = row.level.unit
    return MissLine(
        name=row.level.name,
        first_on=row.first_on,
        last_on=row.last_on,
        value=amount(row.value, unit) if row.level.share is None else percent(row.value),
        promised=promise(level_of(row.level)),
    )


def _credits(review: Review) -> list[ServiceCredit]:
    """Of the period, without those that we chose not to claim."""
    rows = ServiceCredit.objects.filter(
        contract_id=review.contract_id,
        measurement__last_on__range=(review.first_on, review.last_on),
    ).exclude(state=ServiceCredit.State.WAIVED)
    return list(rows.select_related("organization", "measurement__level").order_by("pk"))


def _next_due_on(review: Review) -> dt.date | None:
    """When the next review of the contract is due; None while none is planned."""
    rows = Review.objects.open().filter(
        contract_id=review.contract_id, first_on__gt=review.first_on
    )
    found: dt.date | None = rows.due_first().values_list("due_on", flat=True).first()
    return found
