"""A running contract with its reviews, made through the same actions as the pages.

Today stays today: the contract began eleven months ago and is reviewed every quarter, so that two whole
quarters are past and one runs. Their reviews are all open until a test says otherwise.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity.records import freeze
from contracts.locking import lock_contract
from contracts.models import Contract, ServiceLevel
from contracts.tests import record_case
from contracts.tests.record_case import fresh, months_ago, today
from core import periods
from core.periods import Period
from core.tenancy import ALL, organization_scope
from reviews import plans
from reviews.models import Review, ReviewCriterion, ReviewMark, ReviewPlan

__all__ = ["fresh", "months_ago", "today"]

AREA = "/o/acme/reviews/"
# What the winner was chosen for: name, weight, kind, promised mark, what it rested on.
CRITERIA: list[tuple[str, int, str, str | None, str]] = [
    ("Quality", 60, "judged", "4", "reference"),
    ("Cost", 40, "judged", "3", "document"),
    ("Insured", 0, "gate", "1", "document"),
]


def quarter(back: int = 0) -> Period:
    """The calendar quarter so many before the one that runs today."""
    found = periods.period_of(today(), periods.QUARTER)
    for _ in range(back):
        found = periods.previous_period(found, periods.QUARTER)
    return found


def running(by: Membership, owner: Membership, **values: Any) -> Contract:
    """Help desk with Northwind: in force for eleven months, run by `by`, signed by `owner`; with a plan
    since two quarters ago, CRITERIA with what was promised, and one service level."""
    said = {"start_on": months_ago(11), "initial_months": 24, **values}
    contract = record_case.signed(by, owner, **said)
    with organization_scope(ALL):
        plan = plan_of(contract)
        plan.criteria.all().delete()
        for position, (name, weight, kind, promised, evidence) in enumerate(CRITERIA, 1):
            add_criterion(plan, name, weight, kind, promised, evidence, position=position)
        add_level(contract)
    begin(contract, quarter(2).first_on)
    return fresh(contract)


def add_criterion(
    plan: ReviewPlan,
    name: str,
    weight: int,
    kind: str = "judged",
    promised: str | None = None,
    evidence: str = "",
    **values: Any,
) -> ReviewCriterion:
    """A mark from 0 to 5, or a gate."""
    row: ReviewCriterion = ReviewCriterion.objects.create(
        organization=plan.organization,
        plan=plan,
        name=name,
        weight=Decimal(weight),
        kind=kind,
        best=Decimal(1 if kind == "gate" else 5),
        promised=None if promised is None else Decimal(promised),
        promised_evidence=evidence,
        **{"position": 1, **values},
    )
    return row


@organization_scope(ALL)
def add_level(contract: Contract, **values: Any) -> ServiceLevel:
    """Available at least 99.5 % of each month; 5 % of the month's price back below it, 10 % below 99."""
    usual: dict[str, Any] = {
        "metric": "availability",
        "name": "Availability of the desk",
        "comparator": "at_least",
        "target": Decimal("99.5"),
        "unit": "percent",
        "window": "month",
        "credits": [
            {"worse_than": "99.5", "percent": "5"},
            {"worse_than": "99", "percent": "10"},
        ],
        "claim_days": 30,
    }
    row: ServiceLevel = ServiceLevel.objects.create(
        organization=contract.organization,
        terms=contract.terms_versions.get(number=1),
        **{**usual, **values},
    )
    return row


@organization_scope(ALL)
def begin(contract: Contract, first_on: dt.date, day: dt.date | None = None) -> None:
    """Reviews are held from the period of `first_on` on; they are there as on `day` (today)."""
    contract.review_plan.__class__.objects.filter(contract=contract).update(first_on=first_on)
    follow(contract, day)


@organization_scope(ALL)
@transaction.atomic
def follow(contract: Contract, day: dt.date | None = None) -> None:
    """The reviews as they should be on `day` (today)."""
    row = lock_contract(contract)
    plans.follow(plans.plans_of([row]), day or today())


@organization_scope(ALL)
def plan_of(contract: Contract) -> ReviewPlan:
    """As it is stored now, with its contract and organization."""
    rows = ReviewPlan.objects.select_related("contract", "organization", "reviewer__user")
    found: ReviewPlan = rows.get(contract=contract)
    found.contract = fresh(contract)
    return found


@organization_scope(ALL)
def reviews_of(contract: Contract) -> list[Review]:
    """All that there are, the oldest first."""
    rows = Review.objects.select_related("organization", "contract", "reviewer__user")
    return list(rows.filter(contract=contract).order_by("first_on"))


def review_of(contract: Contract, back: int = 1) -> Review:
    """The review of the quarter so many before this one: by default the open one that is due."""
    return next(row for row in reviews_of(contract) if row.first_on == quarter(back).first_on)


@organization_scope(ALL)
def criterion(contract: Contract, name: str) -> ReviewCriterion:
    found: ReviewCriterion = plan_of(contract).criteria.get(name=name)
    return found


@organization_scope(ALL)
def criterion_now(contract: Contract, name: str) -> ReviewCriterion:
    """The one of this name that is not retired."""
    found: ReviewCriterion = plan_of(contract).criteria.current().get(name=name)
    return found


@organization_scope(ALL)
def mark(review: Review, name: str, value: str | None, by: Membership, **values: Any) -> ReviewMark:
    """A mark, stored as it stands."""
    row: ReviewMark = ReviewMark.objects.create(
        organization=review.organization,
        review=review,
        criterion=criterion(review.contract, name),
        mark=None if value is None else Decimal(value),
        by=by,
        **values,
    )
    return row


@organization_scope(ALL)
@transaction.atomic
def closed(
    review: Review, by: Membership, standing: str = "green", score: str = "72", **marks: str
) -> Review:
    """That review as one that was held, with these marks by criterion; its record says nothing."""
    for name, value in marks.items():
        mark(review, name, value, by)
    record = freeze(by=by, kind="review", subject=review, content={})
    held_on = review.last_on + dt.timedelta(days=5)
    values = {"state": "closed", "held_on": held_on, "started_at": timezone.now()}
    values |= {"standing": standing, "score": Decimal(score), "closed_at": timezone.now()}
    Review.objects.filter(pk=review.pk).update(closed_by=by, record=record, **values)
    plans.recompute(plans.plans_of([lock_contract(review.contract)])[0])
    found: Review = Review.objects.select_related("organization", "contract").get(pk=review.pk)
    return found
