"""How much hangs on one vendor, when a second one is worth a look, and what we have outgrown.

Nothing here decides: each line says what was found and where to go on (product.md M10, M11, P10). What
is critical, people said, here (models.CriticalService) or where they describe a service (planning.Service);
nothing is guessed from prices or names.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, Q, Subquery, Sum

from accounts.models import Organization
from contracts.models import Contract
from core.templatetags.ui import percent
from planning.models import Service
from reviews.models import CriticalService, Review, Standing, UsageCount, VendorView
from vendors.folding import fold

TOP_VENDORS = 10
MOST_TRIGGERS = 25
MOST_SERVICES = 60
ONE_TOO_MUCH = Decimal("0.4")  # of what is paid a year, as in the portfolio of contracts
UNHAPPY_WITH_US = 2  # of 5
FEW = 5  # contracts: who has more is no first-timer
CRITICAL = (Service.Criticality.HIGH, Service.Criticality.VITAL)
OUTGROWN, MISALIGNED = "outgrown", "misaligned"


@dataclass(frozen=True)
class Currency:
    """All running contracts in one currency."""

    code: str
    contracts: int
    cost: Decimal | None


@dataclass
class VendorLine:
    """One vendor: contracts and yearly cost in the page's currency; services in all of them.

    `alone`: critical services that nobody else delivers. `bench`: alternatives to its contracts.
    """

    pk: int
    name: str
    contracts: int = 0
    cost: Decimal | None = None
    share: Decimal | None = None
    critical: list[str] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    bench: int = 0
    reasons: list[str] = field(default_factory=list)
    query: str = ""


@dataclass(frozen=True)
class Trigger:
    """Why one contract may not fit any more."""

    kind: str
    contract: Contract
    reason: str
    has_exit_plan: bool

    @property
    def word(self) -> str:
        return "Outgrown" if self.kind == OUTGROWN else "Misaligned"


@dataclass(frozen=True)
class Concentration:
    """Everything on the page."""

    currency: str
    currencies: list[Currency]
    lines: list[VendorLine]
    second: list[VendorLine]
    triggers: list[Trigger]
    critical: list[str]

    @property
    def is_cut(self) -> bool:
        return len(self.triggers) >= MOST_TRIGGERS


def concentration(organization: Organization, today: dt.date, currency: str = "") -> Concentration:
    """Of all contracts that run today, in nine queries however many there are."""
    contracts: Any = organization.contract_set
    running = contracts.running_on(today)
    currencies = _currencies(running)
    known = [row.code for row in currencies if row.code]
    chosen = currency if currency in known else next(iter(known), organization.currency)
    said = critical_services(organization)
    critical = described_as_critical(organization) | said
    lines = {line.pk: line for line in _dearest(running, chosen, currencies)}
    top = list(lines.values())
    delivered = _add_critical(running, critical, lines)
    _count_bench(running, lines)
    for line in lines.values():
        line.reasons = _reasons(line, several=len(top) > 1)
    second = [line for line in lines.values() if line.reasons]
    return Concentration(
        currency=chosen,
        currencies=currencies,
        lines=top,
        second=sorted(second, key=lambda line: (-len(line.alone), -(line.share or 0), line.name)),
        triggers=_triggers(organization, running),
        critical=sorted(critical[key] for key in delivered | said.keys()),
    )


def critical_services(organization: Organization) -> dict[str, str]:
    """What people here said must not stop: folded name → name."""
    rows: Any = CriticalService.objects.filter(organization=organization).order_by("name")
    return dict(rows.values_list("key", "name"))


def described_as_critical(organization: Organization) -> dict[str, str]:
    """Services whose description says that we can't be without them for a day: folded name → name."""
    rows: Any = organization.service_set.current().filter(criticality__in=CRITICAL)
    return dict(rows.by_name().values_list("name_key", "name"))


def services_in_use(organization: Organization, today: dt.date) -> list[str]:
    """The services that running contracts are for, the most frequent 60, each as it is mostly written."""
    contracts: Any = organization.contract_set
    rows = contracts.running_on(today).order_by().values_list("services").annotate(Count("pk"))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for services, count in rows:
        for service in services:
            counts[fold(service)][service] += count
    frequent = sorted(counts, key=lambda key: (-counts[key].total(), key))[:MOST_SERVICES]
    return [min(counts[key], key=lambda name: (-counts[key][name], name)) for key in frequent]


