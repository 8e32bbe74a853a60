"""One door for uploaded spreadsheets: the content decides what a file is, not its name."""

import re

from core.spreadsheets.grid import Grid
from core.spreadsheets.limits import Limits
from core.spreadsheets.problems import NotASpreadsheet, SpreadsheetProblem
from core.spreadsheets.text_file import read_text
from core.spreadsheets.workbook import read_workbook

MAX_BYTES = 5 * 1024 * 1024
MAX_CELLS = 600_000
EXTENSIONS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_MARKUP = re.compile(rb"\A\s*<(?:!doctype|html|\?xml|table|head|meta|svg)\b", re.IGNORECASE)


def read_grid(
    data: bytes,
    filename: str,
    *,
    max_bytes: int = MAX_BYTES,
    max_rows: int,
    max_columns: int,
    max_cells: int = MAX_CELLS,
    sheet: str | None = None,
) -> Grid:
    """Return the cells of a CSV or XLSX file.

    `filename` serves the messages only. `sheet` names the sheet to read; without it the first
    visible one with content is read, and the others are named in `Grid.warnings`. Raises
    `NotASpreadsheet` or `SpreadsheetProblem` and nothing else, whatever the bytes.
    """
    if len(data) > max_bytes:
        raise SpreadsheetProblem(
            f"The file is larger than {_megabytes(max_bytes)}. "
            "Leave out pictures and sheets that aren't needed, or split it."
        )
    if not data.strip():
        raise NotASpreadsheet("The file is empty.")
    _refuse_other_kinds(data, filename)
    limits = Limits(max_rows, max_columns, max_cells)
    if data.startswith(_ZIP):
        return read_workbook(data, limits, sheet)
    return read_text(data, limits)


def _refuse_other_kinds(data: bytes, filename: str) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise NotASpreadsheet("The workbook is protected by a password. Save it without one.")
        excel = filename.lower().endswith(".xls")
        what = "an old .xls workbook" if excel else "an old Office file (.xls or .doc)"
        raise NotASpreadsheet(f"This is {what}. Save it as .xlsx or CSV and try again.")
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise NotASpreadsheet(
                f"This is {what}, not a spreadsheet. Choose an .xlsx or CSV file."
            )
    if _MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")):
        raise NotASpreadsheet(
            "This is a web page or XML, not a spreadsheet, whatever its name says. "
            "Open it in your spreadsheet program and save it as .xlsx or CSV."
        )


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:g} MB"
