"""Reading a list of contracts from the cells of a spreadsheet: what was understood, what is wrong where. Pure."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from contracts import list_values
from contracts.list_columns import DERIVED, SYNONYMS
from contracts.terms import AUTOMATIC, NONE, add_months
from core.imports.reading import (
    Found,
    ListRow,
    Problem,
    Reader,
    ReadList,
    RowReader,
    find_columns,
)
from core.spreadsheets import Grid, Row, SpreadsheetProblem
from vendors.folding import fold, name_key
from vendors.values import clean_text, entries

SIGNED = "signed"
ONE_DAY = dt.timedelta(days=1)
PRICES = {"price_month": "month", "price_quarter": "quarter", "price_year": "year"}
WITH_UNITS = ("initial_months", "renewal_months", "notice")


@dataclass(frozen=True)
class Setting:
    """What the reading depends on. `managers`: ids of those who may run contracts, by name and e-mail
    (folded). `may_sign`: whether signed contracts may come in. `vendors`: ids in the register by name
    (vendors.folding.name_key); `adds_vendors`: whether others are added."""

    today: dt.date
    currency: str
    may_sign: bool
    managers: Mapping[str, int] = field(default_factory=dict)
    vendors: Mapping[str, Collection[int]] = field(default_factory=dict)
    adds_vendors: bool = False


class ContractList(ReadList):
    """A list of contracts as read; its rows are ListRows, with values as `read_contract_list` says."""


def read_contract_list(grid: Grid, setting: Setting) -> ContractList:
    """Read the contracts in `grid`. Raises SpreadsheetProblem when none can be found at all.

    The values of a row, each only if it is said: title, reference, vendor (its name), kind, services,
    status (draft or signed), manager (id), signed_on, start_on, initial_months, renewal_mode,
    renewal_months, notice, notice_unit, price (text), period, currency, notes. Days are ISO texts.
    """
    found = _columns(grid)
    reader = _ContractReader(RowReader(found, _readers(setting, found)), setting)
    rows = [reader.read(row) for row in grid.rows[found.at + 1 :]]
    kept = [row for row in rows if row is not None]
    if not kept:
        raise SpreadsheetProblem("There is no contract below the headings. Add at least one row.")
    return ContractList(found.columns(without=list(DERIVED)), kept, found.remarks(grid))


def vendor_names(grid: Grid) -> set[str]:
    """The names of vendors in `grid` as folded by name_key, to be looked up before the reading."""
    found = _columns(grid)
    column = found.headings.columns["vendor"]
    texts = (row.cell(column).text for row in grid.rows[found.at + 1 :])
    return {name_key(text) for text in texts if text}


def _columns(grid: Grid) -> Found:
    found = find_columns(
        grid, SYNONYMS, ["title"], "No column holds the contracts' titles. Call one “Title”."
    )
    if "vendor" not in found.headings.columns:
        raise SpreadsheetProblem("No column holds the vendors' names. Call one “Vendor”.")
    return found


def _line(longest: int) -> Reader:
    return lambda text: clean_text(" ".join(text.split()), longest)


def _readers(setting: Setting, found: Found) -> dict[str, Reader]:
    units = {
        name: list_values.unit_in(found.titles[column])
        for name, column in found.headings.columns.items()
        if name in WITH_UNITS
    }
    price: Reader = lambda text: list_values.price(text, setting.currency)  # noqa: E731
    return {
        "title": _line(200),
        "reference": _line(80),
        "vendor": lambda text: _vendor(_line(200)(text), setting),
        "kind": lambda text: list_values.word(
            text, list_values.KINDS, "a kind", "contract, master agreement or statement of work"
        ),
        "services": entries,
        "status": lambda text: _status(text, setting),
        "manager": lambda text: _manager(text, setting.managers),
        "signed_on": lambda text: _not_ahead(list_values.day(text), setting.today),
        "start": list_values.day,
        "end": list_values.day,
        "initial_months": lambda text: list_values.months(text, units["initial_months"]),
        "renewal_mode": list_values.renewal,
        "renewal_months": lambda text: list_values.months(text, units["renewal_months"]),
        "notice": lambda text: list_values.notice(text, units["notice"]),
        **dict.fromkeys([*PRICES, "price"], price),
        "period": list_values.period,
        "currency": lambda text: list_values.currency(text, setting.currency),
        "notes": lambda text: clean_text(text, 10_000),
    }


def _vendor(name: str, setting: Setting) -> str:
    ids = setting.vendors.get(name_key(name), ())
    if len(ids) > 1:
        raise ValueError("There are two vendors of this name. Merge them, or write the legal name.")
    if not ids and not setting.adds_vendors:
        raise ValueError(
            "The register has no such vendor. Correct the name, or tick the box that adds vendors "
            "which are missing."
        )
    return name


def _status(text: str, setting: Setting) -> str:
    found = list_values.word(text, list_values.STATUSES, "a status", "draft or signed")
    if found == SIGNED and not setting.may_sign:
        raise ValueError(
            "Only an Owner or Admin may bring in signed contracts. Write draft, or ask one of them."
        )
    return found


def _manager(text: str, managers: Mapping[str, int]) -> int:
    found = managers.get(fold(text))
    if found is None:
        raise ValueError(
            f"“{text[:60]}” is not one Manager, Owner or Admin of your organization. "
            "Write the name or e-mail address as it is here."
        )
    return found


def _not_ahead(day: dt.date, today: dt.date) -> dt.date:
    if day > today:
        raise ValueError("A signature can't lie ahead. Write today or an earlier day.")
    return day


@dataclass(frozen=True)
class _ContractReader:
    cells: RowReader
    setting: Setting

    def read(self, row: Row) -> ListRow | None:
        """Read one row; None if none of the columns that we know holds anything."""
        read = self.cells.read(row)
        if read is None:
            return None
        for name in ("title", "vendor"):
            if not read.values.get(name):
                self._wrong(
                    row, read, [name], f"The {name} is missing. Write it, or delete the row."
                )
        self._settle_term(row, read)
        self._settle_price(row, read)
        if read.values.get("status") == SIGNED:
            self._check_signed(row, read)
        values = {name: _stored(value) for name, value in read.values.items()}
        return ListRow(read.number, values, read.problems)

    def _wrong(self, row: Row, read: ListRow, names: Sequence[str], message: str) -> None:
        """Unless that cell has a problem already."""
        if not any(name in read.problems for name in names):
            name, problem = self.cells.problem(row, names, message)
            read.problems.setdefault(name, problem)

    def _settle_term(self, row: Row, read: ListRow) -> None:
        values = read.values
        start, end = values.pop("start", None), values.pop("end", None)
        if start:
            values["start_on"] = start
        if "notice" in values:
            values["notice"], values["notice_unit"] = values["notice"]
        said = values.get("initial_months")
        if start and end:
            counted = months_between(start, end)
            if counted is None and said is None:
                message = (
                    f"From {start} to {end} is no whole number of months. "
                    "Write the initial term in months instead."
                )
                self._wrong(row, read, ["end"], message)
            elif said is not None and counted != said:
                message = (
                    f"From {start} this is not the end of {said} months. Leave one of them out."
                )
                self._wrong(row, read, ["end"], message)
            else:
                values["initial_months"] = counted
        elif end and "start" not in read.problems:
            self._wrong(row, read, ["start", "end"], "An end needs a start. Write when it starts.")
        if values.get("renewal_months") and values.get("renewal_mode") not in (None, AUTOMATIC):
            message = "Only a contract that renews by itself has a renewal term. Leave it empty."
            self._wrong(row, read, ["renewal_months"], message)

    def _settle_price(self, row: Row, read: ListRow) -> None:
        values = read.values
        given = [name for name in (*PRICES, "price") if name in values]
        prices = {name: values.pop(name) for name in given}
        period, currency = values.pop("period", ""), values.get("currency", "")
        if not given:
            return
        if given[1:]:
            self._wrong(row, read, given[1:], "Write one price only: per month, quarter or year.")
            return
        [(name, (amount, own_currency, own_period))] = prices.items()
        period = PRICES.get(name) or own_period or period
        if not period:
            self._wrong(row, read, ["period", name], "Of what? Write month, quarter or year.")
        if own_currency and currency and own_currency != currency:
            self._wrong(row, read, [name], f"The currency beside it is {currency}. Correct one.")
        values["price"], values["period"] = amount, period
        values["currency"] = currency or own_currency or self.setting.currency

    def _check_signed(self, row: Row, read: ListRow) -> None:
        """What a person needs to record a signature, a file needs too (contracts/signing.py)."""
        values, problems = read.values, read.problems
        mode = values.get("renewal_mode")
        needed = [
            (["signed_on"], "signed_on", "A signed contract needs the day of its signature."),
            (["manager"], "manager", "A signed contract needs a delegated manager inside."),
            (["start"], "start_on", "A signed contract needs its start."),
            (["initial_months", "end"], "initial_months", "Say how long the initial term is."),
            (["renewal_mode"], "renewal_mode", "Say what happens at the end of the term."),
        ]
        if mode == AUTOMATIC:
            message = "Say for how many months it renews."
            needed.append((["renewal_months", "renewal_mode"], "renewal_months", message))
        if mode != NONE:
            needed.append((["notice"], "notice_unit", "Say how long the notice is."))
        for columns, name, message in needed:
            if values.get(name) is None and not any(at in problems for at in columns):
                self._missing(row, problems, columns, message)

    def _missing(
        self, row: Row, problems: dict[str, Problem], columns: list[str], message: str
    ) -> None:
        """At its own column; a sheet without one has it at the status, with the name of the column."""
        has = [name for name in columns if name in self.cells.found.headings.columns]
        if has:
            name, problem = self.cells.problem(row, has, message)
            problems.setdefault(name, problem)
            return
        name, problem = self.cells.problem(row, ["status"], message)
        earlier = problems.get(name)
        if earlier is not None:
            message = f"{earlier.message} {message}"
        problems[name] = Problem(problem.cell, problem.heading, problem.value, message)


def months_between(start: dt.date, end: dt.date) -> int | None:
    """Whole months from `start` to `end`, whether that is the last day covered or the first one not."""
    for over in (end + ONE_DAY, end):
        count = (over.year - start.year) * 12 + over.month - start.month
        if count >= 1 and add_months(start, count) == over:
            return count
    return None


def _stored(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
