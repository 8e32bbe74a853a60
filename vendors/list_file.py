"""Reading a vendor list from the cells of a spreadsheet: what was understood, what is wrong where. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.imports.reading import Problem, Reader, ReadList, RowReader, find_columns
from core.spreadsheets import Grid, Row, SpreadsheetProblem
from vendors import values
from vendors.countries import country_code, time_zone_name
from vendors.folding import fold
from vendors.list_columns import CONTACT_FIELDS, SYNONYMS

NAMES = ("legal_name", "name", "trading_name")

_EMAIL = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+\.[^@\s,;<>\"()]+")


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


class VendorList(ReadList):
    """A vendor list as read; its rows are VendorRows."""


def read_vendor_list(grid: Grid, setting: Setting) -> VendorList:
    """Read the vendors in `grid`. Raises SpreadsheetProblem when no vendor can be found at all."""
    found = find_columns(
        grid,
        SYNONYMS,
        NAMES,
        "No column holds the vendors' names. Call one “Vendor” or “Legal name”.",
    )
    reader = _VendorReader(RowReader(found, _readers(setting)))
    rows = [reader.read(row) for row in grid.rows[found.at + 1 :]]
    kept = [row for row in rows if row is not None]
    if not kept:
        raise SpreadsheetProblem("There is no vendor below the headings. Add at least one row.")
    return VendorList(found.columns(without=["archived"]), kept, found.remarks(grid))


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
class _VendorReader:
    cells: RowReader

    def read(self, row: Row) -> VendorRow | None:
        """Read one row; None if none of the columns that we know holds anything."""
        read = self.cells.read(row)
        if read is None:
            return None
        found, problems = read.values, read.problems
        contact = {kept: found.pop(name, "") for name, kept in CONTACT_FIELDS.items()}
        self._settle_names(row, found, problems)
        self._check_contact(row, contact, problems)
        return VendorRow(row.number, found, contact, problems)

    def _settle_names(self, row: Row, found: dict[str, Any], problems: dict[str, Problem]) -> None:
        """A plain "name" is the legal one, or beside a legal one the trading name."""
        plain = found.pop("name", "")
        legal = found.get("legal_name") or plain or found.get("trading_name", "")
        trading = found.get("trading_name") or plain
        if not legal and not any(name in problems for name in NAMES):
            message = "The name is missing. Write it, or delete the row."
            name, problem = self.cells.problem(row, NAMES, message)
            problems[name] = problem
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
            message = "A position needs a contact: add a name or an e-mail address."
            name, problem = self.cells.problem(row, ["contact_role"], message)
            problems[name] = problem
