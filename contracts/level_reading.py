"""Service levels as rows of the database, turned into what the pure modules speak of, and back."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from contracts import money
from contracts.level_checks import Finding, findings
from contracts.level_credits import credit_example, credit_rule, price_of
from contracts.level_words import Band, Level, counted, example, meaning, promise
from contracts.models import Contract, ContractTerms, ServiceLevel
from contracts.versions import prices_of
from core.holidays import holidays_in
from core.service_hours import SupportHours
from vendors.countries import country_name

UTC = ZoneInfo("UTC")
SUPPORT_FIELDS = [
    "support_round_clock",
    "support_days",
    "support_from",
    "support_to",
    "support_zone",
    "support_holidays",
]

_SAME = ["metric", "name", "priority", "comparator", "target", "unit", "share", "hours"]
_SAME += ["window", "source", "exclusions", "credit_cap_percent", "claim_days"]


def level_of(row: ServiceLevel) -> Level:
    """A stored level in the shape of the pure modules."""
    return Level(
        metric=row.metric,
        name=row.name,
        comparator=row.comparator,
        target=row.target,
        unit=row.unit,
        window=row.window,
        priority=row.priority,
        share=row.share,
        hours=row.hours,
        source=row.source,
        exclusions=row.exclusions,
        credits=bands_of(row.credits),
        credit_cap_percent=row.credit_cap_percent,
        claim_days=row.claim_days,
        pk=row.pk,
    )


def bands_of(stored: Sequence[dict[str, Any]]) -> tuple[Band, ...]:
    """As kept: [{"worse_than": "99.5", "percent": "5"}]."""
    return tuple(Band(Decimal(one["worse_than"]), Decimal(one["percent"])) for one in stored)


def bands_kept(bands: Sequence[Band]) -> list[dict[str, str]]:
    """The other way round; numbers as text, so that nothing is lost."""
    return [
        {
            "worse_than": f"{band.worse_than.normalize():f}",
            "percent": f"{band.percent.normalize():f}",
        }
        for band in bands
    ]


def values_of(level: Level) -> dict[str, Any]:
    """The columns of a stored level, without its place."""
    return {**{name: getattr(level, name) for name in _SAME}, "credits": bands_kept(level.credits)}


def support_hours(terms: ContractTerms, zone: ZoneInfo = UTC) -> SupportHours | None:
    """When support works by these terms; None if that is not said yet.

    `zone` is ours: round the clock needs none of its own.
    """
    theirs = ZoneInfo(terms.support_zone) if terms.support_zone else zone
    if terms.support_round_clock:
        return SupportHours(theirs, round_clock=True)
    if not terms.support_days or terms.support_from is None or terms.support_to is None:
        return None
    country = terms.support_holidays
    return SupportHours(
        theirs,
        frozenset(terms.support_days),
        terms.support_from,
        terms.support_to,
        holidays_in(country),
        country_name(country) if country else "",
    )


def levels_of(terms: ContractTerms) -> list[Level]:
    """In the order in which a person put them; one query, or none if they were read beforehand."""
    rows = sorted(terms.service_levels.all(), key=lambda row: (row.position, row.pk))
    return [level_of(row) for row in rows]


def findings_of(terms: ContractTerms) -> list[Finding]:
    """What is missing or odd about the levels of these terms, as the tab shows it."""
    return findings(levels_of(terms), support_hours(terms))


def why_not_editable(contract: Contract) -> str:
    """Why no service level may be changed now, and what would help."""
    if contract.stage == Contract.Stage.IN_APPROVAL:
        return (
            "This contract waits for signature. Somebody who may sign can return it to the drafts."
        )
    if contract.stage == Contract.Stage.WITHDRAWN:
        return "This contract was withdrawn; it stays as it was."
    return "This contract is signed. Begin an amendment to change its service levels."


# For the page ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Card:
    """One level as the page shows it: every text is a sentence, empty if there is nothing to say."""

    level: Level
    promise: str
    counted: str
    meaning: str
    example: str
    credit_rule: str
    credit_example: str


@dataclass(frozen=True)
class Reading:
    """All levels of one version of the terms; `friday` is the day of the examples, None without any."""

    cards: list[Card]
    findings: list[Finding]
    hours: SupportHours | None
    friday: dt.date | None


def read_levels(terms: ContractTerms, today: dt.date, zone: ZoneInfo) -> Reading:
    """What the page tells about these terms; two queries: levels and prices."""
    hours = support_hours(terms, zone)
    levels = levels_of(terms)
    yearly = _yearly_price(terms, today) if levels else None
    cards, friday = [], None
    for level in levels:
        shown = example(level, hours, today, zone)
        price = price_of(yearly, level.window)
        cards.append(
            Card(
                level=level,
                promise=promise(level),
                counted=counted(level),
                meaning=meaning(level, hours),
                example=shown.text if shown else "",
                credit_rule=credit_rule(level),
                credit_example=credit_example(level, price, terms.currency),
            )
        )
        friday = shown.reported_at.astimezone(zone).date() if shown else friday
    return Reading(cards, findings(levels, hours), hours, friday)


def _yearly_price(terms: ContractTerms, today: dt.date) -> Decimal | None:
    """At the prices of today, or of the first day; None while a price or the start is not said."""
    prices = prices_of(terms)
    return money.yearly_cost(prices, max(today, prices.from_on)) if prices else None
