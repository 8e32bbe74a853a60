"""When somebody is reminded of a day: arithmetic over days, rules and the clock. Pure; no Django.

A rule is one reason to remind: "90" (days before), "overdue-1" (the day after, then weekly), "snooze-2026-05-01",
"escalation". Each has one moment: the organization's hour on its day, in its time zone. Of all moments
that have passed only the latest one counts, so a missed hour, day or week delays and never heaps up.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

USUAL_DAYS = (90, 60, 30, 7, 1)
# What is settled in days needs no word months before: it would only fill everybody's mail.
USUAL_DAYS_BY_KIND = {
    "credential.expires": (60, 30, 7),
    "credit.claim": (14, 7, 1),
    "diligence.due": (7, 1),
    "diligence.repeat": (30, 7, 0),
    "gap.due": (14, 7, 1),
    "action.check": (7, 1),
    "action.due": (7, 1),
    "pilot.end": (14, 7, 1),
    "quote.expires": (30, 7, 1),
    "proposal.deadline": (7, 1),
    "renewal.decide": (30, 14, 7, 1),
    "evaluation.due": (7, 1),
    "review.due": (7, 1, 0),
    "survey.close": (2,),
    "survey.prepare": (0,),
    "goal.due": (30, 7),
    "transition.handover": (7, 1),
    "transition.task": (7, 1),
}
# What is late now and then is no alarm yet: of these, Owners are told only so many days after the day.
ESCALATED_AFTER = {"review.due": 7}
OVERDUE_WEEKS = 26  # then the portal stops; the day stays on Home and in the calendar
ESCALATION = "escalation"
FRIDAY, SATURDAY = 4, 5
FIRST_YEAR, LAST_YEAR = 2, 9998  # outside, a day may have no moment in UTC


@dataclass(frozen=True)
class Rules:
    """When an organization is reminded of one kind of day. `days`: so many days before it, 0 the day itself.

    `hour` is 0 to 23 on the wall clock of `zone` (an IANA name). Owners are told `escalate_days` before the
    day, below 0 so many days after it; with None nobody else is told.
    """

    days: tuple[int, ...] = USUAL_DAYS
    weekly_overdue: bool = True
    quiet_weekends: bool = False
    hour: int = 8
    zone: str = "UTC"
    escalate_days: int | None = 14

    @classmethod
    def of(cls, row: Any, zone: str, kind: str = "") -> "Rules":
        """From a ReminderSettings row (None: the defaults) and the organization's time zone."""
        after = ESCALATED_AFTER.get(kind)
        if row is None:
            days = USUAL_DAYS_BY_KIND.get(kind, USUAL_DAYS)
            return cls(zone=zone, days=days, escalate_days=-after if after else cls.escalate_days)
        return cls(
            days=tuple(row.days_by_kind.get(kind, row.days)),
            weekly_overdue=row.weekly_overdue,
            quiet_weekends=row.quiet_weekends,
            hour=row.hour,
            zone=zone,
            escalate_days=-after if after and row.escalate_days is not None else row.escalate_days,
        )


class Moment(NamedTuple):
    """That `rule` reminds on the local day `on`, from the moment `at` (UTC)."""

    rule: str
    on: dt.date
    at: dt.datetime


# Moments --------------------------------------------------------------------------------------------


def local_moment(day: dt.date, rules: Rules) -> dt.datetime:
    """The organization's hour on that day, in UTC.

    An hour that a change of the clocks leaves out means the hour that it jumps to; one that comes twice, the first.
    """
    local = dt.datetime.combine(day, dt.time(rules.hour), ZoneInfo(rules.zone))
    return local.astimezone(dt.UTC)


def local_day(now: dt.datetime, rules: Rules) -> dt.date:
    """Which day it is for the organization."""
    return now.astimezone(ZoneInfo(rules.zone)).date()


@lru_cache(maxsize=4096)
def reminder_moments(
    due_on: dt.date, rules: Rules, snoozed_until_on: dt.date | None = None
) -> tuple[Moment, ...]:
    """Every moment at which the day is reminded of, in order, one for each.

    A snooze takes away all that comes before its day, and adds one reminder on it.
    """
    found = [
        *((str(days), _before(due_on, days, rules)) for days in sorted(set(rules.days))[::-1]),
        *((f"overdue-{week}", _after(due_on, week, rules)) for week in _weeks(rules)),
    ]
    if snoozed_until_on:
        snooze = _snooze_day(due_on, snoozed_until_on, rules)
        found = [(rule, day) for rule, day in found if day is not None and day > snooze]
        found = [(f"snooze-{snoozed_until_on}", snooze), *found]
    # Two that quiet weekends move to one day are one: the nearer to the day itself.
    days = {day: rule for rule, day in found if day and FIRST_YEAR <= day.year <= LAST_YEAR}
    return tuple(Moment(days[day], day, local_moment(day, rules)) for day in sorted(days))


