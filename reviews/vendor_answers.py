"""The vendor's own view of a review: finding it by its link, and reading it beside our marks."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from activity.tokens import hash_token
from core.periods import A_DAY
from core.tenancy import ALL, organization_scope
from evaluations.marks import mark_text
from reviews.models import Review, ReviewCriterion, ReviewMark, ReviewPlan, VendorMark, VendorView

MOST_AT_ONCE = 500
CLIENT_WORDS = {
    1: "Hard to work with",
    2: "Not easy",
    3: "All right",
    4: "Good",
    5: "A pleasure",
}


def find_view(token: str) -> VendorView | None:
    """The view behind a private link; None for an unknown, expired or revoked one, and for one whose
    review was closed before anything was handed in, all alike. What was handed in stays to be read."""
    with organization_scope(ALL):
        view: VendorView | None = (
            VendorView.objects.select_related(
                "organization", "asked_by__user", "review__contract__vendor"
            )
            .filter(token_hash=hash_token(token))
            .first()
        )
    if view is None or not is_usable(view, timezone.now()):
        return None
    view.review.organization = view.review.contract.organization = view.organization
    return view


def to_be_asked(now: dt.datetime) -> list[Review]:
    """Reviews of all organizations whose period may be over somewhere, whose plan asks the vendor, and
    about which nobody was asked yet; with all that ask_automatically needs. One query."""
    day = now.date()
    with organization_scope(ALL):
        # A contract that ended inside a period is asked about once it is over.
        gone = Q(contract__ends_on__lte=day + A_DAY) | Q(contract__terminated_on__lte=day + A_DAY)
        rows = Review.objects.open().filter(
            Q(last_on__lte=day) | gone,
            due_on__gte=day - A_DAY,
            vendor_view=None,
            contract__review_plan__invites_vendor=True,
            contract__counterpart__isnull=False,
        )
        rows = rows.exclude(contract__counterpart__email="").select_related(
            "organization",
            "contract__vendor",
            "contract__counterpart",
            "contract__review_plan",
        )
        return list(rows.due_first()[:MOST_AT_ONCE])


def is_usable(view: VendorView, now: dt.datetime) -> bool:
    """Does the link show anything? `view` comes with its review."""
    if view.revoked_at is not None or view.expires_at <= now:
        return False
    return view.answered_at is not None or view.review.is_open


@dataclass(frozen=True)
class Asked:
    """One criterion as the vendor is asked about it: `ours` is our mark if he may see it."""

    criterion: ReviewCriterion
    ours: Decimal | None
    said: VendorMark | None

    @property
    def ours_text(self) -> str:
        """As a person reads it: "3", "12.5 hours", "pass"; empty if there is none to be seen."""
        return mark_words(self.criterion, self.ours)

    @property
    def said_text(self) -> str:
        return mark_words(self.criterion, self.said.mark if self.said else None)

    @property
    def seen_text(self) -> str:
        """Our mark as he saw it."""
        return mark_words(self.criterion, self.said.seen_mark if self.said else None)


def asked_of(view: VendorView) -> list[Asked]:
    """What he is asked about, and what he said so far; of an answered view, only what he said. At most
    three queries."""
    said = {mark.criterion_id: mark for mark in view.marks.select_related("criterion")}
    if view.answered_at is not None:
        marks = sorted(said.values(), key=lambda row: (row.criterion.position, row.criterion_id))
        return [Asked(mark.criterion, mark.seen_mark, mark) for mark in marks]
    ours = _our_marks(view.review) if view.shows_marks else {}
    return [Asked(row, ours.get(row.pk), said.get(row.pk)) for row in _criteria(view.review)]


def mark_words(criterion: ReviewCriterion, mark: Decimal | None) -> str:
    """A mark as a person reads it; empty if there is none."""
    if mark is None:
        return ""
    if criterion.is_gate:
        return "pass" if mark else "fail"
    return f"{mark_text(mark, False)} {criterion.unit}".strip()


def _criteria(review: Review) -> list[ReviewCriterion]:
    plan = ReviewPlan.objects.filter(contract_id=review.contract_id)
    return list(ReviewCriterion.objects.filter(plan__in=plan).current())


def _our_marks(review: Review) -> dict[int, Decimal | None]:
    rows = ReviewMark.objects.filter(review=review).exclude(mark=None)
    return dict(rows.values_list("criterion_id", "mark"))


# For the review's own page ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """His mark and comment on one criterion beside ours."""

    name: str
    ours: str
    theirs: str
    seen: str
    disputes: bool
    comment: str


@dataclass(frozen=True)
class VendorAnswers:
    """What a review's page tells about the vendor's view: whether he was asked and whether he answered.
    What he has only saved is his alone until he hands it in."""

    view: VendorView | None
    lines: Sequence[Line]
    now: dt.datetime

    @property
    def is_answered(self) -> bool:
        return self.view is not None and self.view.answered_at is not None

    @property
    def is_waiting(self) -> bool:
        """Asked, and the link still works."""
        view = self.view
        return view is not None and not self.is_answered and not self.is_gone

    @property
    def is_gone(self) -> bool:
        """Asked, not answered, and the link does not work any more."""
        view = self.view
        if view is None or self.is_answered:
            return False
        return view.revoked_at is not None or view.expires_at <= self.now

    @property
    def disputes(self) -> int:
        return sum(1 for line in self.lines if line.disputes)

    @property
    def client_words(self) -> str:
        """How we are as a client: "4 of 5, Good"; empty: not said."""
        mark: Any = self.view.client_mark if self.view else None
        return f"{mark} of 5, {CLIENT_WORDS[mark]}" if mark else ""


def of_review(
    review: Review,
    said: Sequence[VendorMark] | None = None,
    ours: Mapping[int, Decimal | None] | None = None,
) -> VendorAnswers:
    """For templates/reviews/includes/vendor_answers.html. `review` was read with its view, and that with its
    mail and who asked. Two queries, or none if what he `said` (see marks_said) and `ours`, our marks by
    criterion, are in memory."""
    now = timezone.now()
    view = getattr(review, "vendor_view", None)
    if view is None or view.answered_at is None:
        return VendorAnswers(view, [], now)
    said = marks_said(review) if said is None else said
    ours = _our_marks(review) if ours is None else ours
    lines = [
        Line(
            name=mark.criterion.name,
            ours=mark_words(mark.criterion, ours.get(mark.criterion_id)),
            theirs=mark_words(mark.criterion, mark.mark),
            seen=mark_words(mark.criterion, mark.seen_mark),
            disputes=mark.disputes,
            comment=mark.comment,
        )
        for mark in said
    ]
    return VendorAnswers(view, lines, now)


def marks_said(review: Review) -> list[VendorMark]:
    """What the vendor said to each criterion, in their order, once he handed it in; one query then."""
    view = getattr(review, "vendor_view", None)
    if view is None or view.answered_at is None:
        return []
    rows = view.marks.select_related("criterion").order_by("criterion__position", "pk")
    return list(rows)
