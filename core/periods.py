"""Months, quarters, half years and years of a fiscal calendar. Pure.

A fiscal year starts on the first of `fiscal_month` (1 to 12) and is named after the calendar year in
which it ends, as companies do; with January both are the same.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MONTH, QUARTER, HALF_YEAR, YEAR = "month", "quarter", "half_year", "year"
MONTHS = {MONTH: 1, QUARTER: 3, HALF_YEAR: 6, YEAR: 12}
A_DAY = dt.timedelta(days=1)


class Period(NamedTuple):
    """From `first_on` to `last_on`; both days belong to it."""

    first_on: dt.date
    last_on: dt.date

    @property
    def days(self) -> int:
        return (self.last_on - self.first_on).days + 1

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.first_on <= day <= self.last_on


def period_of(day: dt.date, every: str, fiscal_month: int = 1) -> Period:
    """The period that `day` lies in. ValueError for an unknown `every` or month, and at the ends of time."""
    if every not in MONTHS:
        raise ValueError(f"every must be one of {', '.join(MONTHS)}, not {every!r}")
    if not 1 <= fiscal_month <= 12:
        raise ValueError(f"fiscal_month must be 1 to 12, not {fiscal_month}")
    length = MONTHS[every]
    into = (day.month - fiscal_month) % 12 % length
    return _from_month(day.year * 12 + day.month - 1 - into, length)


def _from_month(month: int, length: int) -> Period:
    """`length` months from the month number `month` (year x 12 + month - 1)."""
    return Period(_first_of(month), _first_of(month + length) - A_DAY)


def _first_of(month: int) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)


def next_period(period: Period, every: str, fiscal_month: int = 1) -> Period:
    """The one after the one that `period` lies in."""
    whole = period_of(period.first_on, every, fiscal_month)
    return period_of(whole.last_on + A_DAY, every, fiscal_month)


def previous_period(period: Period, every: str, fiscal_month: int = 1) -> Period:
    """The one before the one that `period` lies in."""
    whole = period_of(period.first_on, every, fiscal_month)
    return period_of(whole.first_on - A_DAY, every, fiscal_month)


def periods_between(
    first_on: dt.date, last_on: dt.date, every: str, fiscal_month: int = 1
) -> Iterator[Period]:
    """Every period that shares a day with `first_on` to `last_on`, whole, in order; none if those are
    the wrong way round."""
    if last_on < first_on:
        return
    period = period_of(first_on, every, fiscal_month)
    while period.first_on <= last_on:
        yield period
        period = period_of(period.last_on + A_DAY, every, fiscal_month)


def clipped(period: Period, first_on: dt.date | None, last_on: dt.date | None) -> Period | None:
    """The part of the period in which something runs from `first_on` to `last_on` (None: no end)."""
    start = max(period.first_on, first_on) if first_on else period.first_on
    end = min(period.last_on, last_on) if last_on else period.last_on
    return Period(start, end) if start <= end else None


def left_of(period: Period, spans: Iterable[Period]) -> Iterator[Period]:
    """What of the period none of the spans (in order) covers."""
    start = period.first_on
    for span in spans:
        if span.last_on < start or span.first_on > period.last_on:
            continue
        if span.first_on > start:
            yield Period(start, span.first_on - A_DAY)
        start = span.last_on + A_DAY
    if start <= period.last_on:
        yield Period(start, period.last_on)


def fiscal_year(day: dt.date, fiscal_month: int = 1) -> int:
    """Named after the calendar year in which it ends."""
    return period_of(day, YEAR, fiscal_month).last_on.year


def label(period: Period, every: str, fiscal_month: int = 1) -> str:
    """ "March 2026", "Q3 2026", "H1 2026", "2026"; with another start of the year "Q3 FY 2026/27". One of
    another calendar, from before the fiscal year was moved: "November 2025 to January 2026"."""
    if every == MONTH:
        return _month(period.first_on)
    if period.last_on > period_of(period.first_on, every, fiscal_month).last_on:
        return f"{_month(period.first_on)} to {_month(period.last_on)}"
    whole = period_of(period.first_on, YEAR, fiscal_month)
    year = str(whole.first_on.year)
    if fiscal_month != 1:
        year = f"FY {whole.first_on.year}/{whole.last_on.year % 100:02d}"
    if every == YEAR:
        return year
    into = (period.first_on.month - fiscal_month) % 12 // MONTHS[every] + 1
    return f"{'Q' if every == QUARTER else 'H'}{into} {year}"


def _month(day: dt.date) -> str:
    return f"{day:%B} {day.year}"


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of a shorter month: 31 August → 28 February."""
    month = day.year * 12 + day.month - 1 + months
    first = _first_of(month)
    last = _first_of(month + 1) - A_DAY
    return first.replace(day=min(day.day, last.day))
