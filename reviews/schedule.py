"""Which periods of a contract are reviewed, and when each review is due. Pure.

A review covers a whole period of the fiscal calendar, even where the contract begins or ends inside it;
`part` is what the contract ran of it. Once a plan changes, what is kept of the old one stays as it is,
and the new periods cover what is left: no day is reviewed twice, and none is left out.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core.periods import A_DAY, Period, clipped, left_of, period_of, periods_between


@dataclass(frozen=True)
class Timetable:
    """How often a contract is reviewed and from when on.

    `first_on` lies in the first period that is reviewed, which is reviewed as a whole; but what is cut off
    before it by reviews that are kept is not. A review is due `due_days` after the last day
    that it looks at. The contract runs from `starts_on`; on `over_on` (None: no end) it is over already.
    """

    every: str
    first_on: dt.date
    due_days: int
    starts_on: dt.date
    over_on: dt.date | None = None
    fiscal_month: int = 1

    @property
    def last_on(self) -> dt.date | None:
        """The last day of the contract."""
        return self.over_on - A_DAY if self.over_on else None

    def period_of(self, day: dt.date) -> Period:
        """The whole period that `day` lies in."""
        return period_of(day, self.every, self.fiscal_month)

    def part(self, period: Period) -> Period | None:
        """What the contract runs of this period; None: nothing."""
        return clipped(period, self.starts_on, self.last_on)

    def due_on(self, period: Period) -> dt.date:
        """When the review of this period is due."""
        looked_at = self.part(period) or period
        return looked_at.last_on + dt.timedelta(days=self.due_days)


def first_period(timetable: Timetable, today: dt.date) -> Period:
    """Where reviews begin when nobody says otherwise: now, or with the contract if that starts later."""
    return timetable.period_of(max(today, timetable.starts_on))


def begun(timetable: Timetable, kept: Iterable[Period], today: dt.date) -> list[Period]:
    """The periods that need a review by `today` besides those that are `kept`, in order.

    A period needs one from its first day in the contract on.
    """
    last = min(today, timetable.last_on or today)
    first = timetable.period_of(timetable.first_on).first_on
    spans = sorted(kept)
    found = []
    for whole in periods_between(first, last, timetable.every, timetable.fiscal_month):
        for piece in left_of(whole, spans):
            part = timetable.part(piece)
            if part and part.first_on <= today and piece.last_on >= timetable.first_on:
                found.append(piece)
    return found


def coming(timetable: Timetable, reviewed: Iterable[Period], today: dt.date) -> Period | None:
    """The next period that will need a review once all that have begun are `reviewed`; None: the
    contract is over before one begins."""
    spans = sorted(reviewed)
    first = timetable.period_of(timetable.first_on).first_on
    start = max(first, timetable.starts_on, today + A_DAY)
    for span in spans:
        if start in span:
            start = span.last_on + A_DAY
    if timetable.last_on and start > timetable.last_on:
        return None
    return next(piece for piece in left_of(timetable.period_of(start), spans) if start in piece)


def appears_on(timetable: Timetable, period: Period) -> dt.date:
    """The day on which the review of this period appears: its first day in the contract."""
    return max(period.first_on, timetable.starts_on)


def before(timetable: Timetable, reviewed: Iterable[Period]) -> list[Period]:
    """The periods of the contract that had passed when its reviews began, in order."""
    first = timetable.period_of(timetable.first_on).first_on
    first = min([first, *(span.first_on for span in reviewed)])
    last = min(first - A_DAY, timetable.last_on or first)
    every, month = timetable.every, timetable.fiscal_month
    found = periods_between(timetable.starts_on, last, every, month)
    return [period for period in found if period.last_on < first]
