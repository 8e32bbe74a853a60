"""Reviews as lists show them: what became of each, when it is due and who holds it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.holds import Hold
from accounts.models import Membership, Organization
from accounts.permissions import Perm
from core.periods import Period, label
from reviews import schedule
from reviews.history import LONG
from reviews.models import Review, ReviewPlan
from reviews.plans import reviewer_of, timetable_of

SOON = dt.timedelta(days=14)
MOST_COUNTED = 10_000
MOST_NAMED = 3
HELD, NOT_HELD, OVERDUE, DUE, RUNNING = "held", "not_held", "overdue", "due", "running"
COMING, BEFORE = "coming", "before"
# The badge of each (`status` of core.templatetags.ui).
KINDS = {
    HELD: "ok",
    NOT_HELD: "neutral",
    OVERDUE: "bad",
    DUE: "warn",
    RUNNING: "info",
    COMING: "neutral",
    BEFORE: "neutral",
}


@dataclass(frozen=True)
class Line:
    """One period in a list. `part` is what the contract runs of it; `review` None: there is no row.

    `holder` is to hold it, or has closed it.
    """

    period_label: str
    part: Period
    state: str
    words: str
    due_on: dt.date | None = None
    review: Review | None = None
    holder: Membership | None = None

    @property
    def kind(self) -> str:
        """How the badge of its state looks."""
        return KINDS[self.state]

    @property
    def is_open(self) -> bool:
        return self.review is not None and self.review.is_open


# All contracts --------------------------------------------------------------------------------------


def listed(organization: Organization) -> "QuerySet[Review]":
    """Every review with all that a line of the list tells but the people, in one query."""
    rows = Review.objects.filter(organization=organization)
    return rows.select_related("contract__vendor", "contract__review_plan").defer(*LONG)


def held_by(rows: "QuerySet[Review]", people: "QuerySet[Membership]") -> "QuerySet[Review]":
    """Those that one of these people holds: delegated, or by the plan, or as who runs the contract."""
    plan = "contract__review_plan__reviewer_id"
    holder = Coalesce("reviewer_id", plan, "contract__manager_id")
    return rows.annotate(holder_id=holder).filter(holder_id__in=people.values("pk"))


def lines_of(reviews: Iterable[Review], organization: Organization, today: dt.date) -> list[Line]:
    """The lines of these rows of `listed`, in one query."""
    found, rows = [], list(reviews)
    _give_people(rows)
    for review in rows:
        plan: ReviewPlan = review.contract.review_plan
        plan.contract, plan.organization = review.contract, organization
        review.organization = review.contract.organization = organization
        found.append(_line(review, plan, today))
    return found


def _give_people(reviews: Sequence[Review]) -> None:
    """Who may hold these reviews or closed them. Joined to the rows, four times two tables would take
    longer to plan than to read."""
    places: list[tuple[Any, str]] = []
    for review in reviews:
        contract = review.contract
        places += [(review, "reviewer"), (review, "closed_by"), (contract, "manager")]
        places.append((contract.review_plan, "reviewer"))
    ids = {getattr(row, f"{name}_id") for row, name in places} - {None}
    people = Membership.objects.select_related("user").in_bulk(ids)
    for row, name in places:
        setattr(row, name, people.get(getattr(row, f"{name}_id")))


def counts(organization: Organization, today: dt.date) -> dict[str, int | str]:
    """How many reviews are open, overdue, and due soon; of more than MOST_COUNTED, the most urgent are counted."""
    soon = Q(due_on__gte=today, due_on__lte=today + SOON)
    rows = Review.objects.filter(organization=organization).open().order_by("due_on")
    found = rows.values("due_on")[: MOST_COUNTED + 1].aggregate(
        open=Count("due_on"),
        overdue=Count("due_on", filter=Q(due_on__lt=today)),
        soon=Count("due_on", filter=soon),
    )
    most = f"more than {MOST_COUNTED:,}"
    return {name: count if count <= MOST_COUNTED else most for name, count in found.items()}


def _line(review: Review, plan: ReviewPlan, today: dt.date) -> Line:
    part = timetable_of(plan).part(review.period) or review.period
    state = state_of(review, part, today)
    return Line(
        period_label=label(review.period, review.every, plan.organization.fiscal_month),
        part=part,
        state=state,
        words=_words(review, state, today),
        due_on=review.due_on if review.is_open else None,
        review=review,
        holder=reviewer_of(review, plan) if review.is_open else review.closed_by,
    )


def state_of(review: Review, part: Period, today: dt.date) -> str:
    """What became of a review, as one of the words above."""
    if not review.is_open:
        return HELD if review.is_closed else NOT_HELD
    if review.due_on < today:
        return OVERDUE
    if part.last_on < today or review.due_on <= today + SOON:
        return DUE
    return RUNNING


def _words(review: Review, state: str, today: dt.date) -> str:
    days = (today - review.due_on).days
    if state == OVERDUE:
        return f"{days} day{'' if days == 1 else 's'} late"
    if state == DUE:
        return "Due today" if not days else f"Due in {-days} day{'' if days == -1 else 's'}"
    return {HELD: "Held", NOT_HELD: "Not held", RUNNING: "Period runs"}[state]


# One contract ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class History:
    """Every period of a contract, the latest first: what comes, what is open or was held or not, and
    `before`, what had passed when its reviews began here."""

    lines: Sequence[Line] = field(default_factory=list)
    before: Sequence[Line] = field(default_factory=list)

    @property
    def next_open(self) -> Line | None:
        """The one to hold next: the oldest that is open."""
        return next((line for line in reversed(self.lines) if line.is_open), None)

    @property
    def not_held(self) -> int:
        return sum(1 for line in self.lines if line.state == NOT_HELD)


def history(plan: ReviewPlan, today: dt.date) -> History:
    """Of one contract, in one query. The plan needs its contract (with `manager__user`), organization
    and reviewer in memory."""
    rows = Review.objects.filter(contract=plan.contract).select_related(
        "reviewer__user", "closed_by__user"
    )
    reviews = list(rows.order_by("-first_on"))
    for review in reviews:
        review.contract, review.organization = plan.contract, plan.organization
    times = timetable_of(plan)
    spans = [review.period for review in reviews]
    lines = [_line(review, plan, today) for review in reviews]
    coming = schedule.coming(times, spans, today)
    if coming:
        lines.insert(0, _coming(coming, plan, times))
    before = schedule.before(times, spans)[::-1]
    return History(lines, [_before(period, plan, times) for period in before])


def _coming(period: Period, plan: ReviewPlan, times: schedule.Timetable) -> Line:
    return Line(
        period_label=label(period, plan.every, plan.organization.fiscal_month),
        part=times.part(period) or period,
        state=COMING,
        words="Comes next",
        due_on=times.due_on(period),
        holder=plan.reviewer or plan.contract.manager,
    )


def _before(period: Period, plan: ReviewPlan, times: schedule.Timetable) -> Line:
    return Line(
        period_label=label(period, plan.every, plan.organization.fiscal_month),
        part=times.part(period) or period,
        state=BEFORE,
        words="Before reviews began here",
    )


def still_held_by(member: Membership) -> tuple["QuerySet[ReviewPlan]", "QuerySet[Review]"]:
    """What would be left without its reviewer if this member went: the plans of contracts that are not
    over or still have an open review, and the open reviews that were delegated."""
    plans = ReviewPlan.objects.filter(organization=member.organization, reviewer=member)
    plans = plans.exclude(next_due_on=None)
    reviews = Review.objects.filter(organization=member.organization, reviewer=member).open()
    return (
        plans.select_related("contract__vendor").order_by("contract__title_key", "pk"),
        reviews.select_related("contract__vendor").order_by("due_on", "pk"),
    )


def holds_of(member: Membership) -> list[Hold]:
    """Reviews that this member is to hold, if they may not do it (any more) (settings.MEMBER_HOLDS)."""
    if member.can(Perm.REVIEW_EDIT):
        return []
    plans, delegated = still_held_by(member)
    contracts = {plan.contract_id: plan.contract.title for plan in plans}
    contracts |= {review.contract_id: review.contract.title for review in delegated}
    if not contracts:
        return []
    titles = sorted(contracts.values())
    named = ", ".join(f"“{title}”" for title in titles[:MOST_NAMED])
    more = f" and {len(titles) - MOST_NAMED} more" if len(titles) > MOST_NAMED else ""
    path = reverse("reviews:hand_over_reviews", args=[member.organization.slug, member.pk])
    words = f"{member.name} holds the reviews of {named}{more}. Hand them over first."
    return [Hold(words, path)]