def reminder_days(due_on: dt.date, rules: Rules) -> list[tuple[str, dt.date]]:
    """(rule, local day) of every reminder about `due_on`, in order: the worked example of the settings page."""
    return [(moment.rule, moment.on) for moment in reminder_moments(due_on, rules)]


def _weeks(rules: Rules) -> range:
    return range(1, OVERDUE_WEEKS + 1) if rules.weekly_overdue else range(0)


def _before(due_on: dt.date, days: int, rules: Rules) -> dt.date | None:
    """So many days before; with quiet weekends rather a little earlier than later."""
    day = _plus(due_on, -days)
    return _friday_before(day, rules) if day else None


def _after(due_on: dt.date, week: int, rules: Rules) -> dt.date | None:
    """The day after `due_on`, then weekly; with quiet weekends on Monday: on Friday it is not overdue yet."""
    day = _plus(due_on, 7 * week - 6)
    return _monday_after(day, rules) if day else None


def _snooze_day(due_on: dt.date, until_on: dt.date, rules: Rules) -> dt.date:
    """Never before the day that was chosen; and for a quiet weekend never later than the day itself."""
    monday = _monday_after(until_on, rules)
    return monday if monday <= due_on or until_on > due_on else until_on


def _friday_before(day: dt.date, rules: Rules) -> dt.date:
    late = max(0, day.weekday() - FRIDAY) if rules.quiet_weekends else 0
    return _plus(day, -late) or day


def _monday_after(day: dt.date, rules: Rules) -> dt.date:
    wait = 7 - day.weekday() if rules.quiet_weekends and day.weekday() >= SATURDAY else 0
    return _plus(day, wait) or day


def _plus(day: dt.date, days: int) -> dt.date | None:
    """None beyond the calendar."""
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        return None


# What is due ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Past:
    """What was sent about the day as it is now: when first and last, and whether Owners were told."""

    first_at: dt.datetime | None = None
    last_at: dt.datetime | None = None
    escalated: bool = False


def due_now(
    due_on: dt.date,
    rules: Rules,
    now: dt.datetime,
    past: Past = Past(),
    snoozed_until_on: dt.date | None = None,
) -> Moment | None:
    """The latest moment that has passed, unless somebody was reminded since; earlier ones are overtaken."""
    passed = [m for m in reminder_moments(due_on, rules, snoozed_until_on) if m.at <= now]
    if not passed or (past.last_at and past.last_at >= passed[-1].at):
        return None
    return passed[-1]


def escalation(
    due_on: dt.date, rules: Rules, past: Past, snoozed_until_on: dt.date | None = None
) -> Moment | None:
    """When Owners are told that nobody cared, if it stays so; None: never, or they were.

    At the earliest the day after somebody was first reminded, and the day after a snooze has ended.
    """
    if rules.escalate_days is None or past.escalated or past.first_at is None:
        return None
    earliest = local_day(past.first_at, rules)
    if snoozed_until_on:
        earliest = max(earliest, _snooze_day(due_on, snoozed_until_on, rules))
    day = _escalation_day(due_on, rules.escalate_days, rules)
    if day is None or day <= earliest:
        later = _plus(earliest, 1)
        day = _monday_after(later, rules) if later else None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return Moment(ESCALATION, day, local_moment(day, rules))


def _escalation_day(due_on: dt.date, days: int, rules: Rules) -> dt.date | None:
    """Before the day on the Friday before a quiet weekend, after it on the Monday after one."""
    if days >= 0:
        return _before(due_on, days, rules)
    day = _plus(due_on, -days)
    return _monday_after(day, rules) if day else None


def next_moment(
    due_on: dt.date,
    rules: Rules,
    now: dt.datetime,
    past: Past = Past(),
    snoozed_until_on: dt.date | None = None,
) -> dt.datetime | None:
    """The first moment after `now` (UTC) at which something may be due; None: nothing more ever."""
    later = [m.at for m in reminder_moments(due_on, rules, snoozed_until_on) if m.at > now]
    told = escalation(due_on, rules, past, snoozed_until_on)
    if told and told.at > now:
        later.append(told.at)
    return min(later, default=None)


# The digest -----------------------------------------------------------------------------------------


def digest_day(now: dt.datetime, rules: Rules) -> dt.date | None:
    """The local day whose digest may go out now; None before the hour and on a quiet weekend."""
    today = local_day(now, rules)
    quiet = rules.quiet_weekends and today.weekday() >= SATURDAY
    return None if quiet or now < local_moment(today, rules) else today


def next_digest_day(now: dt.datetime, rules: Rules) -> dt.date:
    """The local day of the first digest whose hour is still to come."""
    today = local_day(now, rules)
    first = today if now < local_moment(today, rules) else today + dt.timedelta(days=1)
    return _monday_after(first, rules)
