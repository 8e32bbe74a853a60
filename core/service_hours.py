"""When support works, and when so many minutes of support have passed. Pure; moments are arguments.

Hours are given on the wall clock of one time zone and counted in minutes that really pass: on the night
when clocks go back, 22:00 to 06:00 lasts nine hours. A window over midnight belongs to the day on which
it opens, so on the eve of a holiday it still runs into the holiday's morning.
"""

import datetime as dt
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

MOST_MINUTES = 527_040  # a leap year
MOST_DAYS = 3660
FRIDAY = 4
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = dt.timedelta(days=1)
_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class SupportHours:
    """Round the clock; or on `days` (0 is Monday) from `opens` to `closes`, but not on `holidays`.

    `closes` at or before `opens` means the next day: 22:00 to 06:00, or 00:00 to 00:00 for a whole day.
    `holidays_of` is only said: the name of the country whose holidays they are.

    Raises:
        ValueError: neither round the clock nor days with both hours, or both of it.
    """

    zone: ZoneInfo
    days: frozenset[int] = frozenset()
    opens: dt.time | None = None
    closes: dt.time | None = None
    holidays: Container[dt.date] = field(default=(), compare=False)
    holidays_of: str = ""
    round_clock: bool = False

    def __post_init__(self) -> None:
        if self.round_clock:
            if self.days or self.opens or self.closes:
                raise ValueError("round_clock: has neither days nor hours")
            return
        if not self.days or not self.days <= set(range(7)):
            raise ValueError("days: expected some of 0 (Monday) to 6 (Sunday)")
        if self.opens is None or self.closes is None:
            raise ValueError("opens, closes: expected both hours")

    @property
    def day_minutes(self) -> int:
        """Minutes of support on one of its days, on a day without a change of the clock."""
        if self.opens is None or self.closes is None:
            return 24 * 60
        seconds = _seconds(self.closes) - _seconds(self.opens)
        return (seconds if seconds > 0 else seconds + 86_400) // 60

    @property
    def week_minutes(self) -> int:
        """Minutes of support in a week without holidays."""
        return self.day_minutes * (7 if self.round_clock else len(self.days))


def _seconds(at: dt.time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def deadline(reported_at: dt.datetime, minutes: Decimal | int, hours: SupportHours) -> dt.datetime:
    """The moment, in UTC, when `minutes` of support have passed since `reported_at`.

    What is reported outside the hours counts from the next opening. Minutes that end just at closing
    time end there, not at the next opening.

    Raises:
        ValueError: a moment without time zone, minutes out of bounds, or an end ten years away, as with
            hours that only open on holidays.
    """
    if reported_at.tzinfo is None:
        raise ValueError("reported_at: expected a moment with its time zone")
    if not 0 <= minutes <= MOST_MINUTES:
        raise ValueError(f"minutes: expected 0 to {MOST_MINUTES}, got {minutes}")
    now = reported_at.astimezone(dt.UTC)
    left = dt.timedelta(seconds=round(minutes * 60))
    if hours.opens is None or hours.closes is None:  # round the clock
        return now + left
    for start, end in _windows(hours, hours.opens, hours.closes, now):
        begin = max(start, now)
        if begin + left <= end:
            return begin + left
        left -= end - begin
    raise ValueError(f"hours: these minutes do not pass within {MOST_DAYS} days")


def is_open(moment: dt.datetime, hours: SupportHours) -> bool:
    """Whether support works at `moment`; the minute of closing counts as open."""
    if hours.opens is None or hours.closes is None:  # round the clock
        return True
    windows = _windows(hours, hours.opens, hours.closes, moment.astimezone(dt.UTC))
    start, _ = next(windows, (None, None))
    return start is not None and start <= moment


def windows_between(
    hours: SupportHours, start: dt.datetime, end: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The spans of support between two moments, in order, in UTC; those over the edges are cut off there."""
    start, end = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
    if hours.opens is None or hours.closes is None:  # round the clock
        yield start, end
        return
    for opens, closes in _windows(hours, hours.opens, hours.closes, start):
        if opens >= end:
            return
        if closes > start:
            yield max(opens, start), min(closes, end)


def _windows(
    hours: SupportHours, opens: dt.time, closes: dt.time, now: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The windows that end at `now` or later, in order, in UTC."""
    over_midnight = closes <= opens
    first = now.astimezone(hours.zone).date() - _DAY  # its window may still be open
    for day in (first + _DAY * count for count in range(MOST_DAYS)):
        if day.weekday() not in hours.days or day in hours.holidays:
            continue
        start = _moment(day, opens, hours.zone)
        end = _moment(day + _DAY if over_midnight else day, closes, hours.zone)
        if start < end and now <= end:
            yield start, end


def _moment(day: dt.date, at: dt.time, zone: ZoneInfo) -> dt.datetime:
    """A time on the wall clock, in UTC. Of two such times the first; for one that the clock skips, the
    first that there is."""
    wall = dt.datetime.combine(day, at, zone)
    moment = wall.astimezone(dt.UTC)
    while moment.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        wall += _MINUTE
        moment = wall.astimezone(dt.UTC)
    return moment


def coming(weekday: int, at: dt.time, today: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The next such weekday, today included, at that time in `zone`; in UTC."""
    day = today + _DAY * ((weekday - today.weekday()) % 7)
    return _moment(day, at, zone)


def days_in_words(days: Container[int]) -> str:
    """ "Mon–Fri" for 0 to 4, "Mon, Wed, Sat" for 0, 2 and 5: three or more in a row as a span."""
    runs: list[list[int]] = []
    for day in (day for day in range(7) if day in days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words = []
    for run in runs:
        names = [WEEKDAYS[day][:3] for day in run]
        words += [f"{names[0]}–{names[-1]}"] if len(run) > 2 else names
    return ", ".join(words)


def in_words(hours: SupportHours) -> str:
    """ "Mon–Fri 09:00–17:00 (Europe/Dublin), not on public holidays of Ireland"."""
    if hours.round_clock:
        return "Round the clock, every day"
    text = f"{days_in_words(hours.days)} {hours.opens:%H:%M}–{hours.closes:%H:%M}"
    if hours.opens is not None and hours.closes is not None and hours.closes <= hours.opens:
        text += " the next day"
    text += f" ({hours.zone.key.replace('_', ' ')})"
    off = f", not on public holidays of {hours.holidays_of}" if hours.holidays_of else ""
    return text + (off or ", also on public holidays")
