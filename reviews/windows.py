"""In which windows a service level is measured, and which version of it counts in each. Pure.

Windows are months, quarters or years of the fiscal calendar. A window is judged by the promise with
which it began: an amendment inside it counts from the next one on. Only a change of the window's length
cuts it, on the amendment's day. What was measured stays the window that it was when the fiscal year is
moved, and what is left of the new ones is measured beside it: no day is measured twice.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from contracts.level_words import Level
from core.periods import A_DAY, Period, clipped, left_of, period_of, periods_between


class Span(NamedTuple):
    """One version of a promise: from `from_on` to the day before `until_on` (None: no end)."""

    level: Level
    from_on: dt.date
    until_on: dt.date | None


class Window(NamedTuple):
    """One window of a promise. `first_on` to `last_on` is the window; of it only `counts` lies inside the
    contract."""

    level: Level
    first_on: dt.date
    last_on: dt.date
    counts: Period

    @property
    def is_whole(self) -> bool:
        return self.counts == Period(self.first_on, self.last_on)

    def is_over(self, today: dt.date) -> bool:
        return self.counts.last_on < today

    def has_begun(self, today: dt.date) -> bool:
        return self.counts.first_on <= today


def windows_of(
    spans: Sequence[Span],
    fiscal_month: int,
    first_on: dt.date,
    last_on: dt.date,
    measured: Iterable[Period] = (),
) -> list[Window]:
    """The windows of one promise from `first_on`, the contract's first day, until the one with
    `last_on`, its last day or another far enough; in order. `spans` in the order of their days,
    `measured` the windows that have a value."""
    measured = list(measured)
    runs = list(_runs([span for span in spans if span.until_on != span.from_on]))
    found: list[Window] = []
    for at, run in enumerate(runs):
        before = at > 0 and runs[at - 1][-1].until_on == run[0].from_on
        after = at + 1 < len(runs) and runs[at + 1][0].from_on == run[-1].until_on
        found += _windows_of_run(run, fiscal_month, (first_on, last_on), (before, after), measured)
    return found


def _runs(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Versions that follow each other with windows of the same length."""
    run: list[Span] = []
    for span in spans:
        joins = run and run[-1].until_on == span.from_on
        if not joins or run[-1].level.window != span.level.window:
            if run:
                yield run
            run = []
        run.append(span)
    if run:
        yield run


def _windows_of_run(
    run: Sequence[Span],
    fiscal_month: int,
    bounds: tuple[dt.date, dt.date],
    cut: tuple[bool, bool],
    measured: Iterable[Period],
) -> Iterator[Window]:
    """`cut`: whether windows of another length stand right before it, and right after it."""
    low, high = max(run[0].from_on, bounds[0]), bounds[1]
    until_on = run[-1].until_on
    if until_on:
        high = min(high, until_on - A_DAY)
    every = run[0].level.window
    for whole in _laid_out(Period(low, high), every, fiscal_month, measured):
        start = max(whole.first_on, run[0].from_on) if cut[0] else whole.first_on
        end = whole.last_on
        if cut[1] and until_on:
            end = min(end, until_on - A_DAY)
        counts = clipped(Period(start, end), low, high)
        if counts:
            yield Window(_in_force(run, counts.first_on), start, end, counts)


def _laid_out(
    bounds: Period, every: str, fiscal_month: int, measured: Iterable[Period]
) -> list[Period]:
    """The periods that share a day with `bounds`, around what was measured by another calendar."""
    kept = sorted(
        period
        for period in measured
        if period == period_of(period.first_on, every, period.first_on.month)
        and period != period_of(period.first_on, every, fiscal_month)
        and clipped(period, *bounds)
    )
    wholes = periods_between(*bounds, every, fiscal_month)
    return sorted([*kept, *(piece for whole in wholes for piece in left_of(whole, kept))])


def _in_force(run: Sequence[Span], day: dt.date) -> Level:
    return [span for span in run if span.from_on <= day][-1].level
