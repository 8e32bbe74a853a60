"""One row per mark: vendor, criterion and mark in columns, in any order."""

from dataclasses import dataclass, field
from decimal import Decimal

from core.spreadsheets import Cell, Grid, Headings, NumberProblem, Row, match_headings
from evaluations.scorecard_file.draft import Draft, Names
from evaluations.scorecard_file.model import Layout
from evaluations.scorecard_file.words import (
    LONG_TABLE,
    evidence_grade,
    is_note,
    is_total,
    is_weight,
    name_key,
)

NEEDED = frozenset({"vendor", "criterion", "mark"})
HEADING_ROWS = 60


@dataclass
class _Reader:
    columns: dict[str, int]
    draft: Draft
    seen: dict[tuple[str, str, str], str] = field(default_factory=dict)
    weight_values: dict[str, Decimal] = field(default_factory=dict)
    totals: int = 0

    def cell(self, row: Row, name: str) -> Cell:
        """Return the row's cell in a named column, an empty one if there is no such column."""
        return row.cell(self.columns[name]) if name in self.columns else Cell(row.number, 0)

    def text(self, row: Row, name: str) -> str:
        """Return the text in a named column."""
        return self.cell(row, name).text


def find_long_headings(grid: Grid) -> tuple[Row, Headings] | None:
    """Return the heading row of a one-row-per-mark table, if the sheet is one."""
    for row in grid.rows[:HEADING_ROWS]:
        headings = match_headings(row, LONG_TABLE)
        if headings.columns.keys() >= NEEDED and _has_names(grid, row, headings):
            return row, headings
    return None


def _has_names(grid: Grid, heading: Row, headings: Headings) -> bool:
    """Whether names, not marks, stand below "Requirements", which may itself be a criterion."""
    column = headings.columns["criterion"]
    if "rit" in heading.cell(column).text.casefold():  # criterion, Kriterium, critère
        return True
    cells = [row.cell(column) for row in grid.rows if row.number > heading.number]
    filled = [cell for cell in cells if cell.text]
    return 2 * sum(cell.is_number for cell in filled) <= len(filled)


def read_long(grid: Grid, heading: Row, headings: Headings) -> Draft:
    """Read the rows below `heading`."""
    draft = Draft(Layout.ONE_ROW_PER_MARK)
    reader = _Reader(headings.columns, draft)
    draft.understood.append(
        f"The table starts in row {heading.number}, one row per mark: "
        + ", ".join(
            f"{name} in column {heading.cell(column).address.rstrip('0123456789')}"
            for name, column in sorted(headings.columns.items(), key=lambda item: item[1])
        )
        + "."
    )
    for cell in headings.repeated:
        draft.warn(cell, "This column was not used: another one already has that meaning.")
    unused = [f"“{cell.text}”" for cell in headings.unknown]
    if unused:
        draft.understood.append(f"Not used: {', '.join(unused)}.")
    draft.beside += [cell.text for row in grid.rows for cell in row if row.number <= heading.number]
    _read_rows(reader, [row for row in grid.rows if row.number > heading.number])
    if reader.totals:
        draft.understood.append(f"{reader.totals} rows of totals or averages were left out.")
    return draft


def _read_rows(reader: _Reader, rows: list[Row]) -> None:
    previous = rows[0].number - 1 if rows else 0
    for row in rows:
        after_gap = row.number > previous + 1
        previous = row.number
        filled = [name for name in reader.columns if reader.text(row, name)]
        if not filled:
            continue
        if len(filled) == 1 and filled != ["mark"] and _is_remark(reader, row, after_gap):
            text = reader.text(row, filled[0])
            reader.draft.beside.append(text)
            reader.draft.understood.append(f"Row {row.number} (“{text[:60]}”) was left out.")
            continue
        _read_row(reader, row)


def _is_remark(reader: _Reader, row: Row, after_gap: bool) -> bool:
    return after_gap or any(is_note(cell.text) or is_total(cell.text) for cell in row)


def _read_row(reader: _Reader, row: Row) -> None:
    vendor, criterion = reader.cell(row, "vendor"), reader.cell(row, "criterion")
    if is_total(vendor.text) or is_total(criterion.text):
        reader.totals += 1
        return
    if is_weight(vendor.text) and criterion.text:
        _take_weight(reader, criterion, reader.cell(row, "mark"))
        return
    if not _names_are_there(reader.draft, vendor, criterion):
        return
    evaluator = reader.cell(row, "evaluator")
    vendor_name = _known(reader.draft, reader.draft.vendors, vendor, "vendor")
    criterion_name = _known(reader.draft, reader.draft.criteria, criterion, "criterion")
    evaluator_name = ""
    if evaluator.text:
        evaluator_name = _known(reader.draft, reader.draft.evaluators, evaluator, "evaluator")
    if "weight" in reader.columns:
        _take_weight(reader, criterion, reader.cell(row, "weight"))
    mark = reader.cell(row, "mark")
    key = (name_key(vendor_name), name_key(criterion_name), name_key(evaluator_name))
    if key in reader.seen:
        by = f" by {evaluator_name}" if evaluator_name else ""
        reader.draft.error(
            mark,
            f"“{vendor_name}” already has a mark{by} on “{criterion_name}” in {reader.seen[key]}. "
            "Keep one of the two.",
        )
        return
    reader.seen[key] = mark.address
    reader.draft.add_mark(
        mark,
        vendor=vendor_name,
        criterion=criterion_name,
        evaluator=evaluator_name,
        evidence=_evidence(reader.draft, reader.cell(row, "evidence")),
        comment=reader.text(row, "comment"),
    )


def _names_are_there(draft: Draft, vendor: Cell, criterion: Cell) -> bool:
    for cell, word in ((vendor, "vendor"), (criterion, "criterion")):
        if not cell.text:
            draft.error(cell, f"The {word} is missing in this row.")
    usable = [draft.usable_name(cell) for cell in (vendor, criterion) if cell.text]
    return len(usable) == 2 and all(usable)


def _known(draft: Draft, names: Names, cell: Cell, word: str) -> str:
    """Return the first spelling of a name; another spelling of the same is worth a look."""
    names.add(cell)
    name = names.spelling(cell.text)
    if name != cell.text:
        draft.warn(cell, f"Read as the same {word} as “{name}”. Check the spelling.")
    return name


def _take_weight(reader: _Reader, criterion: Cell, cell: Cell) -> None:
    """Take a weight that may be repeated on every row, but must then be the same."""
    key = name_key(criterion.text)
    if key not in reader.draft.weights or (cell.text and not reader.draft.weights[key].text):
        reader.draft.add_weight(criterion.text, cell)
        return
    known = reader.draft.weights[key]
    if not cell.text or cell.text == known.text:
        return
    try:
        same = cell.as_number(decimal_comma=True) == known.value
    except NumberProblem:
        same = False
    if not same:
        reader.draft.error(
            cell,
            f"“{criterion.text}” has the weight {known.text} in {known.cell}. "
            "One criterion has one weight.",
        )


def _evidence(draft: Draft, cell: Cell) -> str:
    if not cell.text:
        return ""
    grade = evidence_grade(cell.text)
    if grade is None:
        draft.warn(
            cell,
            "This grade of evidence isn't known and was left out. "
            "Known are: measured, reference, document, demo, claim, guess.",
        )
    return grade or ""
