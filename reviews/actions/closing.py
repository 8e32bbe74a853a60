"""Closing a review: it is frozen like an award, what was agreed in it begins, and the result goes out."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.records import freeze
from core.errors import Refused
from reviews import entries, plans, review_record, review_rows, standing_rule
from reviews.actions.action_log import open_agreed
from reviews.actions.recording import NotOpen
from reviews.actions.results import send_result
from reviews.entries import mark_key
from reviews.locking import lock_review
from reviews.models import Review, ReviewMark, Standing
from reviews.review_record import Assessment

FINEST = Decimal("0.001")


class NotComplete(Refused):
    """Something that every review says is missing; `field` is the first place to look at."""


@transaction.atomic
def close_review(*, review: Review, by: Membership) -> Review:
    """Freeze the review as it stands, with the suggested standing unless another was chosen with a reason.

    Sent twice, it is closed once. Raises NotOpen for one that was not held, NotComplete while a
    criterion has neither a mark nor N/A, or no standing can be said.
    """
    plan, row = lock_review(review)
    if row.is_closed:
        return row
    if not row.is_open:
        raise NotOpen(f"The review of {row.period_label} is marked as not held.")
    row.contract.review_plan = plan
    today = timezone.localdate()
    given = review_rows.given_of(row, review_rows.prepare(row, today), today)
    found = review_record.assess(given)
    _check_complete(given, found)
    row.standing = _standing(row, found)
    row.standing_proposed = found.proposal.standing
    row.held_on = row.held_on or today
    row.score = None if found.score is None else Decimal(repr(found.score)).quantize(FINEST)
    row.closed_at, row.closed_by = timezone.now(), by
    row.started_at = row.started_at or row.closed_at
    _freeze(row, given, by)
    log.record(by=by, verb="review.closed", target=row.contract, after=_line(row))
    open_agreed(review=row, by=by)
    plans.recompute(plan, today)
    send_result(review=row, by=by)
    return row


def _check_complete(given: dict[str, Any], found: Assessment) -> None:
    if not found.missing:
        return
    names = [row["name"] for row in given["criteria"] if row["id"] in found.missing]
    count = len(names)
    words = f"{count} criteria have" if count > 1 else "1 criterion has"
    raise NotComplete(
        f"Not closed yet: {words} no mark: {standing_rule.named(names)}. "
        "Choose a mark, or N/A where it did not apply in this period.",
        field=mark_key(found.missing[0]),
    )


def _standing(review: Review, found: Assessment) -> str:
    """What was chosen, or else what the rule suggests."""
    proposed = found.proposal.standing
    if not (review.standing or proposed):
        raise NotComplete(
            "Not closed yet: there is nothing to suggest a standing from. Choose one, and say why.",
            field=entries.STANDING,
        )
    if review.standing and review.standing != proposed and not review.standing_reason:
        raise NotComplete(
            f"Not closed yet: you chose “{Standing(review.standing).label}”, which is not what is "
            "suggested. Say why in a few words.",
            field=entries.STANDING_REASON,
        )
    return review.standing or proposed


def _freeze(row: Review, given: dict[str, Any], by: Membership) -> None:
    """Write the record from what the review now says, then the row that points at it."""
    # Marks of criteria that were replaced since they were given belong to no line of this review.
    kept = [line["id"] for line in given["criteria"]]
    ReviewMark.objects.filter(review=row).exclude(criterion__in=kept).delete()
    organization = {"id": row.organization.pk, "name": row.organization.name}
    given = {**given, "review": review_rows.review_fields(row)}
    content = review_record.review_data(organization=organization, given=given)
    row.record = freeze(by=by, kind=review_record.KIND, subject=row, content=content)
    row.state = Review.State.CLOSED
    row.version += 1
    row.save()


def _line(row: Review) -> dict[str, Any]:
    said = {
        "review": row.period_label,
        "held on": row.held_on,
        "standing": Standing(row.standing).label,
        "score": "not complete" if row.score is None else str(row.score),
        "record": row.record.number if row.record else None,
        "SHA-256": row.record.sha256 if row.record else None,
    }
    if row.standing != row.standing_proposed:
        said["reason for the standing"] = row.standing_reason
    return said
