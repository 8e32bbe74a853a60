"""Public holidays by country, read only when needed."""

import datetime as dt
import subprocess
import sys

import pytest

from contracts import terms
from core import holidays


@pytest.mark.parametrize(
    ("country", "day", "free"),
    [
        ("DE", "2026-10-03", True),
        ("DE", "2026-07-04", False),
        ("US", "2026-11-26", True),
        ("IE", "2027-03-17", True),
        ("IE", "2027-03-18", False),
        ("", "2026-12-25", False),
        ("ZZ", "2026-12-25", False),
    ],
)
def test_holidays_are_those_of_the_country(country, day, free):
    assert (dt.date.fromisoformat(day) in holidays.holidays_in(country)) is free


@pytest.mark.parametrize(("country", "known"), [("GB", True), ("ZZ", False), ("", False)])
def test_an_unknown_country_is_said(country, known):
    assert holidays.are_known(country) is known


def test_what_is_no_day_is_no_holiday():
    assert "2026-12-25" not in holidays.holidays_in("IE")


def test_business_days_leave_holidays_out():
    christmas_eve = dt.date(2026, 12, 24)
    there = terms.after(christmas_eve, 1, terms.BUSINESS_DAYS, holidays.holidays_in("GB"))
    assert there == dt.date(2026, 12, 29)  # Friday is Christmas, Monday stands in for Boxing Day


def test_the_library_is_read_only_when_it_is_needed():
    code = "import sys, core.holidays as h; assert 'holidays' not in sys.modules; h.are_known('IE'); assert 'holidays' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
