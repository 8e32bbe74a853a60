"""When so many misses of one service level start a corrective action. Pure.

A rule says "k misses in n windows". Windows are those of the calendar: one that was not measured is
neither kept nor missed, and still one of the n. What has started an action once doesn't count again.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

MOST_WINDOWS = 36


class Window(NamedTuple):
    """One window of a service level: its first day, and whether the level was kept in it (None: not
    measured, or it can't be told)."""

    first_on: dt.date
    met: bool | None


class Started(NamedTuple):
    """What a `rule_key` says: which rule, which promise (lineage of the level), by which window."""

    rule_id: int
    lineage: uuid.UUID
    first_on: dt.date


def comes_true(
    windows: Sequence[Window], misses: int, last: int, counted_until_on: dt.date | None = None
) -> dt.date | None:
    """The first day of the newest missed window if the `last` newest windows hold `misses` misses, else None.

    `windows` are all windows in a row, in any order, one for each window of the calendar. Misses up to
    the window that begins on `counted_until_on` started something already. ValueError unless
    1 <= misses <= last.
    """
    if not 1 <= misses <= last:
        raise ValueError(f"{misses} misses in {last} windows can't come true")
    newest = sorted(windows, reverse=True)[:last]
    missed = [
        window.first_on
        for window in newest
        if window.met is False and (counted_until_on is None or window.first_on > counted_until_on)
    ]
    return missed[0] if len(missed) >= misses else None


def write_key(started: Started) -> str:
    """ "7:<lineage>:2026-03-01", for CorrectiveAction.rule_key (at most 120 characters)."""
    return f"{started.rule_id}:{started.lineage}:{started.first_on}"


def read_key(key: str) -> Started:
    """The other way round. ValueError if it is no such key."""
    rule_id, lineage, first_on = key.split(":")
    return Started(int(rule_id), uuid.UUID(lineage), dt.date.fromisoformat(first_on))


def in_words(misses: int, last: int) -> str:
    """ "2 misses in 3 windows", "each miss"."""
    if misses == last == 1:
        return "each miss"
    many = "1 miss" if misses == 1 else f"{misses} misses"
    return f"{many} in {last} windows" if misses < last else f"{misses} misses in a row"
