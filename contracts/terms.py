"""When a contract's term ends, whether it renews, and until when notice counts. Pure; days are arguments.

The last day of a term is not part of these numbers: `term_ends_on` is the first day that the contract
no longer covers. Months are always counted from the start, never step by step, and clamped to the end
of a short month: a contract from 31 January renews on 29 February and on 31 March.
"""

import calendar
import datetime as dt
from collections.abc import Container
from dataclasses import dataclass

NONE, AUTOMATIC, BY_AGREEMENT, EVERGREEN = "none", "automatic", "by_agreement", "evergreen"
RENEWAL_MODES = (NONE, AUTOMATIC, BY_AGREEMENT, EVERGREEN)
DAYS, MONTHS, BUSINESS_DAYS = "days", "months", "business_days"
NOTICE_UNITS = (DAYS, MONTHS, BUSINESS_DAYS)
MOST_MONTHS = 1200
MOST_NOTICE = {DAYS: 3660, MONTHS: 120, BUSINESS_DAYS: 2600}
_SATURDAY = 5

Holidays = Container[dt.date]


@dataclass(frozen=True)
class Term:
    """Where a contract stands on one day.

    `notice_arrives_by`: notice that arrives on that day still ends the contract on `term_ends_on`.
    `committed_until`: until when we are bound if nothing is done from this day on.
    """

    term_ends_on: dt.date
    renewals_so_far: int
    notice_arrives_by: dt.date
    notice_still_possible: bool
    ended: bool
    committed_until: dt.date


@dataclass(frozen=True)
class Rule:
    """What was agreed about term, renewal and notice; as `current_term` takes it.

    `notice` None: not said yet. `notice_earliest`: notice may arrive so many units before the end at
    the earliest; None: at any time. `postal_days`: business days that it travels.
    """

    start_on: dt.date
    initial_months: int
    renewal_mode: str
    renewal_months: int = 0
    notice: int | None = None
    notice_unit: str = DAYS
    notice_earliest: int | None = None
    postal_days: int = 0


@dataclass(frozen=True)
class Deadline:
    """The next end of a term that notice can still reach, and what it takes.

    Notice that arrives between `arrives_from` (None: from any day on) and `arrives_by` ends the contract
    on `ends_on`; sent by `send_by` it is there in time. Else the contract runs until `committed_until`.
    """

    ends_on: dt.date
    arrives_from: dt.date | None
    arrives_by: dt.date
    send_by: dt.date
    committed_until: dt.date


def current_term(
    *,
    start_on: dt.date,
    initial_months: int,
    renewal_mode: str,
    renewal_months: int,
    notice: int,
    notice_unit: str,
    today: dt.date,
    holidays: Holidays = (),
) -> Term:
    """The term that runs on `today`, or the last one if the contract has ended.

    - none, by_agreement: ends after the initial term; an agreed renewal is an amendment.
    - automatic: renews for `renewal_months` again and again unless notice arrives in time.
    - evergreen: runs on after the initial term and can be ended at any time with notice, so
      `term_ends_on` is the first day on which it can end if notice arrives today.

    Before `start_on` the initial term is the current one. `holidays` are days that are no business
    days besides Saturdays and Sundays.

    Raises:
        ValueError: an unknown mode or unit, months or notice out of bounds, automatic renewal
            without months, a term beyond the calendar.
    """
    _check(initial_months, renewal_mode, renewal_months, notice, notice_unit)
    initial_end = add_months(start_on, initial_months)
    if renewal_mode == EVERGREEN:
        return _evergreen(initial_end, notice, notice_unit, today, holidays)
    renewals = 0
    if renewal_mode == AUTOMATIC:
        renewals = _renewals(start_on, initial_months, renewal_months, today)
    ends_on = add_months(start_on, initial_months + renewals * renewal_months)
    arrives_by = before(ends_on, notice, notice_unit, holidays)
    ended = renewal_mode != AUTOMATIC and today >= ends_on
    if renewal_mode == AUTOMATIC:
        until = add_months(start_on, initial_months + (renewals + 1) * renewal_months)
    else:
        until = ends_on
    return Term(ends_on, renewals, arrives_by, not ended and today <= arrives_by, ended, until)


def term_on(rule: Rule, today: dt.date, holidays: Holidays = ()) -> Term:
    """`current_term` of a rule; a notice that is not said yet counts as none."""
    return current_term(
        start_on=rule.start_on,
        initial_months=rule.initial_months,
        renewal_mode=rule.renewal_mode,
        renewal_months=rule.renewal_months,
        notice=rule.notice or 0,
        notice_unit=rule.notice_unit or DAYS,
        today=today,
        holidays=holidays,
    )


def next_deadline(rule: Rule, today: dt.date, holidays: Holidays = ()) -> Deadline | None:
    """The next day by which notice has to arrive, seen from `today`.

    None if there is none: the contract does not renew by itself, can be ended at any time, or its
    notice is not said yet. If it is too late for the term that runs, it is the deadline of a later one.

    Raises:
        ValueError: as `current_term`.
    """
    if rule.renewal_mode != AUTOMATIC or rule.notice is None:
        return None
    # Without a notice period it may still arrive on the day on which the next term begins.
    count = max(0, term_on(rule, today, holidays).renewals_so_far - 1)
    while (arrives_by := _arrives_by(rule, count, holidays)) < today:
        count += 1
    ends_on = _end(rule, count)
    earliest = rule.notice_earliest
    return Deadline(
        ends_on=ends_on,
        arrives_from=None
        if earliest is None
        else before(ends_on, earliest, rule.notice_unit, holidays),
        arrives_by=arrives_by,
        send_by=send_by(arrives_by, rule.postal_days, holidays=holidays),
        committed_until=_end(rule, count + 1),
    )


