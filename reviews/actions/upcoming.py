"""What is said about a review before it is held: who holds it, until when it waits, that it was not held."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.templatetags.ui import format_date
from reviews import given_mail, plans
from reviews.actions.action_log import open_agreed
from reviews.actions.plans import check_reviewer
from reviews.locking import lock_open_review, lock_plan
from reviews.models import Review, ReviewPlan
from reviews.review_lines import still_held_by

LONGEST_WAIT = dt.timedelta(days=366)


@transaction.atomic
def delegate_review(
    *, review: Review, values: Mapping[str, Any], version: int, by: Membership
) -> Review:
    """Say who holds this one review (None: as planned); they are told, and reminded from now on."""
    plan, row = lock_open_review(review, version)
    reviewer: Membership | None = values["reviewer"]
    usual = plan.reviewer or plan.contract.manager
    if reviewer and usual and reviewer.pk == usual.pk:
        reviewer = None
    if row.reviewer == reviewer:
        return row
    check_reviewer(reviewer)
    before = plans.reviewer_of(row, plan)
    row.reviewer = reviewer
    _save(plan, row)
    after = plans.reviewer_of(row, plan)
    _note(row, "review.delegated", by, {"reviewer": before}, {"reviewer": after})
    if reviewer:
        given_mail.review_given(row, plan.contract, reviewer, by)
    return row


@transaction.atomic
def postpone_review(
    *, review: Review, values: Mapping[str, Any], version: int, by: Membership
) -> Review:
    """Let it be due on another day (`due_on`), with a `reason`. When it should have been held stays known."""
    plan, row = lock_open_review(review, version)
    due_on, reason = values["due_on"], values["reason"].strip()
    if not reason:
        raise Refused("Say why it waits.", field="reason")
    latest = row.first_due_on + LONGEST_WAIT
    if due_on > max(latest, timezone.localdate()):
        day = format_date(latest, plan.organization)
        words = f"It can wait until {day} at most. If it is not held at all, say so instead."
        raise Refused(words, field="due_on")
    if due_on < timezone.localdate():
        raise Refused("This day has passed. Choose today or a later one.", field="due_on")
    was = {"due on": row.due_on, "reason": row.postponed_reason}
    row.due_on, row.postponed_reason = due_on, reason
    _save(plan, row)
    _note(row, "review.postponed", by, was, {"due on": due_on, "reason": reason})
    return row


@transaction.atomic
def miss_review(
    *, review: Review, values: Mapping[str, Any], version: int, by: Membership
) -> Review:
    """Say that it was not held, and why. It stays in the history; nobody is reminded of it any more.

    What was agreed on meanwhile is to be done all the same.
    """
    plan, row = lock_open_review(review, version)
    reason = values["reason"].strip()
    if not reason:
        raise Refused("Say why it was not held.", field="reason")
    part = plans.timetable_of(plan).part(row.period) or row.period
    if part.last_on >= timezone.localdate():
        day = format_date(part.last_on, plan.organization)
        raise Refused(f"Its period runs until {day}, so it can still be held.")
    row.state, row.missed_reason = Review.State.MISSED, reason
    _save(plan, row)
    open_agreed(review=row, by=by)
    _note(row, "review.missed", by, {}, {"reason": reason})
    return row


@transaction.atomic
def hand_over_reviews(*, member: Membership, to: Membership, by: Membership) -> int:
    """Everything that `member` is to hold is held by `to` from now on. Returns how many contracts that
    concerns."""
    if to.pk == member.pk:
        raise Refused(f"{to.name} holds them already. Choose somebody else.", field="to")
    held, delegated = still_held_by(member)
    contracts = {plan.contract_id: plan.contract for plan in held}
    contracts |= {review.contract_id: review.contract for review in delegated}
    # First the contracts, then the person: as everybody takes hold of them.
    plans_held = [lock_plan(contracts[pk]) for pk in sorted(contracts)]
    check_reviewer(to)
    for plan in plans_held:
        if plan.reviewer_id == member.pk:
            plan.reviewer = to
            plan.version += 1
            plan.save()
        plan.contract.reviews.open().filter(reviewer=member).update(reviewer=to)
        plans.recompute(plan)
        before, after = {"reviewer": member}, {"reviewer": to}
        log.record(
            by=by, verb="review.handed_over", target=plan.contract, before=before, after=after
        )
    return len(contracts)


def _save(plan: ReviewPlan, row: Review) -> None:
    row.version += 1
    row.save()
    plans.recompute(plan)


def _note(
    row: Review, verb: str, by: Membership, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """A line in the contract's trail, which says of which period it speaks."""
    log.record(
        by=by,
        verb=verb,
        target=row.contract,
        before={"review": row.period_label, **before},
        after={"review": row.period_label, **after},
    )
