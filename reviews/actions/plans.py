"""Review plans and the reviews that appear by them."""

import datetime as dt
import logging
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Membership, Organization
from accounts.permissions import Perm
from activity import log
from contracts.models import Contract
from core import jobs
from core.errors import Refused
from core.periods import period_of
from core.tenancy import ALL, organization_scope
from reviews import plans, schedule
from reviews.locking import lock_plan
from reviews.models import ReviewCriterion, ReviewPlan
from reviews.plan_start import first_criteria

logger = logging.getLogger(__name__)

LONG_AGO = dt.date(2000, 1, 1)
TASK = "reviews.tasks.refresh_plans"
BATCH = 500
# No place on earth is a day further than this.
FURTHEST = dt.timedelta(hours=14)
WORDS = {
    "every": "how often",
    "first_on": "first period from",
    "reviewer": "reviewer",
    "due_days": "days to hold it",
    "invites_vendor": "vendor is asked",
    "satisfaction_threshold": "satisfaction is low below",
}
FIELDS = list(WORDS)


# Following contracts --------------------------------------------------------------------------------


@transaction.atomic
def follow_contracts(*, contracts: Sequence[Contract], today: dt.date) -> None:
    """Give each signed contract a plan, and its reviews (settings.CONTRACT_FOLLOWERS).

    The contracts are locked, and of one organization.
    """
    signed = [contract for contract in contracts if contract.is_signed]
    if not signed:
        return
    there = plans.plans_of(signed)
    known = {plan.contract_id for plan in there}
    new = [_new_plan(contract, today) for contract in signed if contract.pk not in known]
    if new:
        ReviewPlan.objects.bulk_create(new, batch_size=BATCH)
        ReviewCriterion.objects.bulk_create(first_criteria(new), batch_size=BATCH)
    plans.follow([*there, *new], today)


def _new_plan(contract: Contract, today: dt.date) -> ReviewPlan:
    """Every quarter from now on; from its start, for a contract that starts later."""
    plan = ReviewPlan(organization=contract.organization, contract=contract, first_on=today)
    plan.first_on = schedule.first_period(plans.timetable_of(plan), today).first_on
    return plan


@transaction.atomic
def follow_organization(*, organization: Organization, changed: set[str]) -> None:
    """Its fiscal year starts in another month, or its day at another hour (settings.ORGANIZATION_FOLLOWERS):
    the plans are laid out anew, by the worker at once or by the next tick."""
    if {"fiscal_month", "time_zone", "date_format"} & changed:
        rows = ReviewPlan.objects.filter(organization=organization)
        if rows.exclude(refresh_on=None).update(refresh_on=LONG_AGO):
            jobs.wake(TASK)


def refresh_due(*, now: dt.datetime) -> int:
    """Let the reviews of the periods that have begun appear, and give plans to signed contracts without one,
    on today's date in each organization's own time zone.

    Whatever an earlier tick did not do is done by this one. Returns how many contracts were looked at.
    """
    furthest = (now + FURTHEST).date()
    with organization_scope(ALL):
        due = Organization.objects.filter(reviewplan__refresh_on__lte=furthest)
        without = Organization.objects.filter(
            contract__stage=Contract.Stage.SIGNED, contract__review_plan=None
        )
        organizations = list(due.union(without).order_by("id"))
    done = 0
    for organization in organizations:
        with organization_scope(organization):
            today = now.astimezone(zoneinfo.ZoneInfo(organization.time_zone)).date()
            done += _refresh_organization(organization, today)
    return done


def _refresh_organization(organization: Organization, today: dt.date) -> int:
    signed = organization.contract_set.signed()
    due = signed.filter(review_plan__refresh_on__lte=today).values_list("pk", flat=True)
    without = signed.filter(review_plan=None).values_list("pk", flat=True)
    pks = sorted({*due, *without})
    batches = [pks[at : at + BATCH] for at in range(0, len(pks), BATCH)]
    return sum(_refresh_batch(organization, batch, today) for batch in batches)


def _refresh_batch(organization: Organization, pks: Sequence[int], today: dt.date) -> int:
    """All of them at once; or, if the database refuses one, each on its own."""
    try:
        with transaction.atomic():
            rows = Contract.objects.filter(pk__in=pks).order_by("pk")
            list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
            contracts = list(rows.select_related("vendor", "manager"))
            for contract in contracts:
                contract.organization = contract.vendor.organization = organization
            follow_contracts(contracts=contracts, today=today)
            return len(contracts)
    except DatabaseError:
        if len(pks) == 1:
            logger.exception("the reviews of contract %s could not be planned", pks[0])
            return 0
        return sum(_refresh_batch(organization, [pk], today) for pk in pks)


# Changing a plan ------------------------------------------------------------------------------------


@transaction.atomic
def edit_review_plan(
    *, plan: ReviewPlan, values: Mapping[str, Any], version: int, by: Membership
) -> ReviewPlan:
    """Say how often, from when on and by whom a contract is reviewed, unless somebody was quicker.

    Reviews that were held or begun stay as they are; what follows is laid out by the new plan.
    """
    row = lock_plan(plan.contract, version)
    today = timezone.localdate()
    wanted = {name: values[name] for name in FIELDS if name in values}
    was_first_on = row.first_on
    if wanted.get("first_on", was_first_on) != was_first_on:
        every, month = wanted.get("every", row.every), row.organization.fiscal_month
        wanted["first_on"] = period_of(wanted["first_on"], every, month).first_on
    before, after = log.apply_changes(row, wanted)
    if not after:
        return row
    if "reviewer" in after:
        check_reviewer(row.reviewer)
    if "first_on" in after:
        _check_first(row, was_first_on)
    row.version += 1
    row.save()
    plans.follow([row], today)
    log.record(
        by=by,
        verb="review.plan_changed",
        target=row.contract,
        before=_worded(before),
        after=_worded(after),
    )
    return row


def check_reviewer(member: Membership | None) -> None:
    """Raises Refused for somebody who may not hold reviews (any more)."""
    if member is None:
        return
    # Held, so that nobody removes this member at the same moment.
    held = Membership.objects.select_for_update(no_key=True).get(pk=member.pk)
    if not held.can(Perm.REVIEW_EDIT):
        raise Refused(
            "Choose somebody who belongs here and may hold reviews: a Manager, Owner or Admin.",
            field="reviewer",
        )


def _check_first(plan: ReviewPlan, was: dt.date) -> None:
    """Reviews can begin earlier, or later; but what should have been held is not made to vanish."""
    if plan.first_on <= was:
        return
    owed = plan.contract.reviews.open().filter(last_on__lt=plan.first_on).order_by("first_on")
    review = owed.first()
    if review and review.last_on < timezone.localdate():
        review.organization = plan.organization
        raise Refused(
            f"The review of {review.period_label} is still to be held. Hold it, or say why it was not"
            " held; then later periods can be the first.",
            field="first_on",
        )


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    labels = dict(ReviewPlan._meta.get_field("every").choices or [])
    return {
        WORDS[name]: labels.get(value, value) if name == "every" else value
        for name, value in values.items()
    }
