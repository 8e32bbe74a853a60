"""What the contract gives back for a measured window, and the credits of an organization in sums."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.urls import reverse

from accounts.models import Organization
from activity.watching import Day
from contracts.level_reading import level_of
from contracts.models import Contract, ContractTerms
from contracts.versions import prices_of
from core import periods
from core.templatetags.ui import format_date, money
from reviews import attainment
from reviews.claim_text import Claim, claim_text
from reviews.measured import Cell, agreed_with_prices, value_words
from reviews.models import ServiceCredit

CLAIM = "credit.claim"
State = ServiceCredit.State
# What nobody has asked the vendor for yet: a changed measurement changes these as well.
NOT_CLAIMED = (State.DUE, State.EXPIRED, State.WAIVED)


@dataclass(frozen=True)
class Worth:
    """What one window gives back; `price` and `amount` are None where the price is not known."""

    percent: Decimal
    price: Decimal | None
    amount: Decimal | None
    currency: str
    claim_by_on: dt.date | None


def worth_of(contract: Contract, cell: Cell, versions: Sequence[ContractTerms]) -> Worth | None:
    """By the contract's rule; None if it gives nothing back. `versions` with their price lines."""
    value = cell.row.value if cell.row else None
    percent = attainment.credit_percent(cell.window.level, value)
    if not percent:
        return None
    price, currency = _price(contract, cell, versions)
    return Worth(
        percent=percent,
        price=price,
        amount=attainment.credit_amount(price, percent),
        currency=currency,
        claim_by_on=attainment.claim_by(cell.window.counts.last_on, cell.window.level.claim_days),
    )


def _price(
    contract: Contract, cell: Cell, versions: Sequence[ContractTerms]
) -> tuple[Decimal | None, str]:
    """Of the window's days, with its currency; not known where an amendment changed the currency."""
    counts = cell.window.counts
    days = [(terms.from_on, terms) for terms in versions if terms.from_on]
    before = [terms for day, terms in days if day <= counts.first_on][-1:]
    within = [terms for day, terms in days if counts.first_on < day <= counts.last_on]
    usual = contract.organization.currency
    currencies = {terms.currency or usual for terms in [*before, *within]}
    if len(currencies) > 1:
        return None, ""
    prices = [found for found in map(prices_of, versions) if found]
    currency = currencies.pop() if currencies else usual
    return attainment.window_price(prices, counts), currency


def waiting(claim_by_on: dt.date | None, today: dt.date) -> tuple[State, dt.date | None]:
    """What a credit is that nobody claimed, and since when: it can be, or it expired on the day after
    its last one."""
    if claim_by_on and claim_by_on < today:
        return State.EXPIRED, claim_by_on + periods.A_DAY
    return State.DUE, None


def letter(credit: ServiceCredit, cell: Cell | None, today: dt.date) -> str:
    """The claim, ready to be copied. `cell` is the window in which it was measured; without one, the
    measurement speaks for itself."""
    contract, row = credit.contract, credit.measurement
    organization = contract.organization
    level = cell.window.level if cell else level_of(row.level)
    first_on, last_on = cell.window.counts if cell else (row.first_on, row.last_on)
    whole = periods.Period(row.first_on, row.last_on)
    window = cell.label if cell else periods.label(whole, level.window, organization.fiscal_month)
    claim = Claim(
        ours=organization.name,
        vendor=contract.vendor.name,
        contract=contract.title,
        reference=contract.reference,
        window=window,
        first_on=first_on,
        last_on=last_on,
        level=level,
        value=value_words(level, row),
        percent=credit.percent,
        price=credit.price,
        amount=credit.amount,
        claim_by_on=credit.claim_by_on,
    )
    return claim_text(
        claim,
        today=today,
        write_day=lambda day: format_date(day, organization),
        write_money=lambda amount: money(amount, credit.currency),
    )


