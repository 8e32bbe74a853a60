"""What runs, what it costs, and when it ends: the numbers of the portfolio, in a few queries however many
contracts there are. Every number has the address of the list that it counts."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth

from accounts.models import Organization
from contracts.terms import add_months

MONTHS_AHEAD = 24
TOP_VENDORS = 10
MOST_SERVICES = 15
DAYS_OF_YEAR = 365
# From here on one vendor's failure, or three vendors', is a failure of most of it.
ONE_TOO_MUCH, THREE_TOO_MUCH = Decimal("0.4"), Decimal("0.75")
RUNNING = {"status": "running"}


@dataclass(frozen=True)
class Line:
    """One row of a table: so many contracts, and what they cost a year together."""

    name: str
    contracts: int
    cost: Decimal | None
    query: str
    share: Decimal | None = None


@dataclass(frozen=True)
class Month:
    """A month ahead: how many, how many of them are over then for good, what they cost a year."""

    first_on: dt.date
    contracts: int
    final: int
    cost: Decimal | None
    query: str


@dataclass(frozen=True)
class CurrencyTotal:
    """What runs in one currency. `priced`: how many have a yearly cost; `left`: what is paid until the days
    to which we are committed; `stake`: what doing nothing adds."""

    currency: str
    contracts: int
    priced: int
    cost: Decimal | None
    left: Decimal | None
    stake: Decimal | None
    query: str


@dataclass(frozen=True)
class Portfolio:
    """All numbers of the page; tables are of `currency`."""

    totals: list[CurrencyTotal]
    currency: str
    vendors: list[Line]
    others: Line | None
    services: list[Line]
    terms: list[Month]
    notices: list[Month]
    lacks: list[Line]
    concentration: str

    @property
    def running(self) -> int:
        return sum(total.contracts for total in self.totals)

    @property
    def most_terms(self) -> int:
        return max((month.contracts for month in self.terms), default=0)

    @property
    def most_notices(self) -> int:
        return max((month.contracts for month in self.notices), default=0)


def portfolio(organization: Organization, today: dt.date, currency: str = "") -> Portfolio:
    """Of all contracts that run today; the tables in `currency`, else in the one with the highest cost."""
    contracts: Any = organization.contract_set
    running = contracts.running_on(today)
    totals = _totals(running, today)
    known = [total.currency for total in totals if total.currency]
    chosen = currency if currency in known else next(iter(known), organization.currency)
    whole = next((total for total in totals if total.currency == chosen), None)
    ours = running.filter(currency=chosen)
    vendors = _vendors(ours, chosen, whole)
    return Portfolio(
        totals=totals,
        currency=chosen,
        vendors=vendors,
        others=_others(vendors, whole, chosen),
        services=_services(ours, chosen, whole),
        terms=_months(running.with_term_end(), "term_over_on", "term", chosen, today),
        notices=_months(
            running.filter(notice_given_on=None), "safe_notice_on", "notice", chosen, today
        ),
        lacks=_lacks(contracts, totals, today),
        concentration=_concentration(vendors),
    )


def _query(**asked: Any) -> str:
    return urlencode(asked)


def _totals(running: Any, today: dt.date) -> list[CurrencyTotal]:
    """The dearest currency first. Asked by day, so that one query also tells what is left to pay."""
    rows = running.order_by().values("currency", "committed_until_on")
    by_currency: dict[str, list[dict[str, Any]]] = {}
    for row in rows.annotate(
        contracts=Count("pk"),
        priced=Count("yearly_cost"),
        cost=Sum("yearly_cost"),
        stake=Sum("at_stake"),
    ):
        by_currency.setdefault(row["currency"], []).append(row)
    totals = [_total(currency, rows, today) for currency, rows in by_currency.items()]
    return sorted(
        totals, key=lambda total: (total.cost is None, -(total.cost or 0), total.currency)
    )


def _total(currency: str, rows: Sequence[dict[str, Any]], today: dt.date) -> CurrencyTotal:
    left = _sum(
        row["cost"] * Decimal((row["committed_until_on"] - today).days) / DAYS_OF_YEAR
        for row in rows
        if row["cost"] is not None
        and row["committed_until_on"]
        and row["committed_until_on"] > today
    )
    return CurrencyTotal(
        currency=currency,
        contracts=sum(row["contracts"] for row in rows),
        priced=sum(row["priced"] for row in rows),
        cost=_sum(row["cost"] for row in rows),
        left=None if left is None else left.quantize(Decimal(1)),
        stake=_sum(row["stake"] for row in rows),
        query=_query(**RUNNING, currency=currency),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """None where no amount is known: missing is not zero."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _vendors(ours: Any, currency: str, whole: CurrencyTotal | None) -> list[Line]:
    rows = ours.order_by().values("vendor_id", "vendor__name")
    dearest = rows.annotate(cost=Sum("yearly_cost"), contracts=Count("pk")).filter(
        cost__isnull=False
    )
    return [
        Line(
            name=row["vendor__name"],
            contracts=row["contracts"],
            cost=row["cost"],
            query=_query(**RUNNING, currency=currency, of=row["vendor_id"]),
            share=_share(row["cost"], whole),
        )
        for row in dearest.order_by("-cost", "vendor_id")[:TOP_VENDORS]
    ]


