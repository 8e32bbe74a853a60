"""A sheet as cells with addresses, the same for CSV and XLSX."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.spreadsheets.numbers import NumberProblem, bounded, is_percent, parse_number


class Kind(StrEnum):
    """What stands in a cell. CSV cells are all text; a workbook knows better."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TRUTH = "truth"
    ERROR = "error"
    FORMULA = "formula"
    EMPTY = "empty"


UNUSABLE = {
    Kind.DATE: "This cell holds a date. If a number was meant, type it again as a number.",
    Kind.TRUTH: "This cell holds true or false, not a number.",
    Kind.ERROR: "This cell shows an error in the spreadsheet. Correct it there.",
    Kind.FORMULA: (
        "This cell holds a formula whose result isn't stored in the file. "
        "Open the file in your spreadsheet program, save it, and try again."
    ),
}


def column_letters(column: int) -> str:
    """Return "A" for 1, "Z" for 26, "AA" for 27."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Return "B7" for row 7, column 2, both counted from 1."""
    return f"{column_letters(column)}{row}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `text` as a person sees it, without outer white space.

    `number` is set where a workbook stored a number (percentages as shown: 0.3 formatted 30% is 30,
    with `percent`). `merged_from` is the address of the merged cell this one repeats.
    """

    row: int
    column: int
    text: str = ""
    kind: Kind = Kind.EMPTY
    number: Decimal | None = None
    percent: bool = False
    merged_from: str | None = None

    @property
    def address(self) -> str:
        """Where it stands: "B7"."""
        return address(self.row, self.column)

    @property
    def unusable(self) -> str | None:
        """Why neither text nor number can be taken from here (a formula without result, an error)."""
        return UNUSABLE[self.kind] if self.kind in (Kind.ERROR, Kind.FORMULA) else None

    def as_number(self, *, decimal_comma: bool = False) -> Decimal:
        """Return the number in this cell; raise `NumberProblem` in words a person may read."""
        if self.number is not None:
            return bounded(self.number)
        if self.kind in UNUSABLE:
            raise NumberProblem(UNUSABLE[self.kind])
        return parse_number(self.text, decimal_comma=decimal_comma)

    @property
    def is_percent(self) -> bool:
        """Whether the number is shown with a percent sign."""
        return self.percent or (self.kind is Kind.TEXT and is_percent(self.text))

    @property
    def is_number(self) -> bool:
        """Whether `as_number` would succeed."""
        try:
            self.as_number(decimal_comma=True)
        except NumberProblem:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something: its number and its cells by column, empty ones left out."""

    number: int
    cells: dict[int, Cell]

    def cell(self, column: int) -> Cell:
        """Return the cell in `column`, an empty one if nothing stands there."""
        return self.cells.get(column) or Cell(self.number, column)

    def __iter__(self) -> Iterator[Cell]:
        """Cells from left to right."""
        return iter(self.cells.values())


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet: the rows that hold something, in order, and how the file was read.

    `notes` are plain sentences about the reading (encoding, separator, sheet chosen); `warnings`
    are those a person should check (other sheets were left out).
    """

    rows: tuple[Row, ...]
    sheet: str | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def row(self, number: int) -> Row:
        """Return row `number`, an empty one if nothing stands there."""
        return next((row for row in self.rows if row.number == number), Row(number, {}))
