"""Reading the watched days for the calendar: a month of them, a list of them, and their state in words."""

import calendar as weeks
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from accounts.models import Organization
from activity.kinds import Kind, kind_of
from activity.models import WatchedDate

# Once missed they cost a year: Owners see all of them, and on Home each kind has its own places.
DECISIVE = ("contract.notice", "renewal.decide")
MOST_A_DAY = 4
AHEAD = 90
MOST_OVERDUE = 1_000
FIRST_YEAR, LAST_YEAR = 1990, 2199
OPEN, SNOOZED, SETTLED, ANY = "", "snoozed", "settled", "all"
MINE = "me"


@dataclass(frozen=True)
class Entry:
    """A watched day as lists show it; `state` is (kind of badge, words)."""

    row: WatchedDate
    kind: Kind
    state: tuple[str, str]


@dataclass(frozen=True)
class MonthDay:
    """One cell of the month: the first few entries, and how many more there are."""

    on: dt.date
    inside: bool
    is_today: bool
    entries: list[Entry] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Month:
    first: dt.date
    weeks: list[list[MonthDay]]
    previous: dt.date | None
    next: dt.date | None

    @property
    def total(self) -> int:
        """Of the days of this month itself."""
        days = [day for week in self.weeks for day in week if day.inside]
        return sum(len(day.entries) + day.more for day in days)


def month_of(text: str, today: dt.date) -> dt.date:
    """The first day of the month written as 2026-12; of this one, if that is none."""
    year, _, month = text.partition("-")
    if len(text) == 7 and year.isdecimal() and month.isdecimal():
        wanted = int(year), int(month)
        if FIRST_YEAR <= wanted[0] <= LAST_YEAR and 1 <= wanted[1] <= 12:
            return dt.date(*wanted, 1)
    return today.replace(day=1)


def step(first: dt.date, months: int) -> dt.date | None:
    """The first day of the month before or after; None where the calendar ends."""
    count = first.year * 12 + first.month - 1 + months
    year, month = divmod(count, 12)
    return dt.date(year, month + 1, 1) if FIRST_YEAR <= year <= LAST_YEAR else None


def narrowed(organization: Organization, *, kind: str = "", person: int | None = None) -> Any:
    """The organization's watched days of one kind and of one responsible person, if that is asked."""
    rows = organization.watcheddate_set.all()
    rows = rows.filter(kind=kind) if kind else rows
    return rows.filter(responsible_id=person) if person else rows


def in_state(rows: Any, state: str, today: dt.date) -> Any:
    """Open ones (with those that are put off), only those put off, settled ones, or all."""
    if state == ANY:
        return rows
    if state == SETTLED:
        return rows.exclude(settled_at=None)
    return rows.open().filter(snoozed_until_on__gt=today) if state == SNOOZED else rows.open()


def until_day(until: str, today: dt.date) -> dt.date | None:
    """The last day of the list: 90 days ahead, so many as asked, or None for no end."""
    if until == ANY:
        return None
    return today + dt.timedelta(days=int(until) if until.isdecimal() else AHEAD)


def read_month(rows: Any, first: dt.date, today: dt.date) -> Month:
    """The weeks of a month from Monday on, in two queries however many days are watched."""
    grid = weeks.Calendar(firstweekday=weeks.MONDAY).monthdatescalendar(first.year, first.month)
    rows = rows.filter(due_on__gte=grid[0][0], due_on__lte=grid[-1][-1])
    counts = dict(rows.order_by().values_list("due_on").annotate(n=Count("*")))
    place = Window(RowNumber(), partition_by=[F("due_on")], order_by=[F("pk").asc()])
    shown = rows.annotate(place=place).filter(place__lte=MOST_A_DAY)
    by_day: dict[dt.date, list[Entry]] = defaultdict(list)
    for row in shown.soonest_first():
        by_day[row.due_on].append(entry(row, today))
    return Month(
        first=first,
        weeks=[[_day(on, first, today, by_day, counts) for on in week] for week in grid],
        previous=step(first, -1),
        next=step(first, 1),
    )


def _day(
    on: dt.date,
    first: dt.date,
    today: dt.date,
    by_day: dict[dt.date, list[Entry]],
    counts: dict[dt.date, int],
) -> MonthDay:
    entries = by_day.get(on, [])
    return MonthDay(
        on=on,
        inside=on.month == first.month,
        is_today=on == today,
        entries=entries,
        more=counts.get(on, 0) - len(entries),
    )


def overdue_count(rows: Any, today: dt.date) -> int:
    """How many open ones are past, counted to a limit."""
    late = rows.open().filter(due_on__lt=today).order_by()
    return int(late.values("organization_id")[:MOST_OVERDUE].count())


def entry(row: WatchedDate, today: dt.date) -> Entry:
    """The row with its kind and state in words."""
    return Entry(row, kind_of(row.kind), state_of(row, today))


def state_of(row: WatchedDate, today: dt.date) -> tuple[str, str]:
    """(kind of badge, words): settled, overdue, put off, due today, or ahead."""
    if row.settled_at:
        return "ok", "Settled"
    if row.due_on < today:
        return "bad", "Overdue"
    if row.snoozed_until_on and row.snoozed_until_on > today:
        return "neutral", "Put off"
    if row.due_on == today:
        return "warn", "Today"
    return "info", "Ahead"


def for_home(rows: Any, member_id: int, today: dt.date, *, all_decisive: bool) -> Any:
    """Open days that need somebody within 90 days (AHEAD), soonest first: their own; for Owners also every
    decisive day, what is overdue, and what nobody is responsible for. What is put off is left out."""
    asked = Q(responsible_id=member_id)
    if all_decisive:
        asked |= Q(kind__in=DECISIVE) | Q(due_on__lt=today) | Q(responsible=None)
    awake = Q(snoozed_until_on=None) | Q(snoozed_until_on__lte=today)
    soon = rows.open().filter(due_on__lte=today + dt.timedelta(days=AHEAD))
    return soon.filter(awake).filter(asked).soonest_first()
