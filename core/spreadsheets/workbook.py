"""XLSX workbooks: opened with care, read with openpyxl."""

import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from core.spreadsheets.grid import Cell, Grid, Kind, Row
from core.spreadsheets.limits import Limits
from core.spreadsheets.problems import NotASpreadsheet, SpreadsheetProblem
from core.spreadsheets.writing import unguarded

MAX_PARTS = 2_000
MAX_UNPACKED = 64 * 1024 * 1024
MAX_MERGED_CELLS = 20_000
MAX_SHEET_ROWS = 1_048_576
MAX_SCANNED = 20_000_000

_MERGE = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ENTITIES = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_OTHER_ZIPS = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint file"),
    ("content.xml", "an OpenDocument file (.ods)"),
    ("Index/", "a Numbers file"),
)

Sheet = Any  # openpyxl brings no types
Raw = Any


def _load(*args: Any, **options: Any) -> Any:
    # Here, not above: 8 MB that a web worker seldom needs.
    from openpyxl import load_workbook  # noqa: PLC0415

    return load_workbook(*args, **options)


def read_workbook(data: bytes, limits: Limits, sheet: str | None) -> Grid:
    """Return the grid of the first sheet with content (or of `sheet`), or raise."""
    check_archive(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about styles and extensions we don't use
        try:
            return _read(data, limits, sheet)
        except SpreadsheetProblem:
            raise
        except Exception as error:  # a damaged part can lead openpyxl into any error
            raise NotASpreadsheet(
                "The workbook is damaged and can't be read. Open it in your spreadsheet program, "
                "save it as a new .xlsx file, and try again."
            ) from error


def check_archive(data: bytes) -> None:
    """Refuse what isn't a workbook, is locked, unpacks to too much or defines XML entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_kind([part.filename for part in parts])
            if any(part.flag_bits & 1 for part in parts):
                raise NotASpreadsheet("The file is protected by a password. Save it without one.")
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise SpreadsheetProblem(
                    "Unpacked, this workbook is far too large. Save only the sheet that is needed."
                )
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_entities(archive.read(part))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
        raise NotASpreadsheet(
            "The file is damaged and can't be opened. Save it again as .xlsx or CSV."
        ) from error


def _check_kind(names: list[str]) -> None:
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return
    for start, what in _OTHER_ZIPS:
        if any(name.startswith(start) for name in names):
            raise NotASpreadsheet(f"This is {what}. Save the table as .xlsx or CSV.")
    if "[Content_Types].xml" not in names:
        raise NotASpreadsheet(
            "This is a ZIP archive, not a spreadsheet. Unpack it and choose the .xlsx or CSV file."
        )


def _check_entities(xml: bytes) -> None:
    if any(word in xml for word in _ENTITIES):
        raise NotASpreadsheet(
            "The workbook holds XML definitions that no spreadsheet program writes. It isn't read."
        )


def _read(data: bytes, limits: Limits, wanted: str | None) -> Grid:
    workbook = _load(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheets = [each for each in workbook.worksheets if wanted in (None, each.title)]
    if not sheets:
        raise SpreadsheetProblem(f"The workbook has no sheet called “{wanted}”.")
    shown = [each for each in sheets if each.sheet_state == "visible"] or sheets
    chosen: Any = None
    rows: list[Row] = []
    for sheet in shown:
        rows = _sheet_rows(data, sheet, limits)
        if rows:
            chosen = sheet
            break
    if chosen is None:
        raise NotASpreadsheet("The workbook is empty.")
    others = [each.title for each in shown if each is not chosen and _has_content(each)]
    told = [f"Sheet “{chosen.title}” was read."] if len(workbook.worksheets) > 1 else []
    left_out = ", ".join(f"“{title}”" for title in others)
    return Grid(
        tuple(rows),
        sheet=chosen.title,
        notes=tuple(told),
        warnings=(f"Only sheet “{chosen.title}” was read; left out: {left_out}.",)
        if others
        else (),
    )


def _has_content(sheet: Sheet) -> bool:
    return any(str(raw.value).strip() for raw in _filled(sheet))


def _sheet_rows(data: bytes, sheet: Sheet, limits: Limits) -> list[Row]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read(sheet._worksheet_path)
    rows: dict[int, dict[int, Cell]] = {}
    for cell in _cells(sheet):
        rows.setdefault(cell.row, {})[cell.column] = cell
        _check_far_cell(cell, limits)
    if _FORMULA.search(xml):
        _add_formulas(data, sheet.title, rows)
    _repeat_merged(xml, rows)
    result = [Row(number, dict(sorted(cells.items()))) for number, cells in sorted(rows.items())]
    for row in result:
        limits.check(row)
    return result


def _check_far_cell(cell: Cell, limits: Limits) -> None:
    """Stop at the first cell outside the limits instead of reading on for minutes."""
    if cell.row > limits.rows or cell.column > limits.columns:
        limits.check(Row(cell.row, {cell.column: cell}))


def _filled(sheet: Sheet) -> Iterator[Raw]:
    """Yield openpyxl's cells that hold something; refuse a sheet padded to wear us out."""
    sheet.reset_dimensions()  # a declared size may be wrong, or a million rows of nothing
    scanned = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        scanned += len(row)
        if number > MAX_SHEET_ROWS or scanned > MAX_SCANNED:
            raise SpreadsheetProblem(
                "The sheet's formatting reaches far beyond its content. "
                "Copy the table to a new workbook and try again."
            )
        yield from (raw for raw in row if raw.value is not None)


def _cells(sheet: Sheet) -> Iterator[Cell]:
    return (cell for cell in map(_cell, _filled(sheet)) if cell.text)


def _cell(raw: Raw) -> Cell:
    value = raw.value
    if raw.data_type == "e":
        return Cell(raw.row, raw.column, str(value), Kind.ERROR)
    if isinstance(value, bool):
        return Cell(raw.row, raw.column, str(value).upper(), Kind.TRUTH)
    if isinstance(value, int | float):
        return _number_cell(raw.row, raw.column, value, "%" in (raw.number_format or ""))
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return Cell(raw.row, raw.column, _date_text(value), Kind.DATE)
    return Cell(raw.row, raw.column, unguarded(str(value)).strip(), Kind.TEXT)


def _number_cell(row: int, column: int, value: float, percent: bool) -> Cell:
    """Programs store 2.3 as 2.2999999999999998; fifteen digits are what they show and mean."""
    number = Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return Cell(row, column, str(value), Kind.ERROR)
    if percent:
        number *= 100
    shown = format(number, "f") if abs(number.adjusted()) < 30 else str(number)
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return Cell(row, column, shown + "%" * percent, Kind.NUMBER, number, percent)


def _date_text(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        whole_day = value.time() == datetime.time()
        return value.date().isoformat() if whole_day else value.isoformat(" ", "seconds")
    return str(value)


def _add_formulas(data: bytes, title: str, rows: dict[int, dict[int, Cell]]) -> None:
    """Put a FORMULA cell wherever a formula stands without a stored result."""
    workbook = _load(io.BytesIO(data), read_only=True, keep_links=False)
    for raw in _filled(workbook[title]):
        if raw.data_type == "f" and raw.column not in rows.get(raw.row, {}):
            text = raw.value if isinstance(raw.value, str) else "="
            cell = Cell(raw.row, raw.column, text, Kind.FORMULA)
            rows.setdefault(raw.row, {})[raw.column] = cell


def _repeat_merged(xml: bytes, rows: dict[int, dict[int, Cell]]) -> None:
    """Let every cell of a merged area show what its first cell holds, as a person sees it."""
    allowed = MAX_MERGED_CELLS
    for left, top, right, bottom in _MERGE.findall(xml):
        first_column, last_column = _column_number(left), _column_number(right)
        first_row, last_row = int(top), int(bottom)
        origin = rows.get(first_row, {}).get(first_column)
        area = (last_row - first_row + 1) * (last_column - first_column + 1)
        if origin is None or area > allowed:
            continue
        allowed -= area
        for row in range(first_row, last_row + 1):
            for column in range(first_column, last_column + 1):
                rows.setdefault(row, {}).setdefault(column, _repeated(origin, row, column))


def _repeated(origin: Cell, row: int, column: int) -> Cell:
    return Cell(
        row, column, origin.text, origin.kind, origin.number, origin.percent, origin.address
    )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
