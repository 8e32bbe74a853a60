"""What was measured of a contract, window by window: for its page, a review, reports and rules."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property

from django.db.models import Exists, FilteredRelation, OuterRef, Prefetch
from django.utils import timezone

from contracts.level_credits import BELOW, measure_of
from contracts.level_reading import level_of
from contracts.level_words import Level, amount, comparing, number, promise
from contracts.models import Contract, ContractTerms, ServiceLevel
from core import periods
from core.periods import A_DAY, Period
from reviews import attainment
from reviews.models import Measurement, ReviewPlan, ServiceCredit
from reviews.value_text import write_value
from reviews.windows import Span, Window, windows_of

KEPT, MISSED, NO_CASES = "kept", "missed", "no_cases"
MISSING, BEFORE, RUNNING, COMING = "missing", "before", "running", "coming"
STATES = {
    KEPT: ("ok", "Kept"),
    MISSED: ("bad", "Missed"),
    NO_CASES: ("neutral", "No cases"),
    MISSING: ("warn", "Not measured"),
    BEFORE: ("neutral", "Before reviews began"),
    RUNNING: ("info", "Still running"),
    COMING: ("neutral", "Coming"),
}


def value_words(level: Level, row: Measurement | None) -> str:
    """ "87.5 % (35 of 40)", "4.2 points", "no cases"; empty if nothing is measured."""
    if row is None:
        return ""
    if row.value is None:
        return "no cases"
    said = amount(row.value, measure_of(level).unit)
    if row.numerator is None or row.denominator is None:
        return said
    return f"{said} ({number(row.numerator)} of {number(row.denominator)})"


def text_of(row: Measurement | None) -> str:
    """A stored value as a person types it; empty if there is none."""
    return write_value(row.value, row.numerator, row.denominator) if row else ""


def target_words(level: Level) -> str:
    """ "at least 99.5 %", "at least 90 % of cases within 4 hours"."""
    said = f"{comparing(level)} {amount(level.target, level.unit)}"
    if level.share is None:
        return said
    within = f"within {amount(level.target, level.unit)}" if level.is_time else said
    return f"at least {amount(level.share, 'percent')} of cases {within}"


@dataclass(frozen=True)
class Cell:
    """One window of one promise, and what was measured in it."""

    window: Window
    lineage: uuid.UUID
    fiscal_month: int
    state: str
    row: Measurement | None

    @cached_property
    def label(self) -> str:
        """ "March 2026", "Q1 2026"."""
        whole = Period(self.window.first_on, self.window.last_on)
        return periods.label(whole, self.window.level.window, self.fiscal_month)

    @property
    def short_label(self) -> str:
        """A month by three letters, where its year stands beside: "Mar"."""
        is_month = self.window.level.window == periods.MONTH
        return f"{self.window.first_on:%b}" if is_month else self.label

    @property
    def key(self) -> str:
        """By which a form names it."""
        return f"{self.lineage.hex}-{self.window.first_on:%Y%m%d}"

    @property
    def value(self) -> str:
        """In words; empty if not measured."""
        return value_words(self.window.level, self.row)

    @property
    def short(self) -> str:
        """The value without the two numbers it was computed from, with two decimals at most: rounded
        towards the worse, so that it never seems kept when it was missed."""
        if self.row is None or self.row.value is None:
            return self.value
        measure = measure_of(self.window.level)
        towards = ROUND_FLOOR if measure.side == BELOW else ROUND_CEILING
        return amount(self.row.value.quantize(Decimal("0.01"), towards), measure.unit)

    @property
    def target(self) -> str:
        """What was promised in this window, in words."""
        return target_words(self.window.level)

    @property
    def met(self) -> bool | None:
        return self.row.met if self.row else None

    @property
    def badge(self) -> str:
        return STATES[self.state][0]

    @property
    def word(self) -> str:
        return STATES[self.state][1]

    @property
    def credit(self) -> ServiceCredit | None:
        return getattr(self.row, "credit", None) if self.row else None

    @property
    def can_be_recorded(self) -> bool:
        return self.state not in (RUNNING, COMING)


@dataclass(frozen=True)
class MeasuredLevel:
    """One promise over some windows, in order. `earlier` are the windows before those."""

    lineage: uuid.UUID
    level: Level
    cells: list[Cell]
    earlier: list[Cell]

    @property
    def name(self) -> str:
        return self.level.full_name

    @property
    def promise(self) -> str:
        return promise(self.level)

    @property
    def target(self) -> str:
        return target_words(self.level)

    @property
    def latest(self) -> Cell | None:
        """The last of these windows in which something was measured."""
        return next((cell for cell in reversed(self.cells) if cell.row), None)

    @property
    def before(self) -> Cell | None:
        """The last measured window before these."""
        return next((cell for cell in reversed(self.earlier) if cell.row), None)

    @property
    def value(self) -> str:
        """The latest value in words; empty if none of these windows is measured."""
        return self.latest.value if self.latest else ""

    @property
    def previous(self) -> str:
        """The value before these windows in words; empty if there is none."""
        return self.before.value if self.before else ""

    @cached_property
    def attainment(self) -> attainment.Attainment:
        return attainment.attainment([cell.met for cell in self.cells])

    @property
    def met(self) -> bool | None:
        """Kept in each window in which that can be told? None if it can't be told in any."""
        return self.attainment.missed == 0 if self.attainment.measured else None

    @property
    def missing(self) -> int:
        """How many windows are over and not measured, since reviews began."""
        return sum(cell.state == MISSING for cell in self.cells)

    @property
    def trend(self) -> str:
        """The latest value beside the one before it, which may lie before these windows: better, worse,
        same or ""."""
        values = [cell.row.value for cell in [*self.earlier, *self.cells] if cell.row]
        return attainment.trend(self.level, values) if self.latest else ""

    @property
    def credits(self) -> list[ServiceCredit]:
        return [cell.credit for cell in self.cells if cell.credit]


