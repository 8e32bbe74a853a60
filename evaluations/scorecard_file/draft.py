"""What the layout readers collect while they walk through a sheet."""

from dataclasses import dataclass, field
from decimal import Decimal

from core.spreadsheets import Cell, Kind, NumberProblem
from evaluations.scorecard_file.model import Layout, Mark, Problem
from evaluations.scorecard_file.words import is_not_applicable, name_key


@dataclass
class Names:
    """Names in the order of the file; the first spelling counts."""

    first: dict[str, Cell] = field(default_factory=dict)

    def add(self, cell: Cell) -> Cell | None:
        """Add a name; return the cell where it stood before, if it did."""
        before = self.first.get(name_key(cell.text))
        if before is None:
            self.first[name_key(cell.text)] = cell
        return before

    def spelling(self, text: str) -> str:
        """Return the first spelling of a name that was added."""
        return self.first[name_key(text)].text

    def cells(self) -> list[Cell]:
        """Where each name stood first, in order."""
        return list(self.first.values())


@dataclass(frozen=True)
class Weight:
    """A weight as it stands in the file; `value` is None if the cell is empty or wrong."""

    cell: str
    text: str
    value: Decimal | None
    percent: bool


@dataclass
class Draft:
    """A scorecard in the making."""

    layout: Layout
    vendors: Names = field(default_factory=Names)
    criteria: Names = field(default_factory=Names)
    evaluators: Names = field(default_factory=Names)
    weights: dict[str, Weight] = field(default_factory=dict)  # by the criterion's name_key
    marks: list[Mark] = field(default_factory=list)
    percent_marks: int = 0
    weights_in_names: bool = False
    doubles: int = 0  # names that came twice
    unread: set[tuple[str, str]] = field(default_factory=set)  # vendor, criterion of wrong marks
    problems: list[Problem] = field(default_factory=list)
    understood: list[str] = field(default_factory=list)
    beside: list[str] = field(
        default_factory=list
    )  # texts around the table, where a scale may stand

    def error(self, cell: Cell, message: str) -> None:
        """Note something that must be corrected."""
        self.problems.append(Problem("error", cell.address, cell.text, message))

    def warn(self, cell: Cell | None, message: str) -> None:
        """Note something to look at."""
        where, value = (cell.address, cell.text) if cell else (None, "")
        self.problems.append(Problem("warning", where, value, message))

    def usable_name(self, cell: Cell) -> bool:
        """Whether a name can be taken from `cell`; says why not."""
        if cell.unusable:
            self.error(cell, cell.unusable)
        return not cell.unusable

    def add_weight(self, criterion: str, cell: Cell) -> None:
        """Take a criterion's weight from `cell`, which may be empty or wrong."""
        value = None
        if cell.text:
            try:
                value = cell.as_number(decimal_comma=True)
            except NumberProblem as problem:
                told = "" if cell.kind is Kind.TEXT else f" {problem}"
                self.error(cell, f"A weight must be a number, such as 30 or 30%.{told}")
            else:
                if value < 0:
                    self.error(cell, "A weight can't be negative.")
        self.weights[name_key(criterion)] = Weight(cell.address, cell.text, value, cell.is_percent)

    def add_mark(
        self,
        cell: Cell,
        *,
        vendor: str,
        criterion: str,
        evaluator: str = "",
        evidence: str = "",
        comment: str = "",
    ) -> None:
        """Take a mark from `cell`: a number, N/A, or nothing (missing)."""
        mark, not_applicable = None, is_not_applicable(cell.text)
        if cell.text and not not_applicable:
            try:
                mark = cell.as_number(decimal_comma=True)
            except NumberProblem as problem:
                self.error(cell, f"{problem} Write the mark as a number, N/A, or leave it empty.")
                self.unread.add((name_key(vendor), name_key(criterion)))
            else:
                self.percent_marks += cell.is_percent
        self.marks.append(
            Mark(
                vendor, criterion, evaluator, mark, not_applicable, evidence, comment, cell.address
            )
        )
