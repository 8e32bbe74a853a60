"""When support works, and when so many minutes of support have passed."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.service_hours import (
    FRIDAY,
    SupportHours,
    coming,
    days_in_words,
    deadline,
    in_words,
    is_open,
)

BERLIN, DUBLIN = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Dublin")
HOWE = ZoneInfo("Australia/Lord_Howe")  # its clock moves by half an hour
OFFICE = SupportHours(DUBLIN, frozenset(range(5)), dt.time(9), dt.time(17))
NIGHT = SupportHours(BERLIN, frozenset(range(7)), dt.time(22), dt.time(6))
ALWAYS = SupportHours(BERLIN, round_clock=True)


def at(text: str, zone: ZoneInfo = BERLIN) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(dt.UTC)


def berlin(days: str, opens: str, closes: str, *off: str) -> SupportHours:
    return SupportHours(
        BERLIN,
        frozenset(int(day) for day in days),
        dt.time.fromisoformat(opens),
        dt.time.fromisoformat(closes),
        {dt.date.fromisoformat(day) for day in off},
    )


def test_an_outage_on_friday_16_30_gets_its_first_answer_monday_12_30():
    friday = coming(FRIDAY, dt.time(16, 30), dt.date(2026, 11, 22), DUBLIN)
    assert friday == at("2026-11-27T16:30", DUBLIN)
    assert deadline(friday, 4 * 60, OFFICE) == at("2026-11-30T12:30", DUBLIN)


def test_reported_an_hour_ahead_of_the_vendors_clock():
    """16:30 in Berlin is 15:30 in Dublin: an hour and a half on Friday, the rest on Monday."""
    due_at = deadline(at("2026-11-27T16:30"), 4 * 60, OFFICE)
    assert due_at == at("2026-11-30T11:30", DUBLIN) == at("2026-11-30T12:30", BERLIN)


@pytest.mark.parametrize(
    ("hours", "reported", "minutes", "due"),
    [
        (berlin("01234", "08:00", "18:00"), "2026-11-27T16:30", 240, "2026-11-30T10:30"),
        (berlin("01234", "09:00", "17:00"), "2026-11-25T03:00", 60, "2026-11-25T10:00"),
        (berlin("01234", "09:00", "17:00"), "2026-11-25T20:00", 60, "2026-11-26T10:00"),
        (berlin("01234", "09:00", "17:00"), "2026-11-25T16:00", 60, "2026-11-25T17:00"),
        (berlin("01234", "09:00", "17:00"), "2026-11-25T17:00", 1, "2026-11-26T09:01"),
        (berlin("01234", "09:00", "17:00"), "2026-11-28T12:00", 0, "2026-11-30T09:00"),
        (berlin("01234", "09:00", "17:00"), "2026-11-25T17:00", 0, "2026-11-25T17:00"),
        # Three days of eight hours: Thursday afternoon to Tuesday afternoon.
        (berlin("01234", "09:00", "17:00"), "2026-11-26T14:00", 1440, "2026-12-01T14:00"),
        # Good Friday to Easter Monday
        (
            berlin("01234", "09:00", "17:00", "2026-04-03", "2026-04-06"),
            "2026-04-02T16:30",
            240,
            "2026-04-07T12:30",
        ),
        (berlin("01234", "00:00", "00:00"), "2026-11-27T23:30", 60, "2026-11-30T00:30"),
        # Over midnight; the window belongs to the day on which it opens
        (NIGHT, "2026-11-25T05:30", 60, "2026-11-25T22:30"),
        (berlin("4", "22:00", "06:00"), "2026-11-28T05:30", 60, "2026-12-04T22:30"),
        (
            berlin("01234", "22:00", "06:00", "2026-12-25"),
            "2026-12-25T03:00",
            60,
            "2026-12-25T04:00",
        ),
        # Clocks go forward on 29 March 2026 at 02:00: the night has seven hours, 02:30 is not there
        (NIGHT, "2026-03-28T22:00", 420, "2026-03-29T06:00"),
        (berlin("6", "02:30", "04:00"), "2026-03-29T00:00", 60, "2026-03-29T04:00"),
        (berlin("6", "02:00", "02:30"), "2026-03-29T00:00", 30, "2026-04-05T02:30"),
        # and back on 25 October at 03:00: it has nine
        (NIGHT, "2026-10-24T22:00", 540, "2026-10-25T06:00"),
        (NIGHT, "2026-10-24T22:00", 541, "2026-10-25T22:01"),
        (ALWAYS, "2026-10-24T22:00", 540, "2026-10-25T06:00"),
        (ALWAYS, "2026-11-27T16:30", 240, "2026-11-27T20:30"),
    ],
)
def test_deadline(hours, reported, minutes, due):
    assert deadline(at(reported), minutes, hours) == at(due)


ZONES = st.sampled_from([BERLIN, DUBLIN, HOWE, ZoneInfo("America/St_Johns"), ZoneInfo("UTC")])
TIMES = st.times().map(lambda time: time.replace(second=0, microsecond=0))
HOLIDAYS = st.sets(st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)), max_size=20)
# Windows of at least an hour, so that the minutes below pass within the ten years that are searched.
HOURS = st.builds(
    SupportHours,
    zone=ZONES,
    days=st.frozensets(st.integers(0, 6), min_size=1),
    opens=TIMES,
    closes=TIMES,
    holidays=HOLIDAYS,
).filter(lambda hours: hours.day_minutes >= 60)
# Around both changes of the clock of 2026, and any other day.
MOMENTS = st.one_of(
    st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 6, 1)),
    st.datetimes(dt.datetime(2026, 3, 27), dt.datetime(2026, 4, 6)),
    st.datetimes(dt.datetime(2026, 10, 23), dt.datetime(2026, 11, 2)),
).map(lambda moment: moment.replace(second=0, microsecond=0, tzinfo=dt.UTC))
MINUTES = st.integers(0, 5000)
few = settings(max_examples=100)


@few
@given(MOMENTS, MINUTES, HOURS)
def test_a_deadline_is_inside_the_hours_and_never_before_the_report(moment, minutes, hours):
    due_at = deadline(moment, minutes, hours)
    assert is_open(due_at, hours)
    assert due_at >= moment + dt.timedelta(minutes=minutes)


@few
@given(MOMENTS, st.integers(0, 100_000), MINUTES, st.integers(0, 500), HOURS)
def test_later_or_longer_is_never_due_earlier(moment, later, minutes, longer, hours):
    other = moment + dt.timedelta(minutes=later)
    assert deadline(moment, minutes, hours) <= deadline(other, minutes + longer, hours)


@few
@given(MOMENTS, MINUTES, MINUTES, HOURS)
def test_minutes_add_up(moment, first, then, hours):
    one_by_one = deadline(deadline(moment, first, hours), then, hours)
    assert one_by_one == deadline(moment, first + then, hours)


@settings(max_examples=25)
@given(MOMENTS, st.integers(1, 300), HOURS)
def test_as_many_minutes_are_open_as_were_asked_for(moment, minutes, hours):
    """Counted minute by minute on the wall clock, in another way than the code does."""
    now, left = moment, minutes
    while left and now < moment + dt.timedelta(days=20):
        left -= wall_clock_open(now, hours)
        now += dt.timedelta(minutes=1)
    if not left:
        assert deadline(moment, minutes, hours) == now


def wall_clock_open(moment: dt.datetime, hours: SupportHours) -> bool:
    """Whether the minute that begins at `moment` counts; not right in the hour that comes twice."""
    local = moment.astimezone(hours.zone)
    if local.utcoffset() != (moment + dt.timedelta(hours=3)).astimezone(hours.zone).utcoffset():
        return not_sure(moment, hours)
    if local.utcoffset() != (moment - dt.timedelta(hours=3)).astimezone(hours.zone).utcoffset():
        return not_sure(moment, hours)
    time, day = local.time(), local.date()
    yesterday = day - dt.timedelta(days=1)
    works = [d.weekday() in hours.days and d not in hours.holidays for d in (day, yesterday)]
    if hours.closes > hours.opens:
        return works[0] and hours.opens <= time < hours.closes
    return (works[0] and time >= hours.opens) or (works[1] and time < hours.closes)


def not_sure(moment: dt.datetime, hours: SupportHours) -> bool:
    """In the hours around a change of the clock the code is asked; the cases above say what it must do."""
    return deadline(moment, 1, hours) == moment + dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: SupportHours(BERLIN),
        lambda: SupportHours(BERLIN, frozenset({1}), round_clock=True),
        lambda: SupportHours(BERLIN, frozenset({7}), dt.time(9), dt.time(17)),
        lambda: SupportHours(BERLIN, frozenset({1}), dt.time(9)),
        lambda: deadline(dt.datetime(2026, 1, 1), 1, OFFICE),
        lambda: deadline(at("2026-01-01"), -1, OFFICE),
        lambda: deadline(at("2026-01-01"), 527_041, OFFICE),
        lambda: deadline(
            at("2026-01-01"),
            1,
            SupportHours(BERLIN, frozenset({1}), dt.time(9), dt.time(17), Every()),
        ),
    ],
)
def test_what_can_not_be_counted_is_refused(make):
    with pytest.raises(ValueError, match=r"\w+: "):
        make()


class Every:
    def __contains__(self, day: object) -> bool:
        return True


def test_never_open():
    assert not is_open(
        at("2026-01-01"), SupportHours(BERLIN, frozenset({1}), dt.time(9), dt.time(17), Every())
    )
    assert is_open(at("2026-01-01"), ALWAYS)


def test_in_words():
    assert in_words(OFFICE) == "Mon–Fri 09:00–17:00 (Europe/Dublin), also on public holidays"
    assert (
        in_words(NIGHT)
        == "Mon–Sun 22:00–06:00 the next day (Europe/Berlin), also on public holidays"
    )
    assert in_words(ALWAYS) == "Round the clock, every day"
    irish = SupportHours(DUBLIN, frozenset({0}), dt.time(9), dt.time(17), (), "Ireland")
    assert in_words(irish) == "Mon 09:00–17:00 (Europe/Dublin), not on public holidays of Ireland"
    assert days_in_words({0, 1, 3, 4, 5}) == "Mon, Tue, Thu–Sat"
    assert (OFFICE.week_minutes, NIGHT.week_minutes, ALWAYS.week_minutes) == (2400, 3360, 10_080)
