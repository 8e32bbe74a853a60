"""How all vendors do, contract by contract: what the list, its file and the report of it read.

The reviews themselves are not read: each plan keeps what its latest ones said (reviews/plans.py).
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Sum, Value, When, Window

from accounts.models import Organization
from contracts.models import Contract
from reviews.models import ReviewPlan, Standing

BADGES = {"green": "ok", "amber": "warn", "red": "bad", "": "neutral"}
WORDS: dict[str, str] = {**{choice.value: str(choice.label) for choice in Standing}, "": "Not yet"}
BETTER, WORSE, SAME = "better", "worse", "same"
ARROWS = {BETTER: "▲", WORSE: "▼", SAME: "▶"}
# The worst first; nothing known comes after what needs attention, before what is good.
ORDER = {"red": 0, "amber": 1, "": 2, "green": 3}
RANK = {"red": 0, "amber": 1, "green": 2}
# Points by which a score has to move before it counts as a change.
A_CHANGE = Decimal(3)
MOST_NAMED = 25


def change_of(plan: ReviewPlan) -> Decimal | None:
    """By how many points the score moved since the review before; None where either is not known."""
    if plan.score is None or plan.score_before is None:
        return None
    return plan.score - plan.score_before


def trend_of(plan: ReviewPlan) -> str:
    """better, worse or same as in the review before; "" where there is none. The standing counts first;
    with the same standing, a score that moved by 3 points or more. `with_trend` says the same in SQL."""
    if not plan.standing or not plan.standing_before:
        return ""
    moved = RANK[plan.standing] - RANK[plan.standing_before]
    if moved:
        return BETTER if moved > 0 else WORSE
    change = change_of(plan)
    if change is None or abs(change) < A_CHANGE:
        return SAME
    return BETTER if change > 0 else WORSE


def _rank(name: str) -> Case:
    whens = [When(**{name: value}, then=Value(rank)) for value, rank in RANK.items()]
    return Case(*whens, output_field=IntegerField())


def with_trend(rows: Any) -> Any:
    """Contracts with `trend_now`, the same as `trend_of` their plan."""
    known = ~Q(review_plan__standing="") & ~Q(review_plan__standing_before="")
    rows = rows.annotate(
        rank_now=_rank("review_plan__standing"), rank_before=_rank("review_plan__standing_before")
    )
    moved = F("review_plan__score") - F("review_plan__score_before")
    rows = rows.annotate(score_moved=moved)
    return rows.annotate(
        trend_now=Case(
            When(~known | Q(review_plan=None), then=Value("")),
            When(rank_now__gt=F("rank_before"), then=Value(BETTER)),
            When(rank_now__lt=F("rank_before"), then=Value(WORSE)),
            When(score_moved__gte=A_CHANGE, then=Value(BETTER)),
            When(score_moved__lte=-A_CHANGE, then=Value(WORSE)),
            default=Value(SAME),
        )
    )


def by_standing(rows: Any, *, worst_first: bool = True) -> Any:
    """Contracts in the order of their standing, those with the lowest score first among equals."""
    whens = [When(review_plan__standing=value, then=Value(at)) for value, at in ORDER.items()]
    place = Case(*whens, default=Value(ORDER[""]), output_field=IntegerField())
    score = F("review_plan__score")
    if worst_first:
        return rows.order_by(place.asc(), score.asc(nulls_last=True), "pk")
    return rows.order_by(place.desc(), score.desc(nulls_last=True), "-pk")


SHOWN = [
    *("organization_id", "title", "reference", "currency", "yearly_cost", "vendor__name"),
    *("stage", "starts_on", "ends_on", "terminated_on", "notice_given_on"),
    "review_plan__organization_id",
    "review_plan__contract_id",
    "review_plan__standing",
    "review_plan__standing_before",
    "review_plan__score",
    "review_plan__score_before",
    "review_plan__held_on",
    "review_plan__next_due_on",
]


def listed(contracts: Any) -> Any:
    """These contracts with vendor and plan in the same query; only what lists show."""
    return contracts.select_related("vendor", "review_plan").only(*SHOWN)


def running(organization: Organization, today: dt.date) -> Any:
    """The contracts that run, to be listed."""
    contracts: Any = organization.contract_set
    return listed(contracts.running_on(today))


def plan_of(contract: Contract) -> ReviewPlan:
    """The plan that came with the contract; an empty one where the portal has not made it yet."""
    return getattr(contract, "review_plan", None) or ReviewPlan()


# The report -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """So many contracts of one standing, and what they cost a year by currency."""

    standing: str
    contracts: int
    costs: list[tuple[str, Decimal]]

    @property
    def word(self) -> str:
        return WORDS[self.standing]

    @property
    def badge(self) -> str:
        return BADGES[self.standing]


@dataclass(frozen=True)
class Line:
    """One contract of the report."""

    contract: Contract

    @cached_property
    def plan(self) -> ReviewPlan:
        return plan_of(self.contract)

    @property
    def word(self) -> str:
        return WORDS[self.plan.standing]

    @property
    def badge(self) -> str:
        return BADGES[self.plan.standing]

    @property
    def trend(self) -> str:
        return trend_of(self.plan)

    @property
    def arrow(self) -> str:
        return ARROWS.get(self.trend, "")

    @property
    def change(self) -> Decimal | None:
        return change_of(self.plan)


@dataclass(frozen=True)
class Report:
    """How all contracts stand on one day; each list holds at most 25, with how many there are."""

    organization: Organization
    today: dt.date
    groups: list[Group]
    attention: list[Line]
    worse: list[Line]
    worse_count: int
    better_count: int
    overdue: list[Line]
    overdue_count: int

    @property
    def contracts(self) -> int:
        return sum(group.contracts for group in self.groups)

    @property
    def reviewed(self) -> int:
        return sum(group.contracts for group in self.groups if group.standing)

    @property
    def attention_count(self) -> int:
        return sum(g.contracts for g in self.groups if g.standing in ("red", "amber"))


def report(organization: Organization, today: dt.date) -> Report:
    """In five queries, however many contracts there are."""
    rows = running(organization, today)
    attention = by_standing(rows.filter(review_plan__standing__in=["red", "amber"]))
    moved = with_trend(rows)
    counts = moved.order_by().aggregate(
        worse=Count("pk", filter=Q(trend_now=WORSE)), better=Count("pk", filter=Q(trend_now=BETTER))
    )
    late = rows.filter(review_plan__next_due_on__lt=today)
    worse = by_standing(moved.filter(trend_now=WORSE))
    first_due = late.order_by("review_plan__next_due_on", "pk").annotate(of_all=_of_all())
    overdue = list(first_due[:MOST_NAMED])
    return Report(
        organization=organization,
        today=today,
        groups=_groups(rows),
        attention=[Line(contract) for contract in attention[:MOST_NAMED]],
        worse=[Line(contract) for contract in worse[:MOST_NAMED]],
        worse_count=counts["worse"],
        better_count=counts["better"],
        overdue=[Line(contract) for contract in overdue],
        overdue_count=overdue[0].of_all if overdue else 0,
    )


def _of_all() -> Any:
    """How many there are in all, beside each row."""
    return Window(Count("pk"))


def _groups(rows: Any) -> list[Group]:
    """The worst first, what was never reviewed last."""
    found: dict[str, tuple[int, list[tuple[str, Decimal]]]] = {
        name: (0, []) for name in [*RANK, ""]
    }
    counted = rows.order_by().values("review_plan__standing", "currency")
    for row in counted.annotate(contracts=Count("pk"), cost=Sum("yearly_cost")):
        standing = row["review_plan__standing"] or ""
        count, costs = found[standing]
        known = [(row["currency"], row["cost"])] if row["cost"] is not None else []
        found[standing] = (count + row["contracts"], [*costs, *known])
    return [
        Group(name, count, sorted(costs, key=lambda cost: -cost[1]))
        for name, (count, costs) in found.items()
    ]
