"""A transition plan on a day: what is done, late, or waits for something else. Pure; days are arguments."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DONE, TO_ACCEPT, LATE, WAITS, OPEN = "done", "to_accept", "late", "waits", "open"


@dataclass(frozen=True)
class Task:
    """One task. `after` holds the keys of tasks that have to be done first.

    With `needs_acceptance` it is finished only once it was accepted; else when it was done.
    """

    key: int
    due_on: dt.date
    starts_on: dt.date | None = None
    done_on: dt.date | None = None
    accepted: bool = False
    needs_acceptance: bool = False
    after: tuple[int, ...] = ()

    @property
    def finished(self) -> bool:
        return self.accepted or (self.done_on is not None and not self.needs_acceptance)


@dataclass(frozen=True)
class Standing:
    """Where a task stands on a day.

    `days_late` counts days after the due day, of an unfinished task up to today, of a done one up to
    the day on which it was done. `waits_for` are unfinished tasks before it; `due_before` those that
    are due later than it is, which can't work out.
    """

    state: str
    days_late: int
    waits_for: tuple[int, ...]
    due_before: tuple[int, ...]


def standings(tasks: Iterable[Task], today: dt.date) -> dict[int, Standing]:
    """Each task's standing on `today`, by its key. Keys in `after` that are no task are left out."""
    known = {task.key: task for task in tasks}
    return {task.key: _standing(task, known, today) for task in known.values()}


def _standing(task: Task, known: Mapping[int, Task], today: dt.date) -> Standing:
    earlier = [known[key] for key in task.after if key in known]
    waits_for = tuple(one.key for one in earlier if not one.finished and not task.finished)
    due_before = tuple(one.key for one in earlier if one.due_on > task.due_on)
    last = task.done_on or today
    late = max(0, (last - task.due_on).days)
    return Standing(_state(task, late, bool(waits_for)), late, waits_for, due_before)


def _state(task: Task, late: int, waits: bool) -> str:
    if task.finished:
        return DONE
    if task.done_on:
        return TO_ACCEPT
    if late:
        return LATE
    return WAITS if waits else OPEN


def makes_circle(
    orders: Mapping[int, Iterable[int]], task: int, earlier: Iterable[int]
) -> int | None:
    """A task among `earlier` that itself has to wait for `task`, or None.

    `orders` are the orders so far: {task: tasks before it}. Those of `task` itself are replaced.
    """
    for first in earlier:
        seen: set[int] = set()
        todo = [first]
        while todo:
            key = todo.pop()
            if key == task:
                return first
            if key not in seen:
                seen.add(key)
                todo.extend(orders.get(key, ()))
    return None


@dataclass(frozen=True)
class Progress:
    """How far it is: tasks finished of all, late ones, and the last day of the plan (None: no task)."""

    finished: int
    total: int
    late: int
    ends_on: dt.date | None

    @property
    def is_done(self) -> bool:
        return self.total > 0 and self.finished == self.total


def progress(tasks: Iterable[Task], today: dt.date) -> Progress:
    """Counted over all tasks. One that was done late is not late any more."""
    rows = list(tasks)
    found = standings(rows, today).values()
    return Progress(
        finished=sum(one.state == DONE for one in found),
        total=len(rows),
        late=sum(one.state == LATE for one in found),
        ends_on=max((task.due_on for task in rows), default=None),
    )
