"""The lines of an outsourcing plan in words and short figures: for pages, papers and mails. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

NO_BREAK = "\N{NO-BREAK SPACE}"
LEVELS = {1: "low", 2: "medium", 3: "high"}
# What may grow, in the order in which it is asked: how it is called.
GROWTH = {
    "users": "Users",
    "devices": "Devices",
    "volume": "Volume a month",
    "hours": "Hours a month",
}
SCENARIOS = {"low": "Low", "base": "Most likely", "high": "High"}


class Severity(NamedTuple):
    """How serious a risk is: `tone` as the status tag takes it."""

    tone: str
    label: str


STANCES = {
    "for": Severity("ok", "For it"),
    "open": Severity("info", "Undecided"),
    "against": Severity("warn", "Against it"),
}


class Growth(NamedTuple):
    """One count of the service: what it is today and what is expected at the end of the term; None: not said."""

    key: str
    label: str
    today: Decimal | None
    low: Decimal | None
    base: Decimal | None
    high: Decimal | None


def number_text(value: Decimal | None) -> str:
    """1,234.5 with no digit more than it has; empty for what was not said."""
    if value is None:
        return ""
    plain = value.normalize()
    if plain.as_tuple().exponent > 0:  # type: ignore[operator]  # NaN never gets into a column
        plain = plain.quantize(Decimal(1))
    return f"{plain:,f}"


def amount_text(value: Decimal | None, unit: str) -> str:
    """`95 %`: the number with its unit, that never stand on two lines."""
    return f"{number_text(value)}{NO_BREAK}{unit}" if unit else number_text(value)


def severity(likelihood: int | None, impact: int | None) -> Severity:
    """Likelihood times impact, each 1 to 3: from 6 on high, from 3 on medium."""
    if not likelihood or not impact:
        return Severity("neutral", "Not judged yet")
    product = likelihood * impact
    if product >= 6:
        return Severity("bad", "High")
    return Severity("warn", "Medium") if product >= 3 else Severity("neutral", "Low")


def growth_rows(
    growth: Mapping[str, Mapping[str, str]], today: Mapping[str, Decimal | None]
) -> list[Growth]:
    """Of every count what is known of it: `growth` as a plan keeps it, `today` by the same keys."""
    rows = []
    for key, label in GROWTH.items():
        said = growth.get(key, {})
        wanted = {name: Decimal(said[name]) if said.get(name) else None for name in SCENARIOS}
        rows.append(Growth(key, label, today.get(key), **wanted))
    return rows


def service_counts(service: Any) -> dict[str, Decimal | None]:
    """What the service counts today, by the keys of `growth`; hours are counted nowhere."""
    return {
        "users": None if service.users is None else Decimal(service.users),
        "devices": None if service.devices is None else Decimal(service.devices),
        "volume": service.volume,
        "hours": None,
    }


def week_text(week: int | None) -> str:
    """When a training step is: weeks after the start, 0 the first week's beginning, below 0 before it."""
    if week is None:
        return ""
    if week == 0:
        return "at the start"
    many = "week" if abs(week) == 1 else "weeks"
    return f"{abs(week)} {many} {'after' if week > 0 else 'before'} the start"
