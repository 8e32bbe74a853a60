"""CSV files: which encoding, which separator, which cells."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from core.spreadsheets.grid import Cell, Grid, Kind, Row, address
from core.spreadsheets.limits import Limits
from core.spreadsheets.problems import NotASpreadsheet, SpreadsheetProblem
from core.spreadsheets.writing import unguarded

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
SAMPLE_LINES = 200
LONGEST_CELL = 32_767  # what a spreadsheet program allows

_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SEPARATOR_LINE = re.compile(r"\Asep=(.)\r?\n", re.IGNORECASE)


def read_text(data: bytes, limits: Limits) -> Grid:
    """Return the grid of a CSV file, or raise `SpreadsheetProblem`."""
    text, notes = decode(data)
    if "\x00" in text:
        raise NotASpreadsheet("This isn't a spreadsheet: it holds bytes that no text file has.")
    told = _SEPARATOR_LINE.match(text)
    if told and told[1] in SEPARATORS:
        separator, text = told[1], text[told.end() :]
    else:
        separator = sniff_separator(text)
    rows: list[Row] = []
    for number, record in enumerate(_records(text, separator), start=1):
        row = _row(number, record, limits)
        if row.cells:
            limits.check(row)
            rows.append(row)
    if not rows:
        raise NotASpreadsheet("The file is empty.")
    return Grid(tuple(rows), notes=(*notes, f"Cells are separated by {SEPARATORS[separator]}."))


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text and what to say about its encoding."""
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            try:
                return data.decode(encoding), ()
            except UnicodeDecodeError:
                raise NotASpreadsheet(
                    "The text in this file is damaged. Save it again as CSV (UTF-8)."
                ) from None
    if b"\x00" in data:
        return _decode_unmarked_utf16(data), ()
    if _NOT_TEXT.search(data):
        raise NotASpreadsheet("This isn't a spreadsheet: it holds bytes that no text file has.")
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    note = "The text was read as Western European (Windows-1252). Check names with accents."
    try:
        return data.decode("cp1252"), (note,)
    except UnicodeDecodeError:
        return data.decode("latin-1"), (note.replace("Windows-1252", "Latin-1"),)


def _decode_unmarked_utf16(data: bytes) -> str:
    """Western text in UTF-16 has a zero in every other byte; anything else is not text."""
    half = len(data) // 2 or 1
    for encoding, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if len(data) % 2 == 0 and zeros.count(0) > 0.6 * half:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                break
    raise NotASpreadsheet("This isn't a spreadsheet: it holds bytes that no text file has.")


def sniff_separator(text: str) -> str:
    """Return the separator that splits the most lines into the same number of cells."""
    best, best_score = ",", (0, 0)
    for separator in SEPARATORS:
        counts: Counter[int] = Counter()
        try:
            for _, record in zip(range(SAMPLE_LINES), _records(text, separator), strict=False):
                counts[len(record)] += 1
        except SpreadsheetProblem:
            pass
        several = {width: lines for width, lines in counts.items() if width > 1}
        if several:
            width, lines = max(several.items(), key=lambda item: (item[1], item[0]))
            if (lines, width) > best_score:
                best, best_score = separator, (lines, width)
    return best


def _records(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from reader
    except csv.Error:
        raise SpreadsheetProblem(
            f"Line {reader.line_num} can't be read: a quotation mark opens a cell and doesn't close "
            "it properly, or the cell is far too long. Correct it, or save the file again as CSV."
        ) from None


def _row(number: int, record: list[str], limits: Limits) -> Row:
    cells: dict[int, Cell] = {}
    for column, value in enumerate(record, start=1):
        text = unguarded(value).strip()
        if not text:
            continue
        if len(text) > LONGEST_CELL:
            raise SpreadsheetProblem("This cell is too long to be read.", address(number, column))
        if column > limits.columns:
            raise limits.too_wide(number, column)
        cells[column] = Cell(number, column, text, Kind.TEXT)
    return Row(number, cells)
