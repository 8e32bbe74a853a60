"""In words and money: until when we are bound, and by when to say no. Pure.

“Last safe day: Mon 29 April. If you do nothing you commit to €14,832 until 1 August 2025.”
How days and money are written is the caller's: `write_day`, `write_money`.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

WriteDay = Callable[[dt.date], str]
WriteMoney = Callable[[Decimal], str]
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Outlook(StrEnum):
    """What lies ahead of a contract if nothing is done."""

    UNKNOWN = "unknown"  # the term is not said yet
    RENEWS = "renews"
    RUNS_ON = "runs_on"
    ENDS = "ends"
    NEEDS_AGREEMENT = "needs_agreement"
    NOTICE_GIVEN = "notice_given"
    TERMINATED = "terminated"
    OVER = "over"


@dataclass(frozen=True)
class Commitment:
    """Where we stand on `today`. Days as in terms.py; `at_stake` None: not known.

    `ends_on`: the end of the term that notice can still reach, or the day on which it is over.
    `until_on`, `at_stake`: what doing nothing commits to beyond `ends_on`, and until when.
    `too_late_for`: the end of the term that runs, if notice can't reach it any more.
    """

    outlook: Outlook
    today: dt.date
    ends_on: dt.date | None = None
    send_by: dt.date | None = None
    arrives_from: dt.date | None = None
    arrives_by: dt.date | None = None
    until_on: dt.date | None = None
    at_stake: Decimal | None = None
    too_late_for: dt.date | None = None


def sentence(found: Commitment, *, write_day: WriteDay, write_money: WriteMoney) -> str:
    """The one sentence that stands on top, or two."""
    if found.outlook == Outlook.RENEWS:
        return _renews(found, write_day, write_money)
    if found.ends_on is None:
        return "When it ends is not known yet: start, term and renewal have to be filled in."
    day = write_day(found.ends_on)
    if found.outlook == Outlook.UNKNOWN:
        return f"It runs until {day} at least. How much notice ends it is not said yet."
    if found.outlook == Outlook.OVER:
        return f"It ended on {day}."
    if found.outlook == Outlook.TERMINATED:
        return f"It is terminated and ends on {day}."
    if found.outlook == Outlook.NOTICE_GIVEN:
        return f"Notice is given; it ends on {day}."
    if found.outlook == Outlook.NEEDS_AGREEMENT:
        return f"It ends on {day} unless both sides agree before to go on."
    if found.outlook == Outlook.RUNS_ON:
        return f"It runs on until somebody gives notice; if notice arrives today, it ends on {day}."
    return f"It ends on {day} by itself."


def _renews(found: Commitment, write_day: WriteDay, write_money: WriteMoney) -> str:
    if found.ends_on is None or found.until_on is None:
        return "When it renews is not known yet: start, term and renewal have to be filled in."
    stake = _stake(found, found.until_on, write_day, write_money)
    if found.arrives_by is None or found.send_by is None:
        return (
            f"It renews by itself on {write_day(found.ends_on)}. {stake}"
            " How much notice is needed is not said yet."
        )
    if found.today > found.send_by:
        arrives = with_weekday(found.arrives_by, write_day)
        return f"By post it is too late: notice must arrive by {arrives}. {stake}"
    return f"Last safe day: {with_weekday(found.send_by, write_day)}. {stake}"


def _stake(
    found: Commitment, until_on: dt.date, write_day: WriteDay, write_money: WriteMoney
) -> str:
    until = write_day(until_on)
    if found.at_stake is None:
        return f"If you do nothing you are bound until {until}; what that costs is not known yet."
    return f"If you do nothing you commit to {write_money(found.at_stake)} until {until}."


def too_late(found: Commitment, *, write_day: WriteDay) -> str:
    """If notice can't end the term that runs any more: said before the sentence. "" else."""
    if found.too_late_for is None or found.ends_on is None:
        return ""
    return (
        f"It can’t be ended on {write_day(found.too_late_for)} any more: notice would be too late."
        f" It runs until {write_day(found.ends_on)} at least."
    )


def with_weekday(day: dt.date, write_day: WriteDay) -> str:
    """Mon 29 Apr 2024."""
    return f"{WEEKDAYS[day.weekday()]} {write_day(day)}"
