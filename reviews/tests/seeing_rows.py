"""Rows as the pages that look over many reviews find them: written straight, as closing leaves them."""

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from activity.models import FrozenRecord
from contracts.models import Contract, ContractTerms, PriceLine
from contracts.tests import register_rows
from core import periods
from core.tenancy import ALL, organization_scope
from reviews.models import Review, ReviewCriterion, ReviewMark, ReviewPlan

NAMES = ("Quality", "Cost")


def contract_of(by: Membership, title: str = "Help desk", **columns: Any) -> Contract:
    """In force for two years, EUR 1,200 a year, with Northwind unless `vendor` says another."""
    return register_rows.add(by, title, **{"starts": -730, **columns})


def plan_of(contract: Contract, **columns: Any) -> ReviewPlan:
    with organization_scope(ALL):
        plan, made = ReviewPlan.objects.get_or_create(
            contract=contract,
            defaults={
                "organization": contract.organization,
                "first_on": contract.starts_on,
                **columns,
            },
        )
        if not made and columns:
            ReviewPlan.objects.filter(pk=plan.pk).update(**columns)
            plan.refresh_from_db()
        return plan


def criteria_of(
    plan: ReviewPlan,
    promised: Sequence[Decimal | int | None] = (4, 5),
    names: Sequence[str] = NAMES,
    evidence: str = "claim",
) -> list[ReviewCriterion]:
    """Judged from 0 to 5, equally heavy."""
    with organization_scope(ALL):
        return [
            ReviewCriterion.objects.create(
                organization=plan.organization,
                plan=plan,
                position=at + 1,
                name=name,
                weight=Decimal(100) / len(names),
                promised=None if mark is None else Decimal(mark),
                promised_evidence=evidence if mark is not None else "",
            )
            for at, (name, mark) in enumerate(zip(names, promised, strict=True))
        ]


def review_of(
    contract: Contract,
    ago: int = 1,
    marks: dict[ReviewCriterion, Decimal | int | None] | None = None,
    *,
    by: Membership,
    state: str = "closed",
    standing: str = "green",
    score: Decimal | int | None = 80,
) -> Review:
    """Of the quarter so many quarters before the present one; None is a mark that does not apply."""
    period = periods.period_of(timezone.localdate(), periods.QUARTER)
    for _ in range(ago):
        period = periods.previous_period(period, periods.QUARTER)
    closed = state == "closed"
    with organization_scope(ALL):
        review: Review = Review.objects.create(
            organization=contract.organization,
            contract=contract,
            every="quarter",
            first_on=period.first_on,
            last_on=period.last_on,
            first_due_on=period.last_on + dt.timedelta(days=14),
            due_on=period.last_on + dt.timedelta(days=14),
            state=state,
            **_closed(contract, period, by, standing, score) if closed else {},
        )
        for criterion, mark in (marks or {}).items():
            ReviewMark.objects.create(
                organization=contract.organization,
                review=review,
                criterion=criterion,
                mark=None if mark is None else Decimal(mark),
                not_applicable=mark is None,
                by=by,
            )
        return review


def _closed(
    contract: Contract, period: periods.Period, by: Membership, standing: str, score: Any
) -> dict[str, Any]:
    record = FrozenRecord.objects.create(
        organization=contract.organization,
        kind="review",
        number=FrozenRecord.objects.filter(organization=contract.organization).count() + 1,
        subject_type="contracts.contract",
        subject_id=contract.pk,
        subject_name=contract.title,
        content="{}",
        sha256=uuid.uuid4().hex * 2,
        created_by=by,
    )
    return {
        "held_on": period.last_on + dt.timedelta(days=7),
        "standing": standing,
        "score": None if score is None else Decimal(score),
        "closed_at": timezone.now(),
        "closed_by": by,
        "record": record,
    }


def price_line(contract: Contract, **columns: Any) -> PriceLine:
    """Of terms that count from the contract's start on: EUR 10 a month for each of 40 users."""
    with organization_scope(ALL):
        terms = contract.terms_versions.first() or ContractTerms.objects.create(
            organization=contract.organization,
            contract=contract,
            number=1,
            start_on=contract.starts_on,
            from_on=contract.starts_on,
            agreed_at=timezone.now(),
            initial_months=36,
            currency="EUR",
        )
        said: dict[str, Any] = {
            "kind": "per_user",
            "label": "Seats",
            "amount": Decimal(10),
            "quantity": Decimal(40),
            "period": "month",
            **columns,
        }
        return PriceLine.objects.create(
            organization=contract.organization, terms=terms, position=1, **said
        )
