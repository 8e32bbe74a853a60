"""What the page of a contract's measurements shows: a grid of one fiscal year, sums, and charts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.level_credits import measure_of
from contracts.level_words import amount
from core import periods
from core.charts import TrendPoint
from core.periods import Period
from reviews.measured import COMING, MISSING, RUNNING, Cell, MeasuredLevel, Measures
from reviews.models import ServiceCredit

MOST_POINTS = 24


@dataclass(frozen=True)
class Slot:
    """So many months of the grid, with the windows that lie in them; none where nothing is promised."""

    span: int
    cells: list[Cell]


@dataclass(frozen=True)
class GridRow:
    """One promise over the months of the year, and its chart if there is enough for one."""

    line: MeasuredLevel
    slots: list[Slot]
    points: list[TrendPoint]

    @property
    def promised(self) -> float:
        return float(measure_of(self.line.level).promised)

    @property
    def promised_words(self) -> str:
        measure = measure_of(self.line.level)
        return amount(measure.promised, measure.unit)


@dataclass(frozen=True)
class Sheet:
    """One fiscal year of a contract: its months, a row for each promise, and what is told about all."""

    year: Period
    label: str
    months: list[Period]
    rows: list[GridRow]
    earlier_on: dt.date | None
    later_on: dt.date | None

    @property
    def kept(self) -> int:
        return sum(row.line.attainment.kept for row in self.rows)

    @property
    def measured(self) -> int:
        return sum(row.line.attainment.measured for row in self.rows)

    @property
    def missed(self) -> int:
        return self.measured - self.kept

    @property
    def missing(self) -> int:
        return sum(row.line.missing for row in self.rows)

    @property
    def credits(self) -> list[ServiceCredit]:
        """The newest window first."""
        found = [credit for row in self.rows for credit in row.line.credits]
        return sorted(found, key=lambda credit: credit.measurement.first_on, reverse=True)

    @property
    def charts(self) -> list[GridRow]:
        return [row for row in self.rows if row.points]


def sheet(measures: Measures, day: dt.date) -> Sheet:
    """The fiscal year of `day`."""
    month = measures.fiscal_month
    year = periods.period_of(day, periods.YEAR, month)
    months = list(periods.periods_between(year.first_on, year.last_on, periods.MONTH, month))
    rows = [
        GridRow(line, slots(line.cells, months), _points(line)) for line in measures.lines(year)
    ]
    earlier = periods.previous_period(year, periods.YEAR, month)
    later = periods.next_period(year, periods.YEAR, month)
    start, last_on = measures.contract.starts_on, measures.last_on
    ends = min(last_on, measures.today) if last_on else measures.today
    return Sheet(
        year=year,
        label=periods.label(year, periods.YEAR, month),
        months=months,
        rows=rows,
        earlier_on=earlier.first_on if start and start <= earlier.last_on else None,
        later_on=later.first_on if later.first_on <= ends else None,
    )


def slots(cells: Sequence[Cell], months: Sequence[Period]) -> list[Slot]:
    """The windows laid over the months; two that share a month (an amendment cut them) share a slot."""
    found: list[Slot] = []
    at = 0
    for cell in cells:
        inside = [
            n
            for n, month in enumerate(months)
            if month.first_on <= cell.window.last_on and cell.window.first_on <= month.last_on
        ]
        start, end = inside[0], inside[-1] + 1
        if start < at:
            last = found[-1]
            more = max(0, end - at)
            found[-1] = Slot(last.span + more, [*last.cells, cell])
            at += more
            continue
        if start > at:
            found.append(Slot(start - at, []))
        found.append(Slot(end - start, [cell]))
        at = end
    if at < len(months):
        found.append(Slot(len(months) - at, []))
    return found


def _points(line: MeasuredLevel) -> list[TrendPoint]:
    """The latest windows that are over, those before this year among them; none with fewer than two
    values, since that is no trend yet."""
    over = [cell for cell in [*line.earlier, *line.cells] if cell.state not in (RUNNING, COMING)]
    shown = over[-MOST_POINTS:]
    while shown and shown[0].state == MISSING:
        shown = shown[1:]
    points = [
        TrendPoint(
            cell.label,
            None if cell.row is None or cell.row.value is None else float(cell.row.value),
            missed=cell.met is False,
            text=cell.short if cell.row and cell.row.value is not None else "",
        )
        for cell in shown
    ]
    return points if sum(point.value is not None for point in points) > 1 else []


# Recording ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """The span whose values are recorded on one page: a quarter, or the period of a review."""

    period: Period
    label: str
    lines: list[MeasuredLevel]
    missing_before: int
    missing_first_on: dt.date | None

    @property
    def cells(self) -> list[Cell]:
        """Those that can be recorded."""
        return [cell for line in self.lines for cell in line.cells if cell.can_be_recorded]


def stretch(measures: Measures, period: Period, label: str) -> Stretch:
    """What can be recorded in this period, and how much is missing before it."""
    lines = measures.lines(period)
    gaps = [
        cell
        for cell in measures.by_key(period.first_on).values()
        if cell.state == MISSING and cell.window.counts.last_on < period.first_on
    ]
    firsts = [cell.window.counts.last_on for cell in gaps]
    return Stretch(period, label, lines, len(gaps), max(firsts, default=None))


def usual_period(measures: Measures) -> Period:
    """The quarter of the newest window that is over, else the one that runs."""
    over = [
        cell.window.counts.last_on
        for cell in measures.by_key(measures.today).values()
        if cell.window.is_over(measures.today)
    ]
    day = max(over, default=measures.today)
    return periods.period_of(day, periods.QUARTER, measures.fiscal_month)
