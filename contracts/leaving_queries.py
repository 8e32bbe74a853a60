"""What the pages of keys and exit read: each of these in a fixed number of queries."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contracts import leaving_days
from contracts.models import Alternative, Contract, ExitPlan, ExitStep, Key
from contracts.money import fee_of_leaving
from contracts.readiness import (
    COST_PARTS,
    Comparison,
    Cost,
    Duration,
    Independence,
    KeyFacts,
    PlanFacts,
    Readiness,
    checked_in_time,
    compare,
    exit_cost,
    independence,
    quote_counts,
    readiness,
    steps_take,
)
from contracts.versions import prices_of, version_on

# Keys -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KeyLine:
    """A key as the list shows it. `in_time` None: never verified; `due_on` None: no interval."""

    key: Key
    in_time: bool | None
    due_on: dt.date | None
    nobody_else: bool

    @property
    def has_own_name(self) -> bool:
        return self.key.name != self.key.get_kind_display()


def key_lines(contract: Contract, keys: Sequence[Key], today: dt.date) -> list[KeyLine]:
    """Each key with what is due."""
    return [
        KeyLine(
            key=key,
            in_time=(answers := key_facts(key).answers(today))["verified"],
            due_on=leaving_days.verify_due_on(contract, key),
            nobody_else=answers["second"] is False,
        )
        for key in keys
    ]


def keys_of(contract: Contract) -> list[Key]:
    """In the order of the standard list, then as they were added."""
    order = {kind: at for at, kind in enumerate(Key.Kind.values)}
    rows: Any = contract.keys.order_by("pk")
    return sorted(rows, key=lambda key: order.get(key.kind, len(order)))


def key_facts(key: Key) -> KeyFacts:
    """A key as readiness.py takes it."""
    return KeyFacts(
        name=key.name,
        owned_by=key.owned_by,
        admin_by=key.admin_by,
        second_admin=key.second_admin,
        verified_on=key.verified_on,
        verify_months=key.verify_months,
    )


def is_open(key: Key) -> bool:
    """Is there a question about it that nobody has answered?"""
    return not (key.owned_by and key.admin_by and key.second_admin and key.verified_on)


def independence_of(keys: Sequence[Key], today: dt.date) -> Independence:
    return independence([key_facts(key) for key in keys], today)


# The exit plan ----------------------------------------------------------------------------------------


def without_exit_plan(organization: Any, day: dt.date) -> Any:
    """Contracts that run on `day` and have no exit plan, as a queryset ordered by title."""
    rows = organization.contract_set.running_on(day).without_exit_plan()
    return rows.select_related("vendor").order_by("title", "pk")


def plan_of(contract: Contract) -> ExitPlan | None:
    plan: ExitPlan | None = ExitPlan.objects.filter(contract=contract).first()
    if plan:
        plan.contract = contract
    return plan


@dataclass(frozen=True)
class BenchLine:
    """An alternative, whether its quote still counts, and how it compares with what we pay."""

    alternative: Alternative
    counts: bool
    expired: bool
    comparison: Comparison | None

    @property
    def less(self) -> Decimal | None:
        """How much less it costs a year than what we pay."""
        return -self.comparison.more if self.comparison else None

    @property
    def by(self) -> Decimal | None:
        """The difference as a share of what we pay."""
        share = self.comparison.share if self.comparison else None
        return abs(share) if share else None


def bench(contract: Contract, today: dt.date) -> list[BenchLine]:
    """The alternatives, newest quote first."""
    rows = contract.alternatives.select_related("vendor").newest_quote_first()
    return [_bench_line(row, contract, today) for row in rows]


def _bench_line(row: Alternative, contract: Contract, today: dt.date) -> BenchLine:
    return BenchLine(
        alternative=row,
        counts=quote_counts(row.quote, row.quoted_on, row.expires_on, today),
        expired=row.expires_on is not None and row.expires_on < today,
        comparison=compare(
            row.quote,
            is_yearly=row.quote_is_yearly,
            currency=row.currency,
            yearly_cost=contract.yearly_cost,
            paid_in=contract.currency,
        ),
    )


@dataclass(frozen=True)
class CostRow:
    label: str
    amount: Decimal | None


@dataclass(frozen=True)
class ExitOverview:
    """Everything that the exit tab shows. `begin_by`: when to start leaving to be out at the term's end."""

    plan: ExitPlan | None
    steps: list[ExitStep]
    duration: Duration
    cost: Cost
    cost_rows: list[CostRow]
    drill_in_time: bool | None
    drill_due_on: dt.date | None
    bench: list[BenchLine]
    keys: Independence
    readiness: Readiness
    begin_by: dt.date | None


def exit_overview(contract: Contract, today: dt.date) -> ExitOverview:
    """The plan, the bench and how ready we are, in four queries."""
    plan = plan_of(contract)
    steps = list(plan.steps.order_by("position", "pk")) if plan else []
    parts = {name: getattr(plan, name, None) for name in COST_PARTS}
    cost = exit_cost(parts, plan.budget if plan else None)
    places = bench(contract, today)
    keys = independence_of(keys_of(contract), today)
    in_time = checked_in_time(plan.last_drill_on, plan.drill_months, today) if plan else None
    days = plan.days_to_leave if plan else None
    facts = PlanFacts(
        triggers=plan.triggers if plan else "",
        steps=len(steps),
        days_to_leave=days,
        budgeted=plan is not None and plan.budget is not None,
        cost=cost,
        data_return=plan.data_return if plan else "",
        data_format=plan.data_format if plan else "",
        drill_in_time=in_time,
        alternatives=len(places),
        quotes_that_count=sum(line.counts for line in places),
        independence=keys.low,
    )
    return ExitOverview(
        plan=plan,
        steps=steps,
        duration=steps_take([step.days for step in steps]),
        cost=cost,
        cost_rows=[
            CostRow(words[0].upper() + words[1:], parts[name]) for name, words in COST_PARTS.items()
        ],
        drill_in_time=in_time,
        drill_due_on=leaving_days.drill_due_on(contract, plan) if plan else None,
        bench=places,
        keys=keys,
        readiness=readiness(facts),
        begin_by=_begin_by(contract.ends_on or contract.term_ends_on, days, today),
    )


def _begin_by(ends_on: dt.date | None, days: int | None, today: dt.date) -> dt.date | None:
    if ends_on is None or days is None or ends_on <= today:
        return None
    return ends_on - dt.timedelta(days=days)


@dataclass(frozen=True)
class Fee:
    """What the terms ask for leaving on a day; `amount` None: the terms don't say enough."""

    amount: Decimal | None
    on: dt.date
    currency: str


def fee_by_terms(contract: Contract, today: dt.date, days: int | None) -> Fee | None:
    """The fee by the agreed terms if we decided today; None if there are no agreed terms or no fee rule."""
    rows = contract.terms_versions.agreed().order_by("from_on", "number")
    agreed = list(rows.prefetch_related("price_lines"))
    leave_on = today + dt.timedelta(days=days or 0)
    terms = version_on(agreed, leave_on)
    ends_on = contract.ends_on or contract.term_ends_on
    if terms is None or not terms.fee_rule or ends_on is None:
        return None
    prices = [found for found in (prices_of(version) for version in agreed) if found]
    amount = fee_of_leaving(
        terms.fee_rule,
        terms.fee_value,
        versions=prices,
        leave_on=leave_on,
        term_ends_on=ends_on,
    )
    return Fee(amount, leave_on, terms.currency)
