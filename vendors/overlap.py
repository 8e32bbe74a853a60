"""The hours in which both we and a vendor work, and when a question is really answered. Pure; no Django.

Counted day by day over a year of our working days, in minutes that really pass: clocks that change on
different days, nights over midnight and the public holidays of both sides are in it. Only our own working
days count, since nobody waits on the others.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from core.service_hours import SupportHours, deadline, is_open, windows_between

YEAR = 365  # days
A_DAY = dt.timedelta(days=1)
MIDWEEK = (1, 2, 3)  # Tuesday to Thursday
REPLY_MINUTES = 60
"""So long they are taken to work on an answer; it is said on the page."""


@dataclass(frozen=True)
class SharedDay:
    """One of our working days: minutes that we work, minutes that they work as well, and the first and last
    shared moment on our clock (None without any)."""

    day: dt.date
    ours: int
    shared: int
    first: dt.time | None = None
    last: dt.time | None = None


@dataclass(frozen=True)
class Spell:
    """A stretch of the year in which usual days look the same: between two changes of a clock."""

    first_on: dt.date
    last_on: dt.date
    shared: int
    first: dt.time | None
    last: dt.time | None


@dataclass(frozen=True)
class Overlap:
    """The year. Minutes; `usual` is the most frequent day, of two the one with fewer minutes."""

    days: tuple[SharedDay, ...]
    ours: int
    usual: int
    least: int
    most: int
    without: tuple[SharedDay, ...]

    @property
    def average(self) -> Fraction:
        """Minutes shared on a day of ours, holidays of theirs included."""
        return Fraction(sum(day.shared for day in self.days), len(self.days) or 1)

    @property
    def share(self) -> Fraction:
        """The part of our working time, 0 to 1, in which they work too."""
        whole = sum(day.ours for day in self.days)
        return Fraction(sum(day.shared for day in self.days), whole) if whole else Fraction(0)

    def distribution(self) -> list[tuple[int, int]]:
        """(minutes shared, number of days), the most minutes first."""
        return sorted(Counter(day.shared for day in self.days).items(), reverse=True)


def overlap(ours: SupportHours, theirs: SupportHours, first_on: dt.date) -> Overlap:
    """The year that begins on `first_on`.

    Raises:
        ValueError: in that year we do not work at all.
    """
    days = tuple(_days(ours, theirs, first_on))
    if not days:
        raise ValueError("ours: no working day within the year")
    counts = Counter(day.shared for day in days)
    usual = min(counts, key=lambda minutes: (-counts[minutes], minutes))
    whole = Counter(day.ours for day in days)
    return Overlap(
        days=days,
        ours=max(whole, key=lambda minutes: (whole[minutes], minutes)),
        usual=usual,
        least=min(counts),
        most=max(counts),
        without=tuple(day for day in days if not day.shared),
    )


def _days(ours: SupportHours, theirs: SupportHours, first_on: dt.date) -> Iterator[SharedDay]:
    """Each of our working days; a window over midnight belongs to the day on which it opens."""
    start = dt.datetime.combine(first_on, dt.time(), ours.zone)
    end = dt.datetime.combine(first_on + YEAR * A_DAY, dt.time(), ours.zone)
    mine = _by_day(list(windows_between(ours, start, end)), ours)
    # Somebody's night shift may have begun the day before.
    other = list(windows_between(theirs, start - A_DAY, end + A_DAY))
    place = 0
    for day, opens, closes in mine:
        while place < len(other) and other[place][1] <= opens:
            place += 1
        shared = _shared(opens, closes, other, place)
        minutes = sum(_minutes(begin, stop) for begin, stop in shared)
        clock = [moment.astimezone(ours.zone).time() for pair in shared for moment in pair]
        first, last = (clock[0], clock[-1]) if minutes else (None, None)
        yield SharedDay(day, _minutes(opens, closes), minutes, first, last)


Window = tuple[dt.datetime, dt.datetime]


def _by_day(
    windows: Sequence[Window], hours: SupportHours
) -> list[tuple[dt.date, dt.datetime, dt.datetime]]:
    """With their days on our clock; round the clock is cut at midnight."""
    found = []
    for opens, closes in windows:
        day = opens.astimezone(hours.zone).date()
        if not hours.round_clock:
            found.append((day, opens, closes))
            continue
        while opens < closes:
            midnight = dt.datetime.combine(day + A_DAY, dt.time(), hours.zone)
            stop = min(closes, midnight.astimezone(dt.UTC))
            found.append((day, opens, stop))
            day, opens = day + A_DAY, stop
    return found


def _shared(
    opens: dt.datetime, closes: dt.datetime, other: Sequence[Window], place: int
) -> list[Window]:
    found = []
    for start, end in other[place:]:
        if start >= closes:
            break
        begin, stop = max(start, opens), min(end, closes)
        if begin < stop:
            found.append((begin, stop))
    return found


def _minutes(start: dt.datetime, end: dt.datetime) -> int:
    return round((end - start).total_seconds()) // 60


def spells(found: Overlap) -> list[Spell]:
    """The year in stretches of equal days; days without anybody there are passed over.

    A single other day, such as a short one, does not break a stretch: only what lasts two days does.
    """
    runs: list[list[SharedDay]] = []
    for day in (day for day in found.days if day.shared):
        if runs and _alike(runs[-1][-1], day):
            runs[-1].append(day)
        else:
            runs.append([day])
    kept = [run for run in runs if len(run) > 1] or runs
    joined: list[list[SharedDay]] = []
    for run in kept:
        if joined and _alike(joined[-1][-1], run[0]):
            joined[-1] += run
        else:
            joined.append(list(run))
    return [
        Spell(run[0].day, run[-1].day, run[0].shared, run[0].first, run[0].last) for run in joined
    ]


def _alike(one: SharedDay, two: SharedDay) -> bool:
    return (one.shared, one.first, one.last) == (two.shared, two.first, two.last)


@dataclass(frozen=True)
class Reply:
    """A question and what becomes of it, as moments on our clock: written in their hours, read in ours.
    `waits` are days of ours that begin in between."""

    asked: dt.datetime
    answered: dt.datetime
    read: dt.datetime

    @property
    def waits(self) -> int:
        return (self.read.date() - self.asked.date()).days


def reply(
    asked: dt.datetime, ours: SupportHours, theirs: SupportHours, minutes: int = REPLY_MINUTES
) -> Reply:
    """When the answer to a question is there that takes them so many minutes of their working time.

    Raises:
        ValueError: one side does not work within ten years.
    """
    answered = deadline(asked, minutes, theirs)
    read = answered if is_open(answered, ours) else deadline(answered, 0, ours)
    zone = ours.zone
    return Reply(asked.astimezone(zone), answered.astimezone(zone), read.astimezone(zone))


def replies(
    ours: SupportHours, theirs: SupportHours, day: dt.date, minutes: int = REPLY_MINUTES
) -> list[Reply]:
    """For questions that we ask through our working day on or after `day`: at its start, then every two hours."""
    start = dt.datetime.combine(day, dt.time(), ours.zone)
    opens, closes = next(iter(windows_between(ours, start, start + 60 * A_DAY)), (None, None))
    if opens is None or closes is None:
        return []
    found: list[Reply] = []
    asked = opens
    while asked < closes and len(found) < 12:
        found.append(reply(asked, ours, theirs, minutes))
        asked += dt.timedelta(hours=2)
    return found


def usual_day(found: Overlap) -> dt.date:
    """A day like most: one with the usual hours in the middle of the week, if there is one."""
    usual = [day.day for day in found.days if day.shared == found.usual]
    return next((day for day in usual if day.weekday() in MIDWEEK), usual[0])


# Anchors --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Suggestion:
    """What the hours alone say by the standard anchors: `mark` is the highest that fits them."""

    mark: int
    sentence: str


def suggestion(found: Overlap) -> Suggestion:
    """By the average day, so that their holidays and changes of the clocks count.

    Hours alone never say more than 3: a 4 or 5 asks for clear answers and openness too.
    """
    hours = f"shares {hours_text(found.average)} of your {hours_text(found.ours)} hours"
    share = found.share
    if share == 0:
        return Suggestion(0, f"{hours}: by the standard anchors not more than a 0 fits.")
    if share < Fraction(1, 4):
        return Suggestion(1, f"{hours}: by the standard anchors not more than a 1 fits.")
    if share < Fraction(1, 2):
        return Suggestion(2, f"{hours}: by the standard anchors a 2 fits.")
    return Suggestion(
        3, f"{hours}: by the standard anchors a 3 fits; more depends on how they talk to you."
    )


def hours_text(minutes: int | Fraction) -> str:
    """ "5.5" for 330 minutes; one decimal at most."""
    tenths = round(Fraction(minutes) / 6)
    return f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
