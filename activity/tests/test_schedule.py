"""When somebody is reminded: rules, weekends, snoozes, escalation, and every oddity of the clock."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activity.models import ReminderSettings
from activity.schedule import (
    ESCALATION,
    Past,
    Rules,
    digest_day,
    due_now,
    escalation,
    local_moment,
    next_digest_day,
    next_moment,
    reminder_days,
    reminder_moments,
)

DUE = dt.date(2026, 6, 30)  # a Tuesday
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe"]


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def days_of(rules: Rules, due_on: dt.date = DUE) -> list[tuple[str, str]]:
    return [(rule, day.isoformat()) for rule, day in reminder_days(due_on, rules)]


# Rules ----------------------------------------------------------------------------------------------


def test_the_usual_days_then_weekly_for_half_a_year():
    found = days_of(Rules())
    assert found[:7] == [
        ("90", "2026-04-01"),
        ("60", "2026-05-01"),
        ("30", "2026-05-31"),
        ("7", "2026-06-23"),
        ("1", "2026-06-29"),
        ("overdue-1", "2026-07-01"),
        ("overdue-2", "2026-07-08"),
    ]
    assert (len(found), found[-1]) == (31, ("overdue-26", "2026-12-23"))


def test_on_quiet_weekends_the_friday_before_and_when_overdue_the_monday_after():
    rules = Rules(days=(3, 2, 1), quiet_weekends=True)
    # Due on a Monday: Friday, Saturday and Sunday before are one reminder, the nearest one.
    assert days_of(rules, dt.date(2026, 6, 29))[:2] == [
        ("1", "2026-06-26"),
        ("overdue-1", "2026-06-30"),
    ]
    # Due on a Friday: on Saturday it is overdue, said on Monday.
    assert days_of(rules, dt.date(2026, 6, 26))[-26] == ("overdue-1", "2026-06-29")


def test_settings_of_a_kind_come_before_the_usual_ones():
    class Row:
        days, days_by_kind = [30], {"contract.notice": [120, 0]}
        weekly_overdue, quiet_weekends, hour, escalate_days = False, True, 6, None

    assert Rules.of(Row, "Europe/Berlin", "contract.notice") == Rules(
        (120, 0), False, True, 6, "Europe/Berlin", None
    )
    assert Rules.of(Row, "UTC").days == (30,)
    assert Rules.of(None, "UTC") == Rules()


@pytest.mark.parametrize(
    ("now", "rule"),
    [
        ("2026-04-01 07:59", None),
        ("2026-04-01 08:00", "90"),
        ("2026-05-31 09:30", "30"),  # an hour missed, a week missed: only later
        ("2026-06-22 23:59", "30"),
        ("2026-06-30 08:00", "1"),
        ("2026-07-20 08:00", "overdue-3"),
        ("2030-01-01 00:00", "overdue-26"),
    ],
)
def test_only_the_latest_rule_that_has_passed_is_due(now, rule):
    due = due_now(DUE, Rules(), at(now))
    assert (due.rule if due else None) == rule


def test_who_was_reminded_since_is_not_reminded_again_by_changed_rules():
    reminded = Past(at("2026-05-01 08:00"), at("2026-05-01 08:00"))
    now = at("2026-05-10 12:00")
    assert due_now(DUE, Rules(days=(65, 30)), now, reminded) is None
    assert due_now(DUE, Rules(days=(55, 30)), now, reminded).rule == "55"
    assert next_moment(DUE, Rules(days=(65, 30)), now, reminded) == at("2026-05-31 08:00")


# Snoozing and escalation ----------------------------------------------------------------------------


def test_a_snooze_takes_all_away_before_its_day_and_reminds_once_on_it():
    until = dt.date(2026, 6, 10)
    past, rules = Past(at("2026-05-01 08:00"), at("2026-05-01 08:00")), Rules()
    assert due_now(DUE, rules, at("2026-06-10 07:59"), past, until) is None
    assert next_moment(DUE, rules, at("2026-05-05 08:00"), past, until) == at("2026-06-10 08:00")
    assert due_now(DUE, rules, at("2026-06-10 08:00"), past, until).rule == "snooze-2026-06-10"
    assert due_now(DUE, rules, at("2026-06-23 08:00"), past, until).rule == "7"


@pytest.mark.parametrize(
    ("until", "due_on", "on"),
    [
        ("2026-06-27", "2026-06-30", "2026-06-29"),  # Saturday: on Monday
        ("2026-06-27", "2026-06-28", "2026-06-27"),  # Monday would be too late
    ],
)
def test_a_snooze_until_a_quiet_weekend(until, due_on, on):
    days = [dt.date.fromisoformat(text) for text in (until, due_on, on)]
    first = reminder_moments(days[1], Rules(quiet_weekends=True), days[0])[0]
    assert (first.rule, first.on) == (f"snooze-{until}", days[2])


@pytest.mark.parametrize(
    ("first_at", "snooze", "on"),
    [
        ("2026-05-01 08:00", None, "2026-06-16"),  # 14 days before
        ("2026-06-20 10:00", None, "2026-06-21"),  # stored late: a day to react
        ("2026-05-01 08:00", "2026-06-18", "2026-06-19"),  # the day after the snooze
        ("2026-05-01 08:00", "2026-06-05", "2026-06-16"),
    ],
)
def test_owners_are_told_of_what_is_ignored(first_at, snooze, on):
    past = Past(at(first_at), at(first_at))
    until = dt.date.fromisoformat(snooze) if snooze else None
    told = escalation(DUE, Rules(), past, until)
    assert (told.rule, told.on) == (ESCALATION, dt.date.fromisoformat(on))
    assert escalation(DUE, Rules(escalate_days=None), past) is None
    assert escalation(DUE, Rules(), Past(at(first_at), at(first_at), escalated=True)) is None
    assert escalation(DUE, Rules(), Past()) is None, "nobody has ignored anything yet"


@pytest.mark.parametrize(
    ("quiet", "first_at", "snooze", "on"),
    [
        (False, "2026-06-23 08:00", None, "2026-07-07"),  # 7 days after
        (True, "2026-06-23 08:00", None, "2026-07-07"),
        (False, "2026-07-20 10:00", None, "2026-07-21"),  # stored late: a day to react
        (False, "2026-06-23 08:00", "2026-07-10", "2026-07-11"),  # a snooze ends later
    ],
)
def test_of_a_late_review_owners_are_told_after_its_day(quiet, first_at, snooze, on):
    rules = replace(Rules.of(None, "UTC", "review.due"), quiet_weekends=quiet)
    assert (rules.days, rules.escalate_days) == ((7, 1, 0), -7)
    past = Past(at(first_at), at(first_at))
    until = dt.date.fromisoformat(snooze) if snooze else None
    told = escalation(DUE, rules, past, until)
    assert (told.rule, told.on) == (ESCALATION, dt.date.fromisoformat(on))
    assert next_moment(DUE, rules, told.at - dt.timedelta(minutes=1), past, until) == told.at


def test_after_a_quiet_weekend_owners_are_told_on_monday():
    rules = Rules(escalate_days=-4, quiet_weekends=True)  # DUE + 4 is a Saturday
    past = Past(at("2026-06-23 08:00"), at("2026-06-23 08:00"))
    assert escalation(DUE, rules, past).on == dt.date(2026, 7, 6)


def test_where_nobody_is_told_nobody_is_told_of_reviews_either():
    class Row:
        days, days_by_kind = [30], {"review.due": [3]}
        weekly_overdue, quiet_weekends, hour, escalate_days = True, False, 8, None

    assert Rules.of(Row, "UTC", "review.due") == Rules(days=(3,), escalate_days=None)
    Row.escalate_days = 20
    assert Rules.of(Row, "UTC", "review.due").escalate_days == -7
    assert Rules.of(Row, "UTC", "contract.notice").escalate_days == 20


# The clock ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "hour", "moment"),
    [
        ("Europe/Berlin", "2026-03-28", 8, "2026-03-28 07:00"),
        ("Europe/Berlin", "2026-03-29", 8, "2026-03-29 06:00"),
        ("Europe/Berlin", "2026-03-29", 2, "2026-03-29 01:00"),  # left out: it is 3 then
        ("Europe/Berlin", "2026-10-25", 2, "2026-10-25 00:00"),  # comes twice: the first
        ("America/New_York", "2028-02-29", 8, "2028-02-29 13:00"),  # a leap day
        ("Pacific/Apia", "2011-12-30", 8, "2011-12-30 18:00"),  # a day that never was
    ],
)
def test_the_hour_on_the_wall_clock(zone, day, hour, moment):
    found = local_moment(dt.date.fromisoformat(day), Rules(zone=zone, hour=hour))
    assert found == at(moment)


def test_a_year_before_a_leap_day():
    rules = Rules(days=(366, 365, 1))
    days = [day for _, day in reminder_days(dt.date(2028, 2, 29), rules)[:3]]
    assert days == [dt.date(2027, 2, 28), dt.date(2027, 3, 1), dt.date(2028, 2, 28)]


@given(
    due_on=st.dates(),
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    days=st.sets(st.integers(0, 400), max_size=6),
    quiet=st.booleans(),
    snooze=st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1)),
)
def test_moments_rise_and_are_never_later_than_promised(due_on, zone, hour, days, quiet, snooze):
    rules = Rules(tuple(days), True, quiet, hour, zone)
    moments = reminder_moments(due_on, rules, snooze)
    assert [m.at for m in moments] == sorted(m.at for m in moments)
    for moment in moments:
        local = moment.at.astimezone(ZoneInfo(zone))
        assert local.date() >= moment.on
        if moment.rule.isdigit():
            promised = due_on - dt.timedelta(days=int(moment.rule))
            assert 0 <= (promised - moment.on).days <= (2 if quiet else 0)
        if quiet and not moment.rule.startswith("snooze"):
            assert moment.on.weekday() < 5
        if snooze:
            assert moment.on >= snooze


@given(
    now=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 6, 1), timezones=st.just(dt.UTC)),
    steps=st.lists(st.integers(1, 60 * 24 * 90), max_size=12),
    zone=st.sampled_from(ZONES),
    quiet=st.booleans(),
    hour=st.integers(0, 23),
)
def test_looking_only_when_told_to_misses_nothing(now, steps, zone, quiet, hour):
    """Whoever looks exactly at `next_moment` finds something due each time, and all rules in order;
    whoever looks late finds the latest one."""
    rules = Rules(quiet_weekends=quiet, hour=hour, zone=zone, escalate_days=None)
    past, seen = Past(), []
    for step in [0, *steps]:
        moment = next_moment(DUE, rules, now, past)
        if moment is None:
            assert due_now(DUE, rules, now, past) is None or not past.last_at
            return
        assert moment > now
        assert due_now(DUE, rules, moment, past)
        now = max(moment, now + dt.timedelta(minutes=step))
        due = due_now(DUE, rules, now, past)
        assert due.at <= now
        seen.append(due.rule)
        past = Past(past.first_at or now, now)
        assert due_now(DUE, rules, now, past) is None, "at most once"
    assert len(set(seen)) == len(seen)


# The digest -----------------------------------------------------------------------------------------


def test_the_digest_of_a_day_from_its_hour_on_but_not_on_quiet_weekends():
    berlin = Rules(zone="Europe/Berlin", quiet_weekends=True)
    friday, saturday = dt.date(2026, 6, 26), dt.date(2026, 6, 27)
    assert digest_day(at("2026-06-26 05:59"), berlin) is None
    assert digest_day(at("2026-06-26 06:00"), berlin) == friday
    assert digest_day(at("2026-06-27 12:00"), berlin) is None
    assert digest_day(at("2026-06-27 12:00"), Rules()) == saturday
    assert next_digest_day(at("2026-06-26 05:59"), berlin) == friday
    assert next_digest_day(at("2026-06-26 06:00"), berlin) == dt.date(2026, 6, 29)


# The ends of the calendar ---------------------------------------------------------------------------


@pytest.mark.parametrize("due_on", [dt.date.min, dt.date.max])
def test_beyond_the_calendar_there_is_nothing(due_on):
    rules = Rules(zone="Pacific/Apia", quiet_weekends=True)
    assert all(2 <= day.year <= 9998 for _, day in reminder_days(due_on, rules))
    moment = dt.datetime(9999, 6, 1, tzinfo=dt.UTC)
    assert escalation(dt.date.max, rules, Past(moment, moment)) is None


def test_small_things_are_not_announced_months_before():
    assert Rules.of(None, "UTC", "contract.notice").days == (90, 60, 30, 7, 1)
    assert Rules.of(None, "UTC", "transition.task").days == (7, 1)
    row = ReminderSettings()
    assert Rules.of(row, "UTC", "transition.task") == Rules.of(None, "UTC", "transition.task")
    assert Rules.of(row, "UTC", "contract.notice") == Rules.of(None, "UTC", "contract.notice")
