"""The price table of a proposal: what a vendor typed, read into the value that is kept, and back. Pure.

A table is a flat mapping of texts: "currency", "rise_percent", "exit_fee", "valid_until_on", and for each
line n "n-label", "n-kind" and so on, as evaluations.QuoteLine names them. Kept is JSON with numbers as text;
what was not said is not there. What a kind of price has no use for is left out without a word: the page
does not show it.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.spreadsheets import NumberProblem, parse_number
from core.tiers import DEAREST, EXAMPLE, Tier, parse_tiers, write_tiers

KINDS = {
    "flat": "Flat price",
    "per_user": "Per user",
    "per_device": "Per device",
    "per_unit": "Per unit of volume",
    "tiered": "In tiers",
    "hourly_bank": "Bank of hours",
    "one_off": "Once",
    "licence": "Licence passed through",
    "out_of_scope": "Extra work, by the hour",
}
PERIODS = {"month": "a month", "quarter": "a quarter", "year": "a year"}
COUNTS = {"users": "users", "devices": "devices", "volume": "volume", "hours": "hours"}
NEEDED = {
    "flat": ("amount", "period"),
    "per_user": ("amount", "period"),
    "per_device": ("amount", "period"),
    "per_unit": ("amount",),
    "tiered": ("tiers", "counts", "period"),
    "hourly_bank": ("amount", "period", "included_hours"),
    "one_off": ("amount",),
    "licence": ("amount", "counts", "period"),
    "out_of_scope": ("amount",),
}
MORE = {
    "flat": ("to_month",),
    "per_user": ("quantity", "to_month"),
    "per_device": ("quantity", "to_month"),
    "per_unit": ("period", "quantity", "to_month"),
    "tiered": ("quantity", "to_month"),
    "hourly_bank": ("extra_amount", "to_month"),
    "one_off": (),
    "licence": ("quantity", "to_month"),
    "out_of_scope": ("quantity", "to_month"),
}
LINE_NAMES = {
    "label": "What for",
    "kind": "Priced",
    "amount": "Amount",
    "period": "Period",
    "counts": "Counted by",
    "quantity": "Fixed number",
    "tiers": "Tiers",
    "included_hours": "Included hours",
    "extra_amount": "Each further hour",
    "from_month": "From month",
    "to_month": "To month",
    "rises": "Rises each year",
}
TABLE_NAMES = {
    "currency": "Currency",
    "rise_percent": "Yearly rise in %",
    "exit_fee": "Fee for leaving",
    "valid_until_on": "Valid until",
}
WANTED = {
    "label": "say what the price is for",
    "kind": "choose how it is priced",
    "amount": "say what it costs",
    "period": "choose a month, a quarter or a year",
    "counts": "choose what is counted",
    "tiers": f"write the tiers, for example {EXAMPLE}",
    "included_hours": "say how many hours are included",
}
MOST_LINES = 30
MOST_PERCENT, MOST_QUANTITY, MOST_HOURS, MOST_MONTH = 999, 9_999_999, 99_999, 120
LONGEST_LABEL = 200
_PLACE = re.compile(r"([0-9]{1,3})-([a-z_]+)")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


@dataclass
class Read:
    """What was read: `value` is {} if nothing was said; `errors` by the name of the field."""

    value: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_quote(typed: Mapping[str, str], currencies: Iterable[str]) -> Read:
    """The table as it is kept. Incomplete is no error: `lacking` says what is missing."""
    found = Read()
    top = _Fields(typed, "", found.errors)
    value: dict[str, Any] = {
        "currency": top.choice("currency", {code: code for code in currencies}),
        "rise_percent": top.number("rise_percent", MOST_PERCENT, 3),
        "exit_fee": top.number("exit_fee", DEAREST, 2),
        "valid_until_on": top.day("valid_until_on"),
        "lines": [],
    }
    places = line_places(typed)
    for place in places[:MOST_LINES]:
        if line := _line(_Fields(typed, f"{place}-", found.errors)):
            value["lines"].append(line)
    if len(places) > MOST_LINES:
        found.errors[""] = f"There can be {MOST_LINES} price lines at most. Join some of them."
    if value["lines"] or any(value[name] for name in TABLE_NAMES):
        found.value = {name: said for name, said in value.items() if said not in ("", None)}
    return found


def line_places(typed: Mapping[str, str]) -> list[int]:
    """The numbers of the lines in which something was typed, in order."""
    return sorted(
        {
            int(match[1])
            for name, text in typed.items()
            if (match := _PLACE.fullmatch(name)) and match[2] != "rises" and text.strip()
        }
    )


def typed_of(value: Mapping[str, Any]) -> dict[str, str]:
    """The kept table as a person types it; `read_quote` gives the same value again."""
    typed = {name: str(value.get(name, "")) for name in TABLE_NAMES}
    for place, line in enumerate(value.get("lines", [])):
        for name in LINE_NAMES:
            typed[f"{place}-{name}"] = _typed(name, line.get(name))
    return typed


def _typed(name: str, said: Any) -> str:
    if name == "tiers":
        return write_tiers(tiers_of(said or []))
    if name == "rises":
        return "yes" if said else ""
    return "" if said is None else str(said)


def tiers_of(kept: Iterable[Mapping[str, Any]]) -> list[Tier]:
    """From [{"up_to": "10" or null, "amount": "40.00"}]."""
    return [
        Tier(None if one["up_to"] is None else Decimal(one["up_to"]), Decimal(one["amount"]))
        for one in kept
    ]


def _line(fields: "_Fields") -> dict[str, Any]:
    """One line with what its kind has a use for; {} if nothing was typed into it."""
    kind = fields.choice("kind", KINDS)
    used = {*NEEDED.get(kind, ("amount", "period")), *MORE.get(kind, ()), "from_month"}
    line: dict[str, Any] = {
        "label": fields.text("label"),
        "kind": kind,
        "amount": fields.number("amount", DEAREST, 2),
        "period": fields.choice("period", PERIODS),
        "counts": fields.choice("counts", COUNTS),
        "quantity": fields.number("quantity", MOST_QUANTITY, 2),
        "tiers": fields.tiers("tiers"),
        "included_hours": fields.number("included_hours", MOST_HOURS, 2),
        "extra_amount": fields.number("extra_amount", DEAREST, 2),
        "from_month": fields.month("from_month"),
        "to_month": fields.month("to_month"),
    }
    for name in line.keys() - used - {"label", "kind"}:
        fields.errors.pop(fields.prefix + name, None)
        line[name] = None
    said = {name: item for name, item in line.items() if item not in ("", None, [])}
    return {**said, "rises": fields.ticked("rises")} if said else {}


def lacking(value: Mapping[str, Any]) -> list[str]:
    """What has to be said before the table can be handed in, in words."""
    lines = value.get("lines", [])
    found = [] if value.get("currency") else ["Choose the currency."]
    found += [] if lines else ["Add at least one price line."]
    for number, line in enumerate(lines, start=1):
        wanted = ("label", "kind", *NEEDED.get(line.get("kind", ""), ()))
        missing = [WANTED[name] for name in wanted if name not in line]
        if missing:
            found.append(f"Price line {number}: {', '.join(missing)}.")
        if line.get("to_month", MOST_MONTH) < line.get("from_month", 1):
            found.append(f"Price line {number}: it ends before it begins.")
    return found


class _Fields:
    """Reads the fields of one line, or of the table itself, and notes what can't be read."""

    def __init__(self, typed: Mapping[str, str], prefix: str, errors: dict[str, str]) -> None:
        self.typed, self.prefix, self.errors = typed, prefix, errors

    def _raw(self, name: str) -> str:
        return " ".join(_UNSEEN.sub(" ", self.typed.get(self.prefix + name, "")).split())

    def _wrong(self, name: str, words: str) -> None:
        self.errors[self.prefix + name] = words

    def text(self, name: str) -> str:
        said = self._raw(name)
        if len(said) > LONGEST_LABEL:
            self._wrong(name, f"Use at most {LONGEST_LABEL} characters.")
        return said[:LONGEST_LABEL]

    def ticked(self, name: str) -> bool:
        return self._raw(name).lower() in {"yes", "on", "true", "y"}

    def choice(self, name: str, choices: Mapping[str, str]) -> str:
        """One of these, by its code or its words."""
        said = self._raw(name)
        if not said or said in choices:
            return said
        for code, words in choices.items():
            if said.casefold() in {words.casefold(), code.casefold()}:
                return code
        some = ", ".join(list(choices.values())[:12])
        self._wrong(name, f"“{said[:40]}” is none of: {some}.")
        return ""

    def number(self, name: str, most: Decimal | int, places: int) -> str | None:
        said = self._raw(name)
        if not said:
            return None
        try:
            number = parse_number(said)
        except NumberProblem as error:
            self._wrong(name, f"“{said[:40]}”: {error} Write it like 1200 or 37.50.")
            return None
        if number < 0 or number > most:
            self._wrong(name, f"Use a number from 0 to {most:,}.")
            return None
        if number != round(number, places):
            self._wrong(name, f"Use at most {places} decimal places.")
            return None
        return plain(number)

    def month(self, name: str) -> int | None:
        said = self.number(name, MOST_MONTH, 0)
        if said == "0":
            self._wrong(name, "Months are counted from 1, the first of the contract.")
            return None
        return None if said is None else int(said)

    def day(self, name: str) -> str | None:
        said = self._raw(name).removesuffix(" 00:00:00")  # as a spreadsheet may show a day
        if not said:
            return None
        try:
            day = dt.date.fromisoformat(said)
        except ValueError:
            self._wrong(name, f"“{said[:40]}”: write the day like 2026-12-31.")
            return None
        if not dt.date(2000, 1, 1) <= day <= dt.date(2100, 12, 31):
            self._wrong(name, "Choose a day between 2000 and 2100.")
            return None
        return day.isoformat()

    def tiers(self, name: str) -> list[dict[str, Any]]:
        try:
            found = parse_tiers(self._raw(name))
        except ValueError as error:
            self._wrong(name, str(error))
            return []
        return [
            {
                "up_to": None if one.up_to is None else plain(one.up_to),
                "amount": plain(one.amount),
            }
            for one in found
        ]


def plain(number: Decimal) -> str:
    """12.50 → "12.5", 1E+3 → "1000", -0 → "0"."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"", "-0"} else text
