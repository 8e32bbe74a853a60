"""Keeping the reviews of contracts as their plans and days say: derived, like the days of a contract.

`follow` is called by every action that changes a plan, a contract's days or a review, in the same
transaction and with the contract locked; and by the tick when a period begins. For many plans it asks
as few queries as for one.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organization
from activity.actions.watching import watch_days
from activity.watching import Day
from contracts.models import Contract
from core.periods import Period, label
from core.templatetags.ui import format_date
from reviews import choosing_well, schedule
from reviews.models import Review, ReviewPlan
from reviews.schedule import Timetable

REVIEW_DUE = "review.due"
DERIVED = [
    "standing",
    "standing_before",
    "score",
    "score_before",
    "held_on",
    "next_due_on",
    "refresh_on",
]


def timetable_of(plan: ReviewPlan) -> Timetable:
    """The plan's times; it needs its contract and organization in memory."""
    contract = plan.contract
    ends = [day for day in (contract.terminated_on, contract.ends_on) if day]
    return Timetable(
        every=plan.every,
        first_on=plan.first_on,
        due_days=plan.due_days,
        starts_on=contract.starts_on or plan.first_on,
        over_on=min(ends, default=None),
        fiscal_month=plan.organization.fiscal_month,
    )


def recompute(plan: ReviewPlan, today: dt.date | None = None) -> None:
    """What the latest reviews say, the next review, and the days that are watched: of one plan, after
    one of its reviews was closed or marked as not held. The contract is locked (reviews/locking.py)."""
    [one] = follow([plan], today or timezone.localdate())
    watch_days(days=[_no_day(row) for row in one.reviews if not row.is_open])
    choosing_well.recount([plan])


def follow(plans: Sequence[ReviewPlan], today: dt.date) -> "list[Laid]":
    """Let the reviews of these plans of one organization be as they should be on that day.

    The plans need `contract` with its `vendor` and `manager`, and `reviewer`, in memory; their derived
    columns are set.
    """
    laid = [Laid(plan, timetable_of(plan)) for plan in plans]
    if not laid:
        return []
    _read(laid)
    _lay_out(laid, today)
    for one in laid:
        _derive(one, today)
    # Rows that are there are updated by it, many times quicker than by bulk_update.
    ReviewPlan.objects.bulk_create(
        plans, update_conflicts=True, unique_fields=["id"], update_fields=DERIVED
    )
    days = [_day(row, one.plan) for one in laid for row in one.reviews if row.is_open]
    if days:
        watch_days(days=days)
    return laid


# Laying out -----------------------------------------------------------------------------------------


@dataclass
class Laid:
    """One plan with its reviews while they are laid out."""

    plan: ReviewPlan
    times: Timetable
    stored: list[Review] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    gone: list[Review] = field(default_factory=list)
    new: list[Review] = field(default_factory=list)
    moved: list[Review] = field(default_factory=list)


def _read(laid: Sequence[Laid]) -> None:
    by_contract = {one.plan.contract_id: one for one in laid}
    rows = Review.objects.filter(contract__in=by_contract).select_related("reviewer__user")
    rows = rows.defer("minutes", "attendees", "agreements", "standing_reason", "missed_reason")
    for review in rows.order_by("first_on", "pk"):
        one = by_contract[review.contract_id]
        review.contract, review.organization = one.plan.contract, one.plan.organization
        one.stored.append(review)


def _lay_out(laid: Sequence[Laid], today: dt.date) -> None:
    """Take away what the plan does not want any more, add what is missing, move what is due on another day."""
    for one in laid:
        _lay_out_one(one, today, frozenset())
    doubtful = {review.pk: one for one in laid for review in one.gone}
    touched = _touched(doubtful)
    for one in {id(doubtful[pk]): doubtful[pk] for pk in touched}.values():
        _lay_out_one(one, today, touched)
    gone = [review for one in laid for review in one.gone]
    if gone:
        watch_days(days=[_no_day(review) for review in gone])
        Review.objects.filter(pk__in=[review.pk for review in gone]).delete()
    new = [review for one in laid for review in one.new]
    if new:
        Review.objects.bulk_create(new, batch_size=500)
    moved = [review for one in laid for review in one.moved]
    if moved:
        Review.objects.bulk_update(moved, ["first_due_on", "due_on"], batch_size=500)