def end_by_notice(rule: Rule, arrives_on: dt.date, holidays: Holidays = ()) -> dt.date:
    """On which day the contract ends if notice arrives on `arrives_on`; one that is late for the term
    that runs ends a later one."""
    deadline = next_deadline(rule, arrives_on, holidays)
    return deadline.ends_on if deadline else term_on(rule, arrives_on, holidays).term_ends_on


def too_early(rule: Rule, arrives_on: dt.date, holidays: Holidays = ()) -> dt.date | None:
    """The first day on which notice counts, if on `arrives_on` it would not yet."""
    deadline = next_deadline(rule, arrives_on, holidays)
    first = deadline.arrives_from if deadline else None
    return first if first and arrives_on < first else None


def renewals(rule: Rule, until: dt.date) -> list[dt.date]:
    """The days up to `until` on which the contract renews by itself, the first ones first."""
    days: list[dt.date] = []
    if rule.renewal_mode != AUTOMATIC:
        return days
    while (day := _end(rule, len(days))) <= until:
        days.append(day)
    return days


def _end(rule: Rule, count: int) -> dt.date:
    """The end of the term after so many renewals."""
    return add_months(rule.start_on, rule.initial_months + count * rule.renewal_months)


def _arrives_by(rule: Rule, count: int, holidays: Holidays) -> dt.date:
    return before(_end(rule, count), rule.notice or 0, rule.notice_unit, holidays)


def _evergreen(
    initial_end: dt.date, notice: int, unit: str, today: dt.date, holidays: Holidays
) -> Term:
    ends_on = max(initial_end, after(today, notice, unit, holidays))
    arrives_by = max(today, before(initial_end, notice, unit, holidays))
    return Term(ends_on, 0, arrives_by, True, False, ends_on)


def _renewals(start_on: dt.date, initial: int, renewal: int, today: dt.date) -> int:
    """How many renewals began until `today`; the fewest after which the term ends later than today."""
    months = (today.year - start_on.year) * 12 + today.month - start_on.month
    count = max(0, (months - initial) // renewal - 1)  # not beyond the right one: the day may lack
    while add_months(start_on, initial + count * renewal) <= today:
        count += 1
    return count


# Counting -------------------------------------------------------------------------------------------


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later (earlier if negative), or that month's last day."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise ValueError("months: the term leaves the calendar")
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def before(day: dt.date, notice: int, unit: str, holidays: Holidays = ()) -> dt.date:
    """The last day on which notice may arrive so that `notice` units lie between it and `day`."""
    return _move(day, -notice, unit, holidays)


def after(day: dt.date, notice: int, unit: str, holidays: Holidays = ()) -> dt.date:
    """The first day on which a contract ends whose notice arrives on `day`: three months from
    30 November are 28 or 29 February."""
    return _move(day, notice, unit, holidays)


def _move(day: dt.date, count: int, unit: str, holidays: Holidays) -> dt.date:
    if unit == MONTHS:
        return add_months(day, count)
    if unit == DAYS:
        return day + dt.timedelta(days=count)
    step = dt.timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_business_day(day, holidays)
    return day


def is_business_day(day: dt.date, holidays: Holidays = ()) -> bool:
    """Monday to Friday, and no holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def send_by(
    arrives_by: dt.date, postal_days: int, *, on_business_day: bool = True, holidays: Holidays = ()
) -> dt.date:
    """The last safe day to send notice: it then travels `postal_days` business days and arrives in time.

    With `on_business_day` the day of sending is one itself, since nobody takes a registered letter
    on a Sunday. Nor is one delivered then: it has to arrive on a business day.
    """
    day = arrives_by
    while (postal_days or on_business_day) and not is_business_day(day, holidays):
        day -= dt.timedelta(days=1)
    return _move(day, -postal_days, BUSINESS_DAYS, holidays)


def _check(initial: int, mode: str, renewal: int, notice: int, unit: str) -> None:
    if mode not in RENEWAL_MODES:
        raise ValueError(f"renewal_mode: expected one of {', '.join(RENEWAL_MODES)}, got {mode!r}")
    if unit not in NOTICE_UNITS:
        raise ValueError(f"notice_unit: expected one of {', '.join(NOTICE_UNITS)}, got {unit!r}")
    if not 1 <= initial <= MOST_MONTHS:
        raise ValueError(f"initial_months: expected 1 to {MOST_MONTHS}, got {initial}")
    if mode == AUTOMATIC and not 1 <= renewal <= MOST_MONTHS:
        raise ValueError(f"renewal_months: expected 1 to {MOST_MONTHS}, got {renewal}")
    if not 0 <= notice <= MOST_NOTICE[unit]:
        raise ValueError(f"notice: expected 0 to {MOST_NOTICE[unit]} {unit}, got {notice}")
