"""Measured values as people write them: 97.5 · 97,5 % · 4 hours · 35 of 40 · 35/40. Pure."""

import re
from decimal import Decimal
from typing import NamedTuple

from contracts.level_credits import measure_of
from contracts.level_words import PERCENT, Level, amount
from core.spreadsheets.numbers import NumberProblem, parse_number
from reviews import attainment

_PAIR = re.compile(r"(.+?)\s*(?:/|\bout\s+of\b|\bof\b|\bvon\b)\s*(.+)", re.IGNORECASE)
_UNIT_WORDS = {PERCENT: ("%", "percent"), "score": ("points", "pt"), "count": ("times", "x")}


class Reading(NamedTuple):
    """A value, and the two numbers it was computed from, if it was. “0 of 0” has no value."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def read_value(level: Level, text: str) -> Reading:
    """What a person means by `text`.

    Raises:
        ValueError: it is no value of this level; the message may be read by a person.
    """
    pair = _PAIR.fullmatch(text.strip())
    if pair:
        return read_pair(level, _number(pair[1], ""), _number(pair[2], ""))
    value = _number(text, measure_of(level).unit)
    attainment.check(level, value)
    return Reading(value)


def read_pair(level: Level, numerator: Decimal, denominator: Decimal) -> Reading:
    """From two numbers; ValueError as attainment.computed."""
    value = attainment.computed(level, numerator, denominator)
    return Reading(value, numerator, denominator)


def _number(text: str, unit: str) -> Decimal:
    written = text.strip()
    behind = re.search(r"[^\d.,\s]+\.?$", written)
    if behind and unit and any(sign.isdigit() for sign in written[: behind.start()]):
        word = behind.group().strip(". ").lower()
        if not any(known.startswith(word) for known in _UNIT_WORDS.get(unit, (unit,))):
            raise ValueError(f"This is measured in {_unit(unit)}.")
        written = written[: behind.start()]
    try:
        return parse_number(written)
    except NumberProblem as problem:
        raise ValueError(f"“{text.strip()[:40]}”: {problem}") from None


def _unit(unit: str) -> str:
    return amount(Decimal(2), unit).split("\N{NO-BREAK SPACE}")[1]


def write_value(
    value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None
) -> str:
    """As a person writes it: the other way round of `read_value`."""
    if numerator is not None and denominator is not None:
        return f"{_plain(numerator)} of {_plain(denominator)}"
    return "" if value is None else _plain(value)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def example(level: Level) -> str:
    """How a value of this level may be written, for the field's hint."""
    unit = _unit(measure_of(level).unit)
    if measure_of(level).unit == PERCENT:
        return f"97.5 {unit}, or 39 of 40"
    return f"4.2 {unit}" if attainment.is_counted(level) else f"3.5 {unit}"