class Measures:
    """The promises of one signed contract with everything that was measured of them: two queries, or one
    if its agreed `versions` are in memory with their service levels; one more for the contract's plan if
    that was not read with it. A draft has none."""

    def __init__(
        self, contract: Contract, today: dt.date, versions: Sequence[ContractTerms] | None = None
    ) -> None:
        self.contract, self.today = contract, today
        self.fiscal_month = contract.organization.fiscal_month
        if versions is None:
            self.versions = agreed_with_measurements(contract)
            levels = [row for terms in self.versions for row in terms.service_levels.all()]
            rows = [row for level in levels if (row := getattr(level, "measured", None))]
        else:
            self.versions = list(versions)
            rows = list(contract.measurements.select_related("credit", "level"))
        self.spans = spans_of(self.versions)
        # Nobody misses the values of the years before the contract was reviewed here.
        plan: ReviewPlan | None = getattr(contract, "review_plan", None)
        self.reviewed_from = plan.first_on if plan else None
        self.rows = {(row.lineage, row.first_on): row for row in rows}
        for row in rows:
            row.contract = contract

    @cached_property
    def last_on(self) -> dt.date | None:
        """The contract's last day; None while it has no end."""
        ends = [day for day in (self.contract.ends_on, self.contract.terminated_on) if day]
        return min(ends) - A_DAY if ends else None

    def cells(self, lineage: uuid.UUID, until: dt.date) -> list[Cell]:
        """Every window of one promise from the contract's first day to the end of the fiscal year of
        `until`, where no window is cut."""
        start = self.contract.starts_on
        if not self.contract.is_signed or start is None:
            return []
        far = periods.period_of(until, periods.YEAR, self.fiscal_month).last_on
        last_on = min(far, self.last_on) if self.last_on else far
        rows = (row for (key, _), row in self.rows.items() if key == lineage)
        measured = [Period(row.first_on, row.last_on) for row in rows]
        spans = self.spans.get(lineage, [])
        windows = windows_of(spans, self.fiscal_month, start, last_on, measured)
        return [self._cell(lineage, window) for window in windows]

    def _cell(self, lineage: uuid.UUID, window: Window) -> Cell:
        return self._cell_with(lineage, window, self.rows.get((lineage, window.first_on)))

    def _cell_with(self, lineage: uuid.UUID, window: Window, row: Measurement | None) -> Cell:
        return Cell(window, lineage, self.fiscal_month, self._state(window, row), row)

    def _state(self, window: Window, row: Measurement | None) -> str:
        if row is not None:
            return NO_CASES if row.met is None else KEPT if row.met else MISSED
        if not window.is_over(self.today):
            return RUNNING if window.has_begun(self.today) else COMING
        began = self.reviewed_from
        return BEFORE if began and window.counts.last_on < began else MISSING

    def lines(self, period: Period) -> list[MeasuredLevel]:
        """Each promise with its windows that end in this period, those without any left out; in the
        order in which a person put the levels."""
        found = []
        for lineage in self.spans:
            cells = self.cells(lineage, period.last_on)
            shown = [cell for cell in cells if cell.window.counts.last_on in period]
            earlier = [cell for cell in cells if cell.window.counts.last_on < period.first_on]
            if shown:
                found.append(MeasuredLevel(lineage, shown[-1].window.level, shown, earlier))
        return found

    def credits_in(self, period: Period) -> list[ServiceCredit]:
        """What the contract gives back for misses in windows that ended in this period, as they followed."""
        rows = (row for row in self.rows.values() if row.last_on in period)
        found = [row.credit for row in rows if getattr(row, "credit", None)]
        return sorted(found, key=lambda credit: credit.pk)

    def by_key(self, until: dt.date) -> dict[tuple[uuid.UUID, dt.date], Cell]:
        """Every window of every promise, by lineage and first day."""
        return {
            (lineage, cell.window.first_on): cell
            for lineage in self.spans
            for cell in self.cells(lineage, until)
        }

    def with_row(self, cell: Cell, row: Measurement) -> Cell:
        """The same window with this value in it."""
        return self._cell_with(cell.lineage, cell.window, row)

    def find(self, lineage: uuid.UUID, first_on: dt.date) -> Cell | None:
        """The window of this promise that begins on that day."""
        cells = self.cells(lineage, first_on)
        return next((cell for cell in cells if cell.window.first_on == first_on), None)

    @property
    def strays(self) -> list[Measurement]:
        """Measured once, but not promised in that window any more: an amendment reached back."""
        known = self.by_key(self.today)
        return [row for key, row in sorted(self.rows.items()) if key not in known]


