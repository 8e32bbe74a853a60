"""Reading a list from the cells of a spreadsheet: which columns there are, what is wrong where. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.spreadsheets import Cell, Grid, Headings, Row, SpreadsheetProblem, match_headings

MAX_ROWS = 20_000
MAX_COLUMNS = 100
ROWS_BEFORE_HEADINGS = 15

Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell."""

    cell: str
    heading: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row as read: its number, the values by field, and the problems by field."""

    number: int
    values: dict[str, Any]
    problems: dict[str, Problem]


@dataclass(frozen=True)
class ReadList:
    """A list as read: columns (field, heading as written), rows, remarks about the reading."""

    columns: list[tuple[str, str]]
    rows: list[Any]
    remarks: list[str]

    @property
    def problems(self) -> Iterator[Problem]:
        """Every problem, row by row."""
        return (problem for row in self.rows for problem in row.problems.values())


@dataclass(frozen=True)
class Found:
    """The columns of a sheet: below which row the list begins, and the headings as written."""

    at: int
    headings: Headings
    titles: dict[int, str]

    def columns(self, *, without: Sequence[str] = ()) -> list[tuple[str, str]]:
        """(field, heading as written) from left to right."""
        ordered = sorted(self.headings.columns.items(), key=lambda pair: pair[1])
        return [(name, self.titles[at]) for name, at in ordered if name not in without]

    def remarks(self, grid: Grid) -> list[str]:
        """How the file was read, and which columns were left out."""
        return [*grid.notes, *grid.warnings, *_left_out(self.headings)]


def find_columns(
    grid: Grid, synonyms: Mapping[str, Sequence[str]], needed: Sequence[str], missing: str
) -> Found:
    """The row among the first ones with one of the `needed` columns and the most headings that we know.

    Raises SpreadsheetProblem, beginning with `missing`, when there is none.
    """
    best: tuple[int, int, Headings] | None = None
    for at, row in enumerate(grid.rows[:ROWS_BEFORE_HEADINGS]):
        found = match_headings(row, synonyms)
        known = len(found.columns)
        if any(name in found.columns for name in needed) and (best is None or known > best[0]):
            best = (known, at, found)
    if best is None:
        first = ", ".join(f"“{cell.text[:30]}”" for cell in list(grid.rows[0])[:6])
        raise SpreadsheetProblem(f"{missing} Found: {first}.", next(iter(grid.rows[0])).address)
    _, at, headings = best
    return Found(at, headings, {cell.column: cell.text for cell in grid.rows[at]})


def _left_out(headings: Headings) -> Iterator[str]:
    if headings.unknown:
        yield f"Not read, because we don't know these columns: {_named(headings.unknown)}."
    if headings.repeated:
        yield f"Not read, because another column means the same: {_named(headings.repeated)}."


def _named(cells: Sequence[Cell], most: int = 12) -> str:
    shown = ", ".join(f"“{cell.text[:40]}” ({cell.address})" for cell in cells[:most])
    return shown + (f" and {len(cells) - most} more" if cells[most:] else "")


@dataclass(frozen=True)
class RowReader:
    """Reads the cells of one row, each by the reader of its field."""

    found: Found
    readers: Mapping[str, Reader]

    def read(self, row: Row) -> ListRow | None:
        """None if none of the columns that we know holds anything. A reader's ValueError is the cell's
        problem."""
        values: dict[str, Any] = {}
        problems: dict[str, Problem] = {}
        for name, column in self.found.headings.columns.items():
            reader = self.readers.get(name)
            cell = row.cell(column)
            if reader is None or not (cell.text or cell.unusable):
                continue
            try:
                values[name] = _value(cell, reader)
            except ValueError as error:
                problems[name] = self._problem(cell, str(error))
        return ListRow(row.number, values, problems) if values or problems else None

    def problem(self, row: Row, names: Sequence[str], message: str) -> tuple[str, Problem]:
        """A problem at the first of these fields that the sheet has a column for (else at the first
        column), ready to be put among the row's."""
        columns = self.found.headings.columns
        name = next((name for name in names if name in columns), next(iter(columns)))
        return name, self._problem(row.cell(columns[name]), message)

    def _problem(self, cell: Cell, message: str) -> Problem:
        return Problem(cell.address, self.found.titles[cell.column], cell.text[:200], message)


def _value(cell: Cell, reader: Reader) -> Any:
    if cell.unusable:
        raise ValueError(cell.unusable)
    return reader(cell.text)
