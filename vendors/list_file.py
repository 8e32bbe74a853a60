"""Reading a vendor list from the cells of a spreadsheet: what was understood, what is wrong where. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.spreadsheets import Cell, Grid, Headings, Row, SpreadsheetProblem, match_headings
from vendors import values
from vendors.countries import country_code, time_zone_name
from vendors.folding import fold
from vendors.list_columns import CONTACT_FIELDS, SYNONYMS

MAX_ROWS = 20_000
MAX_COLUMNS = 100
ROWS_BEFORE_HEADINGS = 15
NAMES = ("legal_name", "name", "trading_name")

_EMAIL = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+\.[^@\s,;<>\"()]+")

Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell."""

    cell: str
    heading: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class VendorRow:
    """One vendor: the values by field, and the problems by column (field)."""

    number: int
    values: dict[str, Any]
    contact: dict[str, str]
    problems: dict[str, Problem]

    @property
    def names(self) -> list[str]:
        """Legal and trading name, without empty ones."""
        return [
            name
            for name in (self.values.get("legal_name"), self.values.get("trading_name"))
            if name
        ]


@dataclass(frozen=True)
class Setting:
    """What the reading depends on: the year it is, the choices there are, who can be owner inside."""

    this_year: int
    statuses: Sequence[tuple[str, str]]
    members: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class VendorList:
    """A vendor list as read: columns (field, heading as written), rows, remarks about the reading."""

    columns: list[tuple[str, str]]
    rows: list[VendorRow]
    remarks: list[str]

    @property
    def problems(self) -> Iterator[Problem]:
        """Every problem, row by row."""
        return (problem for row in self.rows for problem in row.problems.values())


def read_vendor_list(grid: Grid, setting: Setting) -> VendorList:
    """Read the vendors in `grid`. Raises SpreadsheetProblem when no vendor can be found at all."""
    at, headings = _find_headings(grid)
    titles = {cell.column: cell.text for cell in grid.rows[at]}
    ordered = sorted(headings.columns.items(), key=lambda pair: pair[1])
    reader = _RowReader(headings.columns, titles, _readers(setting))
    rows = [reader.read(row) for row in grid.rows[at + 1 :]]
    kept = [row for row in rows if row is not None]
    if not kept:
        raise SpreadsheetProblem("There is no vendor below the headings. Add at least one row.")
    return VendorList(
        columns=[(name, titles[column]) for name, column in ordered if name != "archived"],
        rows=kept,
        remarks=[*grid.notes, *grid.warnings, *_remarks(headings)],
    )


def _find_headings(grid: Grid) -> tuple[int, Headings]:
    """The row among the first ones with a name column and the most headings that we know."""
    best: tuple[int, int, Headings] | None = None
    for at, row in enumerate(grid.rows[:ROWS_BEFORE_HEADINGS]):
        found = match_headings(row, SYNONYMS)
        known = len(found.columns)
        if any(name in found.columns for name in NAMES) and (best is None or known > best[0]):
            best = (known, at, found)
    if best is None:
        first = ", ".join(f"“{cell.text[:30]}”" for cell in list(grid.rows[0])[:6])
        raise SpreadsheetProblem(
            f"No column holds the vendors' names. Call one “Vendor” or “Legal name”. Found: {first}.",
            next(iter(grid.rows[0])).address,
        )
    return best[1], best[2]


def _remarks(headings: Headings) -> Iterator[str]:
    if headings.unknown:
        yield f"Not read, because we don't know these columns: {_named(headings.unknown)}."
    if headings.repeated:
        yield f"Not read, because another column means the same: {_named(headings.repeated)}."


def _named(cells: Sequence[Cell], most: int = 12) -> str:
    shown = ", ".join(f"“{cell.text[:40]}” ({cell.address})" for cell in cells[:most])
    return shown + (f" and {len(cells) - most} more" if cells[most:] else "")


# Cells ----------------------------------------------------------------------------------------------