def agreed_with_measurements(contract: Contract) -> list[ContractTerms]:
    """The agreed versions in the order in which they count, with their service levels: two queries. Each
    level comes once for every value that was `measured` of it with its credit, or once without any."""
    measured = FilteredRelation("measurements")
    levels = ServiceLevel.objects.annotate(measured=measured).select_related("measured__credit")
    rows = contract.terms_versions.agreed().order_by("from_on", "number")
    return list(rows.prefetch_related(Prefetch("service_levels", levels)))


def agreed_with_prices(contract: Contract) -> list[ContractTerms]:
    """Those versions with their levels, each once, and price lines, for what a miss gives back: three queries."""
    rows = contract.terms_versions.agreed().order_by("from_on", "number")
    return list(rows.prefetch_related("service_levels", "price_lines"))


def spans_of(versions: Sequence[ContractTerms]) -> dict[uuid.UUID, list[Span]]:
    """Each promise with its versions, the promises of the newest terms first and in their order."""
    found: dict[uuid.UUID, list[Span]] = {}
    follows = [*versions[1:], None][: len(versions)]
    for terms in reversed(versions):
        for row in _levels(terms):
            found.setdefault(row.lineage, [])
    for terms, after in zip(versions, follows, strict=True):
        if terms.from_on is None:
            continue
        for row in _levels(terms):
            until_on = after.from_on if after else None
            found[row.lineage].append(Span(level_of(row), terms.from_on, until_on))
    return found


def _levels(terms: ContractTerms) -> list[ServiceLevel]:
    """Each once, in the order in which a person put them."""
    rows = {row.pk: row for row in terms.service_levels.all()}
    return sorted(rows.values(), key=lambda row: (row.position, row.pk))


def superseded(contracts: Sequence[Contract]) -> list[Contract]:
    """Those with a value whose window began under a version of the terms that is agreed, and later than
    the one by which it was judged; one query."""
    later = ContractTerms.objects.agreed().filter(
        contract=OuterRef("contract"),
        from_on__lte=OuterRef("first_on"),
        number__gt=OuterRef("level__terms__number"),
    )
    rows = Measurement.objects.filter(Exists(later), contract__in=contracts).order_by()
    found = set(rows.values_list("contract_id", flat=True))
    return [contract for contract in contracts if contract.pk in found]


# What others ask ------------------------------------------------------------------------------------


def of_period(
    contract: Contract, period: Period, today: dt.date | None = None
) -> list[MeasuredLevel]:
    """Each service level with its windows that end in the period; three queries at most.

    `today` decides which windows are not over yet; without it, it is the organization's own day.
    """
    return Measures(contract, today or timezone.localdate()).lines(period)