def _others(vendors: list[Line], whole: CurrencyTotal | None, currency: str) -> Line | None:
    """Everybody after the first ten, and contracts without a cost; no list shows just these, so the
    address is that of all."""
    if whole is None:
        return None
    contracts = whole.contracts - sum(line.contracts for line in vendors)
    if not contracts:
        return None
    shown = sum((line.cost for line in vendors if line.cost), Decimal(0))
    cost = None if whole.cost is None or whole.cost == shown else whole.cost - shown
    query = _query(**RUNNING, currency=currency, sort="-cost")
    return Line("All others", contracts, cost, query, _share(cost, whole))


def _share(cost: Decimal | None, whole: CurrencyTotal | None) -> Decimal | None:
    return cost / whole.cost if whole and whole.cost and cost is not None else None


def _services(ours: Any, currency: str, whole: CurrencyTotal | None) -> list[Line]:
    """A contract for several services counts under each of them."""
    rows = ours.order_by().values_list("services")
    counts: dict[str, tuple[int, Decimal]] = {}
    for services, contracts, cost in rows.annotate(Count("pk"), Sum("yearly_cost")):
        for service in services:
            before = counts.get(service, (0, Decimal(0)))
            counts[service] = (before[0] + contracts, before[1] + (cost or 0))
    dearest = sorted(counts.items(), key=lambda item: (-item[1][1], item[0]))[:MOST_SERVICES]
    return [
        Line(
            name=service,
            contracts=contracts,
            cost=cost,
            query=_query(**RUNNING, currency=currency, service=service),
            share=_share(cost, whole),
        )
        for service, (contracts, cost) in dearest
    ]


def _months(rows: Any, column: str, name: str, currency: str, today: dt.date) -> list[Month]:
    first = today.replace(day=1)
    last = add_months(first, MONTHS_AHEAD)
    ahead = rows.filter(**{f"{column}__gte": first, f"{column}__lt": last}).order_by()
    counted = ahead.annotate(month=TruncMonth(column)).values("month")
    found = {
        row["month"]: row
        for row in counted.annotate(
            contracts=Count("pk"),
            final=Count("ends_on"),
            cost=Sum("yearly_cost", filter=Q(currency=currency)),
        )
    }
    return [_month(add_months(first, count), name, found) for count in range(MONTHS_AHEAD)]


def _month(first: dt.date, name: str, found: dict[dt.date, dict[str, Any]]) -> Month:
    row = found.get(first, {})
    until = add_months(first, 1) - dt.timedelta(days=1)
    query = _query(**{f"{name}_from": first, f"{name}_to": until})
    return Month(first, row.get("contracts", 0), row.get("final", 0), row.get("cost"), query)


def _lacks(contracts: Any, totals: Iterable[CurrencyTotal], today: dt.date) -> list[Line]:
    """What is missing where; only what is missing somewhere."""
    unplanned = contracts.running_on(today).without_exit_plan().count()
    unpriced = sum(total.contracts - total.priced for total in totals)
    nobody = contracts.without_manager().count()
    lines = [
        Line("running without an exit plan", unplanned, None, _lacking("exit_plan")),
        Line("running without a yearly cost", unpriced, None, _lacking("cost")),
        Line("without a delegated manager", nobody, None, _query(without="manager")),
    ]
    return [line for line in lines if line.contracts]


def _lacking(what: str) -> str:
    return _query(**RUNNING, without=what)


def _concentration(vendors: Iterable[Line]) -> str:
    """A sentence where much hangs on few; "" where it does not. One vendor alone is no concentration
    worth telling."""
    shares = [(line.name, line.share) for line in vendors if line.share is not None]
    if len(shares) > 1 and shares[0][1] >= ONE_TOO_MUCH:
        name, share = shares[0]
        return (
            f"{name} has {share:.0%} of what you pay a year. If they stop, much stops with them: "
            "keep their exit plans ready."
        )
    three = sum((share for _, share in shares[:3]), Decimal(0))
    if len(shares) > 3 and three >= THREE_TOO_MUCH:
        names = ", ".join(name for name, _ in shares[:3])
        return f"{names} together have {three:.0%} of what you pay a year."
    return ""
