"""What of the paid numbers is used, typed in an open review (product.md M9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import Stale
from reviews.locking import lock_open_review
from reviews.models import Review, UsageCount

MOST_LINES = 50


@dataclass(frozen=True)
class Count:
    """One line as a person typed it; `version` is that of the row it was typed over, 0 for none."""

    label: str
    paid: Decimal | None
    used: Decimal | None
    version: int


@transaction.atomic
def save_usage(*, review: Review, counts: Sequence[Count], by: Membership) -> list[UsageCount]:
    """Keep these lines; others stay as they are. Sent twice, nothing more changes.

    Raises Stale with the stored line where somebody else said something different meanwhile; nothing
    is kept then.
    """
    _, row = lock_open_review(review)
    stored = {count.label: count for count in UsageCount.objects.filter(review=row)}
    if len(stored.keys() | {count.label for count in counts}) > MOST_LINES:
        raise Refused(f"A review can count {MOST_LINES} things at most.")
    return [kept for count in counts if (kept := _keep(row, stored.get(count.label), count, by=by))]


def _keep(
    review: Review, stored: UsageCount | None, count: Count, *, by: Membership
) -> UsageCount | None:
    said = {"paid": count.paid, "used": count.used}
    if stored is None:
        return _begin(review, count, by=by) if any(n is not None for n in said.values()) else None
    before, after = log.apply_changes(stored, said)
    if not after:
        return stored
    if stored.version != count.version:
        raise Stale(UsageCount.objects.get(pk=stored.pk))
    stored.version += 1
    stored.save()
    log.record(
        by=by,
        verb="review.usage_changed",
        target=review.contract,
        before={**_of(review, count.label), **before},
        after={**_of(review, count.label), **after},
    )
    return stored


def _begin(review: Review, count: Count, *, by: Membership) -> UsageCount:
    made: UsageCount = UsageCount.objects.create(
        organization=review.organization,
        review=review,
        label=count.label,
        paid=count.paid,
        used=count.used,
    )
    after = {**_of(review, made.label), "paid": made.paid, "used": made.used}
    log.record(by=by, verb="review.usage_said", target=review.contract, after=after)
    return made


def _of(review: Review, label: str) -> dict[str, str]:
    return {"review": review.period_label, "of": label}
