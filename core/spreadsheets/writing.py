"""Exports that open well in a spreadsheet program and can't run anything there.

A text that a program would take for a formula gets a leading apostrophe; our own import takes it
off again (`unguarded`), so that what is exported and imported comes back the same. Numbers stay
numbers.
"""

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

Value = str | int | float | Decimal | bool | datetime.date | datetime.datetime | None

# Full-width signs count too: some versions of Excel read them as the plain ones.
_STARTS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_DANGEROUS = re.compile(rf"\A(?:[\t\r\n]|['\s]*[{_STARTS}])")
_GUARDED = re.compile(rf"\A'(?:[\t\r\n]|['\s]*[{_STARTS}])")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
LONGEST_CELL = 32_767


def safe_cell(value: Value) -> Value:
    """Return `value` so that no spreadsheet program runs it: texts may gain an apostrophe.

    Raises `ValueError` for NaN and infinity, which no export may hold.
    """
    if isinstance(value, str):
        return f"'{value}" if _DANGEROUS.match(value) else value
    if isinstance(value, float | Decimal) and not Decimal(value).is_finite():
        raise ValueError("An export can't hold NaN or infinity.")
    return value


def unguarded(text: str) -> str:
    """Take off the apostrophe that `safe_cell` put in front."""
    return text[1:] if _GUARDED.match(text) else text


def write_csv(rows: Iterable[Sequence[Value]]) -> bytes:
    """Return `rows` as CSV: commas, UTF-8 with the mark by which Excel knows it, safe cells."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_csv_text(safe_cell(value)) for value in row])
    return out.getvalue().encode("utf-8-sig", errors="replace")


def write_xlsx(rows: Iterable[Sequence[Value]], sheet_name: str) -> bytes:
    """Return `rows` as a workbook with one sheet, safe cells; the first row stays in view.

    Characters that a workbook can't hold become "\ufffd"; text beyond 32 767 characters is a
    `ValueError`.
    """
    # Here, not above: 8 MB that a web worker seldom needs.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_NOT_IN_TITLE.sub(" ", sheet_name)[:31].strip(" '") or "Sheet")
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([_xlsx_cell(sheet, safe_cell(value), WriteOnlyCell) for value in row])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _csv_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _xlsx_cell(sheet: object, value: Value, text: Callable[..., Any]) -> object:
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        value = value.isoformat()
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if not isinstance(value, str):
        return value
    if len(value) > LONGEST_CELL:
        raise ValueError("A spreadsheet cell can't hold more than 32 767 characters.")
    cell = text(sheet, value=_NOT_IN_XML.sub("\ufffd", value))
    cell.data_type = "s"  # never a formula, whatever the text looks like
    return cell
