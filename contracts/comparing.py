"""Two versions of the terms, or the terms on two days, side by side: what differs, and by how much."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contracts.level_credits import credit_rule
from contracts.level_reading import SUPPORT_FIELDS, level_of
from contracts.level_words import counted, promise
from contracts.models import ContractTerms, ServiceLevel
from contracts.money import ONE_OFF
from contracts.terms_words import facts, line_words
from contracts.versions import prices_of, sorted_lines

WriteDay = Callable[[dt.date], str]
NOTHING = ""


@dataclass(frozen=True)
class Row:
    """One thing in both; an empty text: not said, or not there."""

    label: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        return self.one != self.other


@dataclass(frozen=True)
class Side:
    """One side: a version, as it is on a day (prices rise while a version counts)."""

    terms: ContractTerms
    day: dt.date


def compare(one: Side, other: Side, write_day: WriteDay) -> list[tuple[str, list[Row]]]:
    """All of both by parts, in the order of the page. Prices and service levels have to be in memory, or
    cost a query each."""
    told, told_other = _by_group(one, write_day), _by_group(other, write_day)
    names = dict.fromkeys([*told, *told_other])
    return [(name, _rows(told.get(name, {}), told_other.get(name, {}))) for name in names]


def changed(groups: Sequence[tuple[str, list[Row]]]) -> list[tuple[str, list[Row]]]:
    """Only what differs."""
    found = [(name, [row for row in rows if row.differs]) for name, rows in groups]
    return [(name, rows) for name, rows in found if rows]


def _rows(one: dict[str, str], other: dict[str, str]) -> list[Row]:
    labels = dict.fromkeys([*one, *other])
    return [Row(label, one.get(label, NOTHING), other.get(label, NOTHING)) for label in labels]


def _by_group(side: Side, write_day: WriteDay) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for fact in facts(side.terms, write_day):
        if fact.label != "Prices are those of":  # prices are told as they are on the day
            found.setdefault(fact.group, {})[fact.label] = fact.text
    found["Prices"] = _prices(side, write_day)
    found["Support hours"] = _support(side.terms)
    found["Service levels"] = _levels(side.terms)
    return {name: rows for name, rows in found.items() if rows}


def _prices(side: Side, write_day: WriteDay) -> dict[str, str]:
    terms, prices = side.terms, prices_of(side.terms)
    found: dict[str, str] = {}
    for row in sorted_lines(terms.price_lines.all()):
        due_on = row.due_on or (prices.from_on if prices else None)
        if row.kind == ONE_OFF and due_on and due_on < side.day:
            continue  # paid long ago: what is left of it differs in nothing
        text = line_words(row, prices, terms.currency, side.day)
        if row.due_on:
            text += f" on {write_day(row.due_on)}"
        found[_unused(row.label, found)] = text if row.escalates else f"{text}, does not rise"
    return found


def _support(terms: ContractTerms) -> dict[str, str]:
    if terms.support_round_clock:
        return {"Hours": "Round the clock"}
    if not any(getattr(terms, name) for name in SUPPORT_FIELDS):
        return {}
    days = ", ".join(
        ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at] for at in terms.support_days
    )
    hours = (
        f"{terms.support_from:%H:%M}–{terms.support_to:%H:%M}"
        if terms.support_from and terms.support_to
        else ""
    )
    texts = (days, hours, terms.support_zone, terms.support_holidays)
    return {"Hours": ", ".join(text for text in texts if text)}


def _levels(terms: ContractTerms) -> dict[str, str]:
    found: dict[str, str] = {}
    rows = sorted(terms.service_levels.all(), key=lambda row: (row.position, row.pk))
    for row in rows:
        name = f"{row.name}, {row.priority}" if row.priority else row.name
        found[_unused(name, found)] = _level(row)
    return found


def _level(row: ServiceLevel) -> str:
    level = level_of(row)
    claim = f"Claim within {row.claim_days} days." if row.claim_days else ""
    texts = [promise(level), f"{counted(level)}.", credit_rule(level), claim]
    texts += [f"Source: {row.source}." if row.source else ""]
    texts += [f"Not counted: {row.exclusions}" if row.exclusions else ""]
    return " ".join(text for text in texts if text)


def _unused(label: str, found: dict[str, str]) -> str:
    """Two lines of one name stay two."""
    names = [label, *[f"{label} ({at})" for at in range(2, len(found) + 3)]]
    return next(name for name in names if name not in found)