def _currencies(running: Any) -> list[Currency]:
    """The dearest first."""
    rows = running.order_by().values("currency").annotate(n=Count("pk"), cost=Sum("yearly_cost"))
    found = [Currency(row["currency"], row["n"], row["cost"]) for row in rows]
    return sorted(found, key=lambda row: (row.cost is None, -(row.cost or 0), row.code))


def _dearest(running: Any, currency: str, currencies: Iterable[Currency]) -> list[VendorLine]:
    whole = next((row.cost for row in currencies if row.code == currency), None)
    rows = running.filter(currency=currency).order_by().values("vendor_id", "vendor__name")
    rows = rows.annotate(cost=Sum("yearly_cost"), contracts=Count("pk"))
    rows = rows.filter(cost__isnull=False).order_by("-cost", "vendor_id")
    return [
        VendorLine(
            pk=row["vendor_id"],
            name=row["vendor__name"],
            contracts=row["contracts"],
            cost=row["cost"],
            share=row["cost"] / whole if whole else None,
            query=urlencode({"status": "running", "currency": currency, "of": row["vendor_id"]}),
        )
        for row in rows[:TOP_VENDORS]
    ]


def _add_critical(running: Any, critical: dict[str, str], lines: dict[int, VendorLine]) -> set[str]:
    """Who delivers what is critical; who does so alone joins the lines, however small. Gives what is delivered
    by anybody."""
    if not critical:
        return set()
    wanted = Q()
    for key in critical:
        wanted |= Q(service_keys__contains=f"|{key}|")
    rows = running.filter(wanted).order_by()
    vendors: dict[str, dict[int, str]] = {key: {} for key in critical}
    for pk, name, keys in rows.values_list("vendor_id", "vendor__name", "service_keys").distinct():
        for key in set(keys.split("|")) & critical.keys():
            vendors[key][pk] = name
    for key, found in vendors.items():
        for pk, name in found.items():
            line = lines.get(pk)
            if line is None and len(found) > 1:
                continue
            line = lines.setdefault(pk, line or VendorLine(pk, name))
            line.critical.append(critical[key])
            if len(found) == 1:
                line.alone.append(critical[key])
    return {key for key, found in vendors.items() if found}


def _count_bench(running: Any, lines: dict[int, VendorLine]) -> None:
    rows = running.filter(vendor__in=list(lines), alternatives__vendor__isnull=False).order_by()
    for row in rows.values("vendor_id").annotate(
        bench=Count("alternatives__vendor", distinct=True)
    ):
        lines[row["vendor_id"]].bench = row["bench"]


def _reasons(line: VendorLine, *, several: bool) -> list[str]:
    """When a second vendor is worth a look (M10). One vendor alone is no concentration: it is where
    everybody begins."""
    found = []
    if line.alone:
        found.append(f"Nobody else delivers {_named(line.alone)}, which must not stop.")
    if several and line.share is not None and line.share >= ONE_TOO_MUCH:
        found.append(f"It has {percent(line.share)} of what you pay a year.")
    if found and not line.bench:
        found.append("Nobody is on the bench yet.")
    return found


def in_words(names: Collection[str]) -> str:
    """“backup, help desk and Network”, by name; empty for none."""
    return _named(sorted(names, key=str.casefold)) if names else ""


