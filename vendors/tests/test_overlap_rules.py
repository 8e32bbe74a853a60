"""Shared working hours: counted by hand over changes of the clocks, holidays and nights."""

import datetime as dt
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.holidays import holidays_in
from core.service_hours import SupportHours
from vendors.overlap import (
    hours_text,
    overlap,
    replies,
    reply,
    spells,
    suggestion,
    usual_day,
)

WEEK = frozenset(range(5))
JANUARY = dt.date(2026, 1, 1)


def hours(zone: str, opens: int, closes: int, days: Any = WEEK, country: str = "") -> SupportHours:
    return SupportHours(
        ZoneInfo(zone), days, dt.time(opens), dt.time(closes % 24), holidays_in(country)
    )


OURS = hours("Europe/Berlin", 9, 17)


def test_two_in_one_zone_share_the_middle_of_the_day():
    year = overlap(OURS, hours("Europe/Paris", 8, 15), JANUARY)
    # 9 to 15: six of eight hours, on all 261 working days of 2026.
    assert (year.usual, year.least, year.ours, len(year.days)) == (360, 360, 480, 261)
    assert year.average == 360
    assert year.share == Fraction(3, 4)
    assert year.distribution() == [(360, 261)]
    [spell] = spells(year)
    assert (spell.first, spell.last) == (dt.time(9), dt.time(15))
    assert suggestion(year).mark == 3
    assert suggestion(year).sentence.startswith("shares 6 of your 8 hours")


def test_clocks_change_on_different_days():
    """New York is six hours behind Berlin, but five from 8 to 29 March and from 25 October to 1 November."""
    year = overlap(OURS, hours("America/New_York", 9, 17), JANUARY)
    # 9:00 there is 15:00 here (2 h shared), or 14:00 (3 h): Mon 9 to Fri 27 March, Mon 26 to Fri 30 October.
    assert year.distribution() == [(180, 20), (120, 241)]
    assert [(s.first_on, s.last_on, s.shared) for s in spells(year)] == [
        (dt.date(2026, 1, 1), dt.date(2026, 3, 6), 120),
        (dt.date(2026, 3, 9), dt.date(2026, 3, 27), 180),
        (dt.date(2026, 3, 30), dt.date(2026, 10, 23), 120),
        (dt.date(2026, 10, 26), dt.date(2026, 10, 30), 180),
        (dt.date(2026, 11, 2), dt.date(2026, 12, 31), 120),
    ]
    assert usual_day(year) == dt.date(2026, 1, 1)  # a Thursday, and nobody said which country
    assert suggestion(year).mark == 2  # (20 x 3 + 241 x 2) / (261 x 8) is just over a quarter


def test_holidays_of_both_sides_count():
    ours, theirs = (
        hours("Europe/Berlin", 9, 17, country="DE"),
        hours("Europe/Dublin", 8, 16, country="IE"),
    )
    year = overlap(ours, theirs, JANUARY)
    # 9 to 17 in Berlin is 8 to 16 in Dublin: all day, but for Ireland's holidays that are none in Germany.
    assert year.usual == 480
    without = {day.day for day in year.without}
    assert dt.date(2026, 3, 17) in without  # Saint Patrick
    assert dt.date(2026, 12, 25) not in {day.day for day in year.days}  # Christmas in both
    assert dt.date(2026, 10, 26) in without  # last Monday of October, in Ireland only


@pytest.mark.parametrize(
    ("theirs", "shared", "mark"),
    [
        (SupportHours(ZoneInfo("UTC"), round_clock=True), 480, 3),
        (hours("Asia/Manila", 9, 17), 60, 1),  # 02:00 to 10:00 here; 03:00 to 11:00 in summer
        (hours("Pacific/Auckland", 9, 17), 0, 0),
    ],
)
def test_other_zones(theirs, shared, mark):
    year = overlap(OURS, theirs, dt.date(2026, 1, 5))
    winter = year.days[0]
    assert (winter.shared, suggestion(year).mark) == (shared, mark)


def test_a_night_shift_begins_the_day_before():
    """22 to 6 in Manila is 15 to 23 in Berlin, in summer 16 to 24."""
    year = overlap(OURS, hours("Asia/Manila", 22, 6), dt.date(2026, 1, 5))
    assert {minutes for minutes, _ in year.distribution()} == {120, 60}


def test_when_an_answer_comes():
    theirs = hours("Asia/Manila", 9, 17)
    berlin = ZoneInfo("Europe/Berlin")
    found = reply(dt.datetime(2026, 1, 6, 15, tzinfo=berlin), OURS, theirs, 60)
    # 15:00 on Tuesday is 22:00 there; an hour's work from 9:00 is 10:00 there, 3:00 here; read at 9:00.
    assert found.answered == dt.datetime(2026, 1, 7, 3, tzinfo=berlin)
    assert found.read == dt.datetime(2026, 1, 7, 9, tzinfo=berlin)
    assert found.waits == 1
    friday = reply(dt.datetime(2026, 1, 9, 15, tzinfo=berlin), OURS, theirs, 60)
    assert friday.read == dt.datetime(2026, 1, 12, 9, tzinfo=berlin)
    asked = [row.asked.hour for row in replies(OURS, theirs, dt.date(2026, 1, 6))]
    assert asked == [9, 11, 13, 15]


def test_who_never_works_shares_nothing():
    class Always:
        def __contains__(self, day: object) -> bool:
            return True

    never = SupportHours(ZoneInfo("UTC"), WEEK, dt.time(9), dt.time(17), Always())
    with pytest.raises(ValueError, match="no working day"):
        overlap(never, OURS, JANUARY)
    assert replies(never, OURS, JANUARY) == []


@pytest.mark.parametrize(
    ("minutes", "text"), [(330, "5.5"), (480, "8"), (0, "0"), (Fraction(1000, 3), "5.6")]
)
def test_hours_in_words(minutes, text):
    assert hours_text(minutes) == text


@settings(max_examples=25, deadline=None)
@given(
    opens=st.integers(0, 23),
    length=st.integers(1, 23),
    zone=st.sampled_from(["Asia/Kolkata", "America/Lima", "Australia/Lord_Howe", "Europe/Lisbon"]),
)
def test_shared_never_exceeds_ours_and_is_the_same_from_both_sides(opens, length, zone):
    theirs = hours(zone, opens, opens + length)
    year = overlap(OURS, theirs, JANUARY)
    assert all(0 <= day.shared <= day.ours for day in year.days)
    assert 0 <= year.share <= 1
    # Seen from there, with a margin for the year's edges: the same minutes in all.
    back = overlap(theirs, OURS, JANUARY)
    difference = sum(day.shared for day in year.days) - sum(day.shared for day in back.days)
    assert abs(difference) <= 2 * 480