def _touched(pks: Iterable[int]) -> frozenset[int]:
    """Those that somebody began meanwhile, or something hangs on already; asked only for the few that a
    changed plan would replace. They are held, so that nobody writes into one that is about to go."""
    pks = list(pks)
    if not pks:
        return frozenset()
    held = (
        Review.objects.filter(pk__in=pks)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    found = {review.pk for review in held if _is_begun(review)}
    for relation in Review._meta.related_objects:
        name = relation.field.name
        rows = relation.related_model._base_manager.filter(**{f"{name}__in": pks})
        found.update(rows.values_list(name, flat=True))
    return frozenset(found)


def _lay_out_one(one: Laid, today: dt.date, touched: frozenset[int]) -> None:
    times = one.times
    rows = one.stored
    loose = [row for row in rows if row.pk not in touched and _is_loose(row, times, today)]
    kept = [row for row in rows if row not in loose]
    wanted = schedule.begun(times, [row.period for row in kept], today)
    there = {row.period: row for row in loose if row.every == times.every}
    # What is wanted again as it was stays the same row.
    same = [there[period] for period in wanted if period in there]
    one.gone = [row for row in loose if row not in same]
    one.new = [_new(one, period) for period in wanted if period not in there]
    one.reviews = sorted([*kept, *same, *one.new], key=lambda row: row.first_on)
    one.moved = [row for row in [*kept, *same] if _move(row, times)]


def _is_loose(review: Review, times: Timetable, today: dt.date) -> bool:
    """Nobody did anything for it, and its period still runs or is none of the contract's any more.

    What should have been held already stays: it is held, or somebody says why it was not.
    """
    if _is_begun(review):
        return False
    return review.last_on >= today or times.part(review.period) is None


def _is_begun(review: Review) -> bool:
    said = review.started_at or review.postponed_reason or review.reviewer_id
    return bool(said) or not review.is_open


def _new(one: Laid, period: Period) -> Review:
    due_on = one.times.due_on(period)
    return Review(
        organization=one.plan.organization,
        contract=one.plan.contract,
        every=one.times.every,
        first_on=period.first_on,
        last_on=period.last_on,
        first_due_on=due_on,
        due_on=due_on,
    )


def _move(review: Review, times: Timetable) -> bool:
    """Whether it is due on another day now; one that was postponed keeps the day that was chosen."""
    due_on = times.due_on(review.period)
    if not review.is_open or review.first_due_on == due_on:
        return False
    review.first_due_on = due_on
    if not review.postponed_reason:
        review.due_on = due_on
    return True


# Derived --------------------------------------------------------------------------------------------


def _derive(one: Laid, today: dt.date) -> None:
    plan = one.plan
    held = [review for review in one.reviews if review.is_closed][::-1]
    latest, before = [*held, None, None][:2]
    plan.standing = latest.standing if latest else ""
    plan.standing_before = before.standing if before else ""
    plan.score = latest.score if latest else None
    plan.score_before = before.score if before else None
    plan.held_on = latest.held_on if latest else None
    coming = schedule.coming(one.times, [review.period for review in one.reviews], today)
    due = [review.due_on for review in one.reviews if review.is_open]
    if coming and not due:
        due = [one.times.due_on(coming)]
    plan.next_due_on = min(due, default=None)
    plan.refresh_on = schedule.appears_on(one.times, coming) if coming else None


# Watched --------------------------------------------------------------------------------------------


def _no_day(review: Review) -> Day:
    return Day(target=review, kind=REVIEW_DUE, due_on=None)


def _day(review: Review, plan: ReviewPlan) -> Day:
    contract, organization = plan.contract, plan.organization
    of = label(review.period, review.every, organization.fiscal_month)
    return Day(
        target=review,
        kind=REVIEW_DUE,
        due_on=review.due_on,
        title=f"{contract.title}: review of {of}",
        sentence=sentence(review, plan),
        path=record_path(review, organization),
        responsible=reviewer_of(review, plan),
    )


def sentence(review: Review, plan: ReviewPlan) -> str:
    """What the review is about, and until when it waits."""
    part = timetable_of(plan).part(review.period) or review.period
    days = [format_date(day, plan.organization) for day in (*part, review.first_due_on)]
    words = f"How {plan.contract.vendor.name} did from {days[0]} to {days[1]}."
    if review.postponed_reason:
        words += f" It was to be held by {days[2]} and was postponed: {review.postponed_reason}"
    return words


def record_path(review: Review, organization: Organization) -> str:
    """The page on which the review is recorded, without host."""
    return reverse("reviews:record_review", args=[organization.slug, review.pk])


def reviewer_of(review: Review, plan: ReviewPlan) -> Membership | None:
    """Who holds it: whom it was delegated to, else the plan's reviewer, else whoever runs the contract."""
    return review.reviewer or plan.reviewer or plan.contract.manager


def plans_of(contracts: Iterable[Contract]) -> list[ReviewPlan]:
    """The plans of these contracts, each with the contract that was handed in."""
    by_pk = {contract.pk: contract for contract in contracts}
    rows = ReviewPlan.objects.filter(contract__in=by_pk).select_related("reviewer__user")
    plans = list(rows.order_by("pk"))
    for plan in plans:
        plan.contract = by_pk[plan.contract_id]
        plan.organization = plan.contract.organization
    return plans
