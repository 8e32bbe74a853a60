"""What a scorecard file says, as frozen data."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal


class Layout(StrEnum):
    """Which way the table runs."""

    CRITERIA_DOWN = "criteria_down"
    VENDORS_DOWN = "vendors_down"
    ONE_ROW_PER_MARK = "one_row_per_mark"


@dataclass(frozen=True)
class Problem:
    """Something to correct (error) or to check (warning), at its cell where there is one."""

    severity: Literal["error", "warning"]
    cell: str | None
    value: str
    message: str

    def __str__(self) -> str:
        """One line: "B7 “good”: This isn't a number."."""
        value = " ".join(self.value.split())
        shown = f"“{value if len(value) <= 60 else value[:59] + '…'}”" if value else ""
        where = " ".join(part for part in (self.cell or "", shown) if part)
        return f"{where}: {self.message}" if where else self.message


@dataclass(frozen=True)
class Scale:
    """The lowest and the highest mark; `how` it was found: given, stated in the file, from the marks."""

    lowest: Decimal
    highest: Decimal
    how: Literal["given", "stated", "marks"]

    def __str__(self) -> str:
        """Written "0–10"."""
        return f"{self.lowest:f}–{self.highest:f}"

    def holds(self, mark: Decimal) -> bool:
        """Whether `mark` is on the scale."""
        return self.lowest <= mark <= self.highest


@dataclass(frozen=True)
class Vendor:
    """A vendor's name, exactly as written but for outer white space, and the cell it was first in."""

    name: str
    cell: str


@dataclass(frozen=True)
class Criterion:
    """A criterion with its weight as a share: all weights of a file add to 1."""

    name: str
    cell: str
    weight: Decimal

    @property
    def weight_percent(self) -> Decimal:
        """The weight out of 100."""
        return self.weight * 100


@dataclass(frozen=True)
class Mark:
    """What one evaluator ("" if the file names none) gave a vendor on a criterion.

    `mark` is None where the cell is empty (missing) and where `not_applicable` says so. `evidence`
    is one of measured, reference, document, demo, claim, guess, or "".
    """

    vendor: str
    criterion: str
    evaluator: str
    mark: Decimal | None
    not_applicable: bool
    evidence: str
    comment: str
    cell: str


@dataclass(frozen=True)
class ScorecardFile:
    """Everything understood from a file. With errors, only `problems` and the preview mean anything."""

    filename: str
    layout: Layout | None = None
    scale: Scale | None = None
    vendors: tuple[Vendor, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    weights_given: bool = False
    evaluators: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    problems: tuple[Problem, ...] = ()
    understood: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that must be corrected first."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Problems to look at; the file can be ranked all the same."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")
