"""A request for proposals as a spreadsheet, and the filled-in spreadsheet read again. Pure, no Django.

One sheet. Column A holds a key by which a row is known again ("Q3", "Q7 currency", "Q7 line 2"), so rows may
be moved and columns widened; the answer stands in column E, of a price line its fields from E on. An empty
answer leaves what is on the page as it is. Files can't be sent in a spreadsheet.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.spreadsheets import Cell, Row, Value, address, read_grid, write_xlsx
from evaluations.proposal_quote import (
    COUNTS,
    KINDS,
    LINE_NAMES,
    MOST_LINES,
    PERIODS,
    TABLE_NAMES,
    line_places,
    plain,
)
from evaluations.proposal_values import (
    CHOICE,
    FILE,
    NUMBER,
    QUOTE,
    YES_NO,
    read_answer,
    typed_answer,
)

HEADINGS = ("Key", "Section", "Question", "How to answer", "Answer")
ANSWER = len(HEADINGS)  # its column, counted from 1
TITLE = "Proposal"
LEAST_LINES = 10
MOST_ROWS, MOST_COLUMNS = 2_000, 60
_KEY = re.compile(r"Q([0-9]{1,4})(?: (?:line ([0-9]{1,3})|([a-z_]+)))?")
_HOW = {
    "currency": "A code like EUR",
    "rise_percent": "A number, or empty",
    "exit_fee": "A number, or empty",
    "valid_until_on": "A day like 2026-12-31",
}


def sheet_of(questions: Sequence[Any], values: Mapping[int, Mapping[str, Any]]) -> bytes:
    """A workbook with all questions in this order, and what was answered so far."""
    rows: list[Sequence[Value]] = [HEADINGS]
    for number, question in enumerate(questions, start=1):
        typed = typed_answer(question, values.get(question.pk, {}))
        if question.kind == QUOTE:
            rows += _quote_rows(number, question, typed)
        else:
            said = typed.get("", "") if question.kind != FILE else ""
            rows.append([f"Q{number}", question.section, _asked(question), how(question), said])
    return write_xlsx(rows, TITLE)


def _asked(question: Any) -> str:
    return f"{question.text}" if question.required else f"{question.text} (optional)"


def how(question: Any) -> str:
    """How an answer is written into its cell."""
    words = {
        YES_NO: "yes or no",
        CHOICE: "One of: " + "; ".join(map(str, question.choices)),
        NUMBER: f"A number, in {question.unit}" if question.unit else "A number",
        FILE: "Upload the file on the page",
    }
    return " ".join(part for part in (words.get(question.kind, ""), question.help) if part)


def _quote_rows(number: int, question: Any, typed: Mapping[str, str]) -> list[Sequence[Value]]:
    rows: list[Sequence[Value]] = [
        [
            f"Q{number} {name}",
            question.section,
            f"{question.text} – {label}",
            _HOW[name],
            typed[name],
        ]
        for name, label in TABLE_NAMES.items()
    ]
    choices = {"kind": KINDS, "period": PERIODS, "counts": COUNTS}
    told = [
        f"{label}: {', '.join(choices[name].values())}" if name in choices else label
        for name, label in LINE_NAMES.items()
    ]
    rows.append(["", question.section, f"{question.text} – price lines", "One row for each", *told])
    places = line_places(typed)
    for place in range(min(max(len(places) + 5, LEAST_LINES), MOST_LINES)):
        said = [
            _in_words(choices.get(name), typed.get(f"{place}-{name}", "")) for name in LINE_NAMES
        ]
        rows.append(
            [f"Q{number} line {place + 1}", question.section, f"Price line {place + 1}", "", *said]
        )
    return rows


def _in_words(choices: Mapping[str, str] | None, said: str) -> str:
    return choices.get(said, said) if choices else said


@dataclass
class Sheet:
    """What stands in a filled-in spreadsheet: `typed` by question, and where each of it stands."""

    typed: dict[int, dict[str, str]] = field(default_factory=dict)
    places: dict[int, dict[str, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def put(self, pk: int, name: str, cell: Cell) -> None:
        """Note what stands in the cell, if anything does."""
        if cell.unusable:
            self.problems.append(f"{cell.address}: {cell.unusable}")
        elif said := _said(cell):
            self.typed.setdefault(pk, {})[name] = said
            self.places.setdefault(pk, {})[name] = cell.address


def _said(cell: Cell) -> str:
    return plain(cell.number) if cell.number is not None else cell.text


def read_sheet(data: bytes, filename: str, questions: Sequence[Any]) -> Sheet:
    """Find the answers by their keys. Raises SpreadsheetProblem if it is no spreadsheet."""
    grid = read_grid(data, filename, max_rows=MOST_ROWS, max_columns=MOST_COLUMNS)
    sheet, seen = Sheet(), set()
    for row in grid.rows:
        key = row.cell(1).text
        found = _KEY.fullmatch(key)
        if found is None:
            continue
        number = int(found[1])
        if not 1 <= number <= len(questions):
            sheet.problems.append(f"{address(row.number, 1)}: this request has no question {key}.")
        elif key in seen:
            sheet.problems.append(
                f"{address(row.number, 1)}: {key} is there twice; the first one counts."
            )
        else:
            seen.add(key)
            _read_row(sheet, row, questions[number - 1], found)
    if not seen:
        sheet.problems.append(
            "No question was found: column A has to hold the keys (Q1, Q2 …) of the spreadsheet that "
            "can be downloaded here."
        )
    return sheet


def _read_row(sheet: Sheet, row: Row, question: Any, key: re.Match[str]) -> None:
    where = address(row.number, 1)
    if not key[2] and not row.cell(3).text.startswith(" ".join(question.text.split())[:60]):
        asked = row.cell(3).text[:60]
        sheet.problems.append(
            f"{where}: “{asked}” is not what {key[0]} asks here. Use the spreadsheet of this request."
        )
    elif question.kind == QUOTE:
        _read_quote_row(sheet, row, question, key)
    elif question.kind != FILE and not key[2] and not key[3]:
        sheet.put(question.pk, "", row.cell(ANSWER))


def _read_quote_row(sheet: Sheet, row: Row, question: Any, key: re.Match[str]) -> None:
    if key[3] in TABLE_NAMES:
        sheet.put(question.pk, key[3], row.cell(ANSWER))
    if not key[2]:
        return
    place = int(key[2]) - 1
    for column, name in enumerate(LINE_NAMES, start=ANSWER):
        sheet.put(question.pk, f"{place}-{name}", row.cell(column))


@dataclass
class Change:
    """One answer of the spreadsheet: the new `value`; {} with `errors` if it can't be read."""

    question: Any
    value: dict[str, Any]
    errors: list[str]


def changes_of(
    sheet: Sheet,
    questions: Sequence[Any],
    values: Mapping[int, Mapping[str, Any]],
    currencies: Sequence[str],
) -> list[Change]:
    """What the spreadsheet changes, and what of it can't be read, each with its cell; in their order."""
    found = []
    for question in questions:
        typed = sheet.typed.get(question.pk)
        if not typed:
            continue
        read = read_answer(question, typed, currencies)
        places = sheet.places[question.pk]
        errors = [
            f"{places.get(name, '')}: {words}".lstrip(": ") for name, words in read.errors.items()
        ]
        same = typed_answer(question, values.get(question.pk, {})) == typed_answer(
            question, read.value
        )
        if errors or not same:
            found.append(Change(question, {} if errors else read.value, errors))
    return found
