"""Months, quarters, half years and years of a fiscal calendar: property-tested over any start of the year."""

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.periods import (
    A_DAY,
    MONTHS,
    Period,
    clipped,
    fiscal_year,
    label,
    next_period,
    period_of,
    periods_between,
    previous_period,
)

few = hypothesis_settings(max_examples=50)
days = st.dates(dt.date(1999, 1, 1), dt.date(2101, 12, 31))
lengths = st.sampled_from(sorted(MONTHS))
months = st.integers(1, 12)


@few
@given(days, lengths, months)
def test_a_day_lies_in_one_period_of_whole_months(day, every, month):
    period = period_of(day, every, month)
    assert day in period
    assert period.first_on.day == 1
    assert (period.last_on + A_DAY).day == 1
    length = (period.last_on.year - period.first_on.year) * 12
    assert length + period.last_on.month - period.first_on.month + 1 == MONTHS[every]
    assert period.days == (period.last_on - period.first_on).days + 1
    assert (period.first_on.month - month) % MONTHS[every] == 0
    for inside in (period.first_on, period.last_on):
        assert period_of(inside, every, month) == period


@few
@given(days, lengths, months)
def test_periods_follow_each_other_without_a_gap(day, every, month):
    period = period_of(day, every, month)
    after = next_period(period, every, month)
    assert after.first_on == period.last_on + A_DAY
    assert previous_period(after, every, month) == period
    # Of a piece of one, too.
    assert next_period(Period(day, day), every, month) == after


@few
@given(days, st.integers(0, 1500), lengths, months)
def test_between_two_days_every_day_is_in_one_of_them(first_on, length, every, month):
    last_on = first_on + dt.timedelta(days=length)
    found = list(periods_between(first_on, last_on, every, month))
    assert first_on in found[0]
    assert last_on in found[-1]
    for before, after in zip(found, found[1:], strict=False):
        assert after.first_on == before.last_on + A_DAY
    parts = [clipped(period, first_on, last_on) for period in found]
    assert sum(part.days for part in parts if part) == length + 1
    assert None not in parts


@few
@given(days, months)
def test_a_fiscal_year_holds_its_quarters_and_half_years(day, month):
    year = period_of(day, "year", month)
    for every, count in (("month", 12), ("quarter", 4), ("half_year", 2)):
        found = list(periods_between(*year, every, month))
        assert len(found) == count
        assert (found[0].first_on, found[-1].last_on) == tuple(year)
        assert len({label(period, every, month) for period in found}) == count
    leap = any(dt.date(y, 2, 29) in year for y in _leap_years(year))
    assert year.days == (366 if leap else 365)
    assert fiscal_year(day, month) == year.last_on.year


def _leap_years(year: Period) -> list[int]:
    return [y for y in (year.first_on.year, year.last_on.year) if calendar.isleap(y)]


@pytest.mark.parametrize(
    ("day", "every", "month", "first_on", "last_on", "words"),
    [
        ("2024-02-29", "month", 1, "2024-02-01", "2024-02-29", "February 2024"),
        ("2026-11-22", "quarter", 1, "2026-10-01", "2026-12-31", "Q4 2026"),
        ("2026-11-22", "quarter", 4, "2026-10-01", "2026-12-31", "Q3 FY 2026/27"),
        ("2026-01-31", "quarter", 2, "2025-11-01", "2026-01-31", "Q4 FY 2025/26"),
        ("2026-01-31", "half_year", 10, "2025-10-01", "2026-03-31", "H1 FY 2025/26"),
        ("2026-06-30", "year", 7, "2025-07-01", "2026-06-30", "FY 2025/26"),
        ("2099-12-31", "year", 12, "2099-12-01", "2100-11-30", "FY 2099/00"),
        ("2026-06-30", "year", 1, "2026-01-01", "2026-12-31", "2026"),
    ],
)
def test_periods_by_name(day, every, month, first_on, last_on, words):
    period = period_of(dt.date.fromisoformat(day), every, month)
    assert [on.isoformat() for on in period] == [first_on, last_on]
    assert label(period, every, month) == words


def test_one_of_another_calendar_is_called_by_its_months():
    """A quarter from before the fiscal year was moved is no quarter of the new one."""
    was = period_of(dt.date(2025, 12, 1), "quarter", 2)
    assert label(was, "quarter", 2) == "Q4 FY 2025/26"
    assert label(was, "quarter", 1) == "November 2025 to January 2026"


@pytest.mark.parametrize(
    ("every", "month", "message"),
    [("week", 1, "every must be one of"), ("month", 0, "1 to 12"), ("month", 13, "1 to 12")],
)
def test_what_is_no_period(every, month, message):
    with pytest.raises(ValueError, match=message):
        period_of(dt.date(2026, 1, 1), every, month)


def test_clipped_to_what_runs():
    period = Period(dt.date(2026, 1, 1), dt.date(2026, 3, 31))
    assert clipped(period, None, None) == period
    assert clipped(period, dt.date(2026, 3, 31), None) == (dt.date(2026, 3, 31),) * 2
    assert clipped(period, dt.date(2026, 4, 1), None) is None
    assert clipped(period, None, dt.date(2025, 12, 31)) is None
    assert list(periods_between(dt.date(2026, 2, 1), dt.date(2026, 1, 1), "month")) == []