def would_be(credit: ServiceCredit, cell: Cell | None) -> Worth | None:
    """What the measurement gives back as it is now, if that is not what was claimed any more; None if
    it is, or nobody has claimed it yet."""
    if credit.state in NOT_CLAIMED or cell is None:
        return None
    now = worth_of(credit.contract, cell, agreed_with_prices(credit.contract))
    if now is None:
        return Worth(Decimal(0), credit.price, Decimal("0.00"), credit.currency, None)
    return None if (now.percent, now.amount) == (credit.percent, credit.amount) else now


# Watched --------------------------------------------------------------------------------------------


def sum_words(credit: ServiceCredit) -> str:
    """ "EUR 60", or "5 % of the price" where that is not known."""
    if credit.amount is None:
        return f"{credit.percent.normalize():f} % of the price"
    return money(credit.amount, credit.currency)


def claim_day(contract: Contract, credit: ServiceCredit) -> Day:
    """The last day for the claim, while it can be claimed; the measurement's level is in memory."""
    waits = credit.state == State.DUE and credit.claim_by_on
    if not waits:
        return Day(target=credit, kind=CLAIM, due_on=None)
    level = credit.measurement.level
    said = sum_words(credit)
    return Day(
        target=credit,
        kind=CLAIM,
        due_on=credit.claim_by_on,
        title=f"{contract.title}: claim {said} back",
        sentence=(
            f"“{level_of(level).full_name}” was missed. Without a claim by this day {said} are lost."
        ),
        path=reverse("reviews:credit_detail", args=[contract.organization.slug, credit.pk]),
        responsible=contract.manager,
    )


def claim_days(contracts: Iterable[Contract]) -> list[Day]:
    """Of all credits of these contracts that can be claimed; one query."""
    by_pk = {contract.pk: contract for contract in contracts}
    rows = ServiceCredit.objects.filter(contract__in=list(by_pk)).unclaimed()
    return [
        claim_day(by_pk[credit.contract_id], credit)
        for credit in rows.exclude(claim_by_on=None).select_related("measurement__level")
    ]


# Sums -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sums:
    """Credits in one currency: what waits now, and what became of others in this fiscal year."""

    currency: str
    due: Decimal
    claimed: Decimal
    received: Decimal
    expired: Decimal
    waived: Decimal

    @property
    def left(self) -> Decimal:
        """Left on the table: nobody claimed it in time, or it was not claimed on purpose."""
        return self.expired + self.waived


@dataclass(frozen=True)
class Ledger:
    """All sums of an organization, and how many credits are in no sum because their price is not known."""

    sums: list[Sums]
    unpriced: int
    any_due: bool


def ledger(organization: Organization, today: dt.date) -> Ledger:
    """What can be claimed, waits, came in and was lost in the fiscal year of `today`; one query."""
    year = periods.period_of(today, periods.YEAR, organization.fiscal_month)
    ended = Q(settled_on__range=year)
    rows = (
        organization.servicecredit_set.values("currency")
        .annotate(
            due=Sum("amount", filter=Q(state=State.DUE)),
            claimed=Sum("amount", filter=Q(state=State.CLAIMED)),
            received=Sum("received_amount", filter=ended & Q(state=State.RECEIVED)),
            expired=Sum("amount", filter=ended & Q(state=State.EXPIRED)),
            waived=Sum("amount", filter=ended & Q(state=State.WAIVED)),
            unpriced=Count(
                "pk",
                filter=Q(amount=None)
                & (Q(state__in=[State.DUE, State.CLAIMED]) | ended & Q(state__in=NOT_CLAIMED)),
            ),
            waiting=Count("pk", filter=Q(state=State.DUE)),
        )
        .order_by("currency")
    )
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    names = ("due", "claimed", "received", "expired", "waived")
    sums = [
        Sums(row["currency"], *(row[name] or Decimal(0) for name in names))
        for row in found
        if any(row[name] for name in names)
    ]
    return Ledger(sums, sum(row["unpriced"] for row in found), any(row["waiting"] for row in found))


def year_label(organization: Organization, today: dt.date) -> str:
    """The fiscal year of `today`: "2026", "FY 2026/27"."""
    month = organization.fiscal_month
    return periods.label(periods.period_of(today, periods.YEAR, month), periods.YEAR, month)
