"""Reading a table of measured values, and writing the one to fill in. Each row says what it will do."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.imports.reading import find_columns
from core.spreadsheets import Cell as SheetCell
from core.spreadsheets import Grid, Row, SpreadsheetProblem
from core.spreadsheets.headings import heading_key
from reviews.measured import MISSING, Cell, Measures, text_of
from reviews.value_text import Reading, read_pair, read_value

MOST_ROWS = 2_000
LONGEST_NOTE = 500
NEW, CHANGED, SAME, WRONG = "new", "changed", "same", "wrong"
SYNONYMS = {
    "level": ["Service level", "Level", "Metric", "Measure", "Name"],
    "window": [
        "Window",
        "From",
        "First day",
        "Period",
        "Month",
        "Date",
        "Zeitraum",
        "Monat",
        "Von",
    ],
    "value": ["Value", "Measured", "Result", "Wert"],
    "numerator": ["Numerator", "Cases kept", "Kept", "Zähler"],
    "denominator": ["Denominator", "Cases", "All cases", "Nenner"],
    "note": ["Note", "Comment", "Remark", "Bemerkung"],
}
HEADINGS = ["Service level", "From", "Window", "Value", "Cases kept", "Cases", "Note"]
_MONTH = re.compile(r"(\d{4})-(\d{1,2})|(\d{1,2})/(\d{4})")  # "2026-03" or "03/2026"


def read_rows(grid: Grid, measures: Measures) -> list[dict[str, Any]]:
    """One entry for each row that holds a value: `number`, `level`, `window`, `value`, `before`, `state`
    and, unless it is wrong, what Entry takes; else `problem` and its `cell`.

    Raises SpreadsheetProblem for a sheet without the columns, without a value, or with too many.
    """
    missing = "We need a column “Service level”, one with the window, and one with the value."
    found = find_columns(grid, SYNONYMS, ["level"], missing)
    columns = found.headings.columns
    if "window" not in columns or not {"value", "numerator"} & columns.keys():
        raise SpreadsheetProblem(missing)
    reader = _Reader(measures, columns)
    rows = [reader.read(row) for row in grid.rows[found.at + 1 :]]
    kept = [row for row in rows if row]
    if not kept:
        raise SpreadsheetProblem("No row has a value yet. Fill in the column “Value”.")
    if len(kept) > MOST_ROWS:
        raise SpreadsheetProblem(f"These are {len(kept):,} values; at most {MOST_ROWS:,} fit.")
    return kept


class _Wrong(ValueError):
    """What is wrong, and in which field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class _Reader:
    def __init__(self, measures: Measures, columns: dict[str, int]) -> None:
        self.columns = columns
        self.cells = list(measures.by_key(measures.today).values())
        self.fiscal_month = measures.fiscal_month
        self.seen: dict[str, int] = {}
        self.by_name: dict[str, list[Cell]] = {}
        for cell in self.cells:
            level = cell.window.level
            for name in {heading_key(level.full_name), heading_key(level.name)}:
                self.by_name.setdefault(name, []).append(cell)

    def read(self, row: Row) -> dict[str, Any] | None:
        sheet = {name: row.cell(column) for name, column in self.columns.items()}
        names = ("value", "numerator", "denominator")
        if not any(sheet[name].text for name in names if name in sheet):
            return None
        entry: dict[str, Any] = {
            "number": row.number,
            "level": sheet["level"].text[:200],
            "window": sheet["window"].text[:60],
            "value": " of ".join(sheet[n].text[:40] for n in names if n in sheet and sheet[n].text),
            "before": "",
            "note": None,
        }
        try:
            return {**entry, **self._understood(row.number, sheet)}
        except _Wrong as error:
            at = sheet.get(error.field) or sheet["level"]
            return {**entry, "state": WRONG, "problem": str(error), "cell": at.address}

    def _understood(self, number: int, sheet: dict[str, SheetCell]) -> dict[str, Any]:
        cell = self._window(sheet["window"], self._named(sheet["level"].text))
        if cell.key in self.seen:
            raise _Wrong(
                "window", f"Row {self.seen[cell.key]} has a value for this window already."
            )
        if not cell.can_be_recorded:
            raise _Wrong("window", f"{cell.label} is not over yet.")
        reading = _value(cell, sheet)
        self.seen[cell.key] = number
        row = cell.row
        note = " ".join(sheet["note"].text.split()) or None if "note" in sheet else None
        if note and len(note) > LONGEST_NOTE:
            raise _Wrong("note", f"At most {LONGEST_NOTE} characters fit; these are {len(note)}.")
        same = row is not None and reading == Reading(row.value, row.numerator, row.denominator)
        same = same and (note is None or (row is not None and note == row.note))
        return {
            "level": cell.window.level.full_name,
            "window": cell.label,
            "value": _words(reading),
            "before": text_of(row),
            "state": NEW if row is None else SAME if same else CHANGED,
            "lineage": cell.lineage.hex,
            "first_on": cell.window.first_on.isoformat(),
            "numbers": [None if n is None else str(n) for n in reading],
            "note": note,
            "version": row.version if row else None,
        }

    def _named(self, text: str) -> list[Cell]:
        if not text:
            raise _Wrong("level", "Say which service level this is.")
        found = self.by_name.get(heading_key(text), [])
        if not found:
            raise _Wrong("level", "This contract has no service level of this name.")
        if len({cell.lineage for cell in found}) > 1:
            raise _Wrong("level", "Two service levels are called so; write it with its priority.")
        return found

    def _window(self, sheet: SheetCell, cells: Sequence[Cell]) -> Cell:
        text = sheet.text.strip()
        named = [cell for cell in cells if heading_key(cell.label) == heading_key(text)]
        if named:
            return named[0]
        day = _day(text)
        if day is None:
            raise _Wrong("window", "Write the window like 2026-03, 2026-03-01 or March 2026.")
        inside = [c for c in cells if c.window.first_on <= day <= c.window.last_on]
        if not inside:
            raise _Wrong("window", "Nothing is promised for this window.")
        return inside[0]