def _line(longest: int) -> Reader:
    def read(text: str) -> str:
        return values.clean_text(" ".join(text.split()), longest)

    return read


def _readers(setting: Setting) -> dict[str, Reader]:
    name = _line(200)
    return {
        "name": name,
        "legal_name": name,
        "trading_name": name,
        "website": values.website,
        "country": country_code,
        "founded_year": lambda text: values.founded_year(
            text.removesuffix(".0"), setting.this_year
        ),
        "size": values.size_band,
        "registration_number": _line(60),
        "tax_number": _line(60),
        "services": values.entries,
        "industries": values.entries,
        "countries_served": values.country_codes,
        "languages": values.entries,
        "time_zone": time_zone_name,
        "support_hours": _line(200),
        "status": lambda text: values.choice(text, setting.statuses, "status"),
        "inside_owner": lambda text: _member(text, setting.members),
        "notes": lambda text: values.clean_text(text, 10_000),
        "contact_name": name,
        "contact_role": _line(120),
        "contact_email": _email,
        "contact_phone": _line(60),
    }


def _member(text: str, members: Mapping[str, int]) -> int | None:
    if not text.strip():
        return None
    found = members.get(fold(text))
    if found is None:
        raise ValueError(
            f"“{text[:60]}” is not one person of your organization. "
            "Write the name as it is here, or leave the cell empty."
        )
    return found


def _email(text: str) -> str:
    text = values.clean_text(text, 254)
    if text and not _EMAIL.fullmatch(text):
        raise ValueError(f"“{text[:60]}” is not one e-mail address.")
    return text


@dataclass(frozen=True)
class _RowReader:
    columns: Mapping[str, int]
    titles: Mapping[int, str]
    readers: Mapping[str, Reader]

    def read(self, row: Row) -> VendorRow | None:
        """Read one row; None if none of the columns that we know holds anything."""
        found: dict[str, Any] = {}
        problems: dict[str, Problem] = {}
        for name, column in self.columns.items():
            reader = self.readers.get(name)
            cell = row.cell(column)
            if reader is None or not (cell.text or cell.unusable):
                continue
            try:
                found[name] = self._value(cell, reader)
            except ValueError as error:
                problems[name] = self._problem(cell, str(error))
        if not found and not problems:
            return None
        contact = {kept: found.pop(name, "") for name, kept in CONTACT_FIELDS.items()}
        self._settle_names(row, found, problems)
        self._check_contact(row, contact, problems)
        return VendorRow(row.number, found, contact, problems)

    def _value(self, cell: Cell, reader: Reader) -> Any:
        if cell.unusable:
            raise ValueError(cell.unusable)
        return reader(cell.text)

    def _problem(self, cell: Cell, message: str) -> Problem:
        return Problem(cell.address, self.titles[cell.column], cell.text[:200], message)

    def _settle_names(self, row: Row, found: dict[str, Any], problems: dict[str, Problem]) -> None:
        """A plain "name" is the legal one, or beside a legal one the trading name."""
        plain = found.pop("name", "")
        legal = found.get("legal_name") or plain or found.get("trading_name", "")
        trading = found.get("trading_name") or plain
        if not legal and not any(name in problems for name in NAMES):
            name = next(name for name in NAMES if name in self.columns)
            cell = row.cell(self.columns[name])
            problems[name] = self._problem(
                cell, "The name is missing. Write it, or delete the row."
            )
        found["legal_name"] = legal
        found["trading_name"] = "" if trading == legal else trading

    def _check_contact(
        self, row: Row, contact: dict[str, str], problems: dict[str, Problem]
    ) -> None:
        """Somebody's address without a name is called by the address."""
        if contact["name"] or not any(contact.values()):
            return
        contact["name"] = contact["email"] or contact["phone"]
        if not contact["name"] and "contact_email" not in problems:
            cell = row.cell(self.columns["contact_role"])
            problems["contact_role"] = self._problem(
                cell, "A position needs a contact: add a name or an e-mail address."
            )
