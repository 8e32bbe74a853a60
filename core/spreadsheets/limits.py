"""How much of a sheet we read before we say no."""

from core.spreadsheets.grid import Row, address, column_letters
from core.spreadsheets.problems import SpreadsheetProblem


class Limits:
    """Counts what was read and refuses beyond the limits, in words."""

    def __init__(self, rows: int, columns: int, cells: int) -> None:
        self.rows = rows
        self.columns = columns
        self.cells = cells
        self._read = 0

    def check(self, row: Row) -> None:
        """Count a row that holds something; raise `SpreadsheetProblem` if it is one too many."""
        if row.number > self.rows:
            first = next(iter(row)).address
            raise SpreadsheetProblem(
                f"There is something in row {row.number}; at most {self.rows:,} rows can be read. "
                "Delete what isn't needed, or split the file.",
                first,
            )
        widest = max(row.cells)
        if widest > self.columns:
            raise self.too_wide(row.number, widest)
        self._read += len(row.cells)
        if self._read > self.cells:
            raise SpreadsheetProblem(
                f"The sheet has more than {self.cells:,} filled cells. Split the file."
            )

    def too_wide(self, row: int, column: int) -> SpreadsheetProblem:
        """Return the refusal for something in a column too far right."""
        return SpreadsheetProblem(
            f"There is something in column {column_letters(column)}; at most {self.columns:,} "
            f"columns (up to {column_letters(self.columns)}) can be read. Delete what isn't needed.",
            address(row, column),
        )