def _named(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


# Outgrown and misaligned --------------------------------------------------------------------------------


def _triggers(organization: Organization, running: Any) -> list[Trigger]:
    """By what the latest closed review of each contract says: three queries, at most 25 lines each."""
    found = [*_in_trouble(running), *_beyond_paid(organization, running)]
    found += _unhappy(organization, running)
    return sorted(found, key=lambda row: (row.contract.title_key, row.contract.pk, row.kind))[
        :MOST_TRIGGERS
    ]


def _in_trouble(running: Any) -> list[Trigger]:
    red = Standing.RED
    rows = running.filter(review_plan__standing=red, review_plan__standing_before=red)
    rows = _shown(rows).order_by("title_key", "pk")[:MOST_TRIGGERS]
    words = "In trouble in two reviews in a row."
    return [Trigger(MISALIGNED, row, words, row.plan_id is not None) for row in rows]


def _shown(contracts: Any) -> Any:
    """Only what a line shows."""
    rows = contracts.select_related("vendor").annotate(plan_id=F("exit_plan__pk"))
    return rows.only("organization_id", "title", "title_key", "vendor__name")


_LATEST = Q(review__state=Review.State.CLOSED) & Q(
    review__held_on=F("review__contract__review_plan__held_on")
)
_COLUMNS = [f"review__contract__{name}" for name in ("organization_id", "title", "title_key")]
_COLUMNS += ["review__contract__vendor__name"]


def _beyond_paid(organization: Organization, running: Any) -> list[Trigger]:
    """More is used than paid for."""
    rows: Any = UsageCount.objects.filter(organization=organization, used__gt=F("paid"))
    return [
        Trigger(
            OUTGROWN,
            row.review.contract,
            f"{_number(row.used)} {row.label} used, {_number(row.paid)} paid for.",
            row.plan_id is not None,
        )
        for row in _of_running(rows, running, ["label", "used", "paid"])
    ]


def _unhappy(organization: Organization, running: Any) -> list[Trigger]:
    """The vendor is not happy with us as a client."""
    rows: Any = VendorView.objects.filter(
        organization=organization, client_mark__lte=UNHAPPY_WITH_US, answered_at__isnull=False
    )
    return [
        Trigger(
            MISALIGNED,
            row.review.contract,
            f"The vendor gives us as a client {row.client_mark} of 5.",
            row.plan_id is not None,
        )
        for row in _of_running(rows, running, ["client_mark"])
    ]


def _of_running(rows: Any, running: Any, columns: Sequence[str]) -> Any:
    rows = rows.filter(_LATEST, review__contract__in=running.order_by().values("pk"))
    rows = rows.select_related("review__contract__vendor")
    rows = rows.annotate(plan_id=F("review__contract__exit_plan__pk"))
    rows = rows.only("organization_id", "review__contract_id", *columns, *_COLUMNS)
    return rows.order_by("review__contract__title_key", "pk")[:MOST_TRIGGERS]


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


# Before one more contract -------------------------------------------------------------------------------


def advice_for_contract(organization: Organization) -> list[str]:
    """Go slowly (P10): what to know before one more contract is drawn up (settings.CONTRACT_ADVICE).

    Says something to first-timers only: with more than five signed contracts, outsourcing is known here.
    """
    known = _known(organization)
    if not known.signed:
        return [
            "This is your first contract here. Go slowly: one vendor for one service, and a good review of "
            "it before the second."
        ]
    return _until_one_is_good(known)


@dataclass(frozen=True)
class _Known:
    """How many contracts are signed, whether any review was good, and the title of the first approved plan."""

    signed: int
    good: bool
    plan: str | None


def _known(organization: Organization) -> _Known:
    """One query."""
    contracts: Any = organization.contract_set
    reviews: Any = organization.review_set
    plans: Any = organization.outsourcingplan_set
    signed = contracts.signed().order_by().values("organization").annotate(count=Count("pk"))
    good = reviews.closed().filter(standing=Standing.GREEN)
    approved = plans.approved().order_by("approved_at", "pk")
    found = Organization.objects.filter(pk=organization.pk).values_list(
        Subquery(signed.values("count")), Exists(good), Subquery(approved.values("title")[:1])
    )
    count, any_good, title = found.get()
    return _Known(count or 0, any_good, title)


def _until_one_is_good(known: _Known) -> list[str]:
    """For those with contracts; nothing for those who know how it is done."""
    if known.signed > FEW or known.good:
        return []
    what = (
        "the one that you have" if known.signed == 1 else f"any of the {known.signed} that you have"
    )
    return [
        f"There is no good review of {what} yet. Go slowly: let one service run well before you outsource "
        "the next."
    ]


def advice_for_plan(organization: Organization) -> list[str]:
    """Go slowly (P10), where services are chosen and planned (settings.PLAN_ADVICE). Silent once outsourcing
    is known here, or a first contract has a good review."""
    known = _known(organization)
    if known.signed:
        return _until_one_is_good(known)
    if known.plan is None:
        return [
            "Go slowly: choose one service, and one vendor for it. When its first review is good, take the "
            "next one."
        ]
    return [
        f"“{known.plan}” is planned already, and nothing is signed yet. Go slowly: let it run well, with a good "
        "review, before you outsource a second service."
    ]