def _day(text: str) -> dt.date | None:
    """A day of the window: an ISO day, or the first of a month, quarter name aside."""
    month = _MONTH.fullmatch(text)
    try:
        if month:
            year, number = (month[1], month[2]) if month[1] else (month[4], month[3])
            return dt.date(int(year), int(number), 1)
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _value(cell: Cell, sheet: dict[str, SheetCell]) -> Reading:
    level = cell.window.level
    above, below = sheet.get("numerator"), sheet.get("denominator")
    try:
        if (above and above.text) or (below and below.text):
            if not (above and above.text and below and below.text):
                raise _Wrong("numerator", "Both are needed: the cases kept, and all cases.")
            return read_pair(level, above.as_number(), below.as_number())
        one = sheet["value"]
        if one.unusable:
            raise _Wrong("value", one.unusable)
        text = one.text if one.number is None else f"{one.number:f}"
        return read_value(level, text)
    except _Wrong:
        raise
    except ValueError as error:
        raise _Wrong("numerator" if above and above.text else "value", str(error)) from None


def _words(reading: Reading) -> str:
    if reading.numerator is None or reading.denominator is None:
        return "" if reading.value is None else f"{reading.value.normalize():f}"
    return f"{reading.numerator.normalize():f} of {reading.denominator.normalize():f}"


def template_rows(measures: Measures) -> list[list[Any]]:
    """The file to fill in: a row for each window that is over and not measured; if none is missing, for
    each that is over."""
    cells = [cell for cell in measures.by_key(measures.today).values() if cell.can_be_recorded]
    shown = [cell for cell in cells if cell.state == MISSING] or cells
    shown = sorted(shown, key=lambda cell: cell.window.first_on)[-MOST_ROWS:]
    empty: list[Any] = [None, None, None, None]
    return [
        list(HEADINGS),
        *(
            [cell.window.level.full_name, cell.window.first_on, cell.label, *empty]
            for cell in shown
        ),
    ]


def numbers_of(stored: Sequence[str | None]) -> list[Decimal | None]:
    """Value, numerator and denominator from a row's `numbers`, where they are text."""
    return [None if one is None else Decimal(one) for one in stored]
