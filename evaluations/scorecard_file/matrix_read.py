"""Reading a table with vendors in one direction and criteria in the other."""

from dataclasses import dataclass, field
from decimal import Decimal

from core.spreadsheets import Cell, Grid, Row
from evaluations.scorecard_file.draft import Draft
from evaluations.scorecard_file.matrix_find import Table
from evaluations.scorecard_file.model import Layout
from evaluations.scorecard_file.weights import adds_up
from evaluations.scorecard_file.words import (
    is_not_applicable,
    is_note,
    is_total,
    is_weight,
    name_key,
)

DIRECTIONS = {
    Layout.CRITERIA_DOWN: "criteria down and vendors across",
    Layout.VENDORS_DOWN: "vendors down and criteria across",
}


@dataclass
class _Body:
    """The rows below the headings, sorted by what they are."""

    records: list[Row] = field(default_factory=list)
    weights: Row | None = None
    left_out: list[Row] = field(default_factory=list)
    below: list[Row] = field(default_factory=list)


def read_matrix(grid: Grid, table: Table) -> Draft:
    """Read the table that `find_table` found."""
    draft = Draft(table.layout)
    draft.understood.append(
        f"The table starts in row {table.heading_row}, with {DIRECTIONS[table.layout]}."
    )
    body = _sort_rows(draft, table, grid)
    draft.beside += [
        cell.text
        for row in grid.rows
        if row.number <= table.heading_row or row in body.below
        for cell in row
    ]
    _complain_about_columns(draft, table)
    across = _names_across(draft, table)
    _read_records(draft, table, body, across)
    _read_weights(draft, table, body, across)
    _tell_left_out(draft, table, body)
    return draft


def _is_value(cell: Cell) -> bool:
    return cell.is_number or is_not_applicable(cell.text)


def _sort_rows(draft: Draft, table: Table, grid: Grid) -> _Body:
    """Walk down until a gap is followed by something that is no row of marks."""
    body = _Body()
    for row in grid.rows:
        label = row.cell(table.label_column)
        if row.number < table.heading_row and is_weight(label.text):
            body.weights = body.weights or row
    rows = [row for row in grid.rows if row.number > table.first_row]
    previous = table.first_row
    for position, row in enumerate(rows):
        after_gap = row.number > previous + 1 and bool(body.records)
        previous = row.number
        label = row.cell(table.label_column)
        if after_gap and not _belongs_after_gap(table, row, label):
            body.below = rows[position:]
            break
        _sort_row(draft, table, body, row)
    return body


def _belongs_after_gap(table: Table, row: Row, label: Cell) -> bool:
    columns = [*table.headings] + ([table.weight_column] if table.weight_column else [])
    return bool(label.text) and any(_is_value(row.cell(column)) for column in columns)


def _sort_row(draft: Draft, table: Table, body: _Body, row: Row) -> None:
    label = row.cell(table.label_column)
    marks = [row.cell(column) for column in table.headings]
    has_marks = any(cell.text for cell in marks)
    if is_weight(label.text) and table.layout is Layout.VENDORS_DOWN and body.weights is None:
        body.weights = row
    elif is_total(label.text) or is_weight(label.text):
        body.left_out.append(row)
    elif not label.text:
        _sort_nameless(draft, table, body, row, marks)
    elif not has_marks and _has_no_weight(table, row):
        _sort_wordless(draft, table, body, row, label)
    elif is_note(label.text) and not any(_is_value(cell) for cell in marks):
        body.left_out.append(row)
    else:
        body.records.append(row)


def _has_no_weight(table: Table, row: Row) -> bool:
    return table.weight_column is None or not row.cell(table.weight_column).text


def _sort_nameless(draft: Draft, table: Table, body: _Body, row: Row, marks: list[Cell]) -> None:
    """A row of numbers without a name: the weights, a total, or a name forgotten."""
    numbers = [cell.as_number(decimal_comma=True) for cell in marks if cell.is_number]
    label = row.cell(table.label_column)
    if table.layout is Layout.VENDORS_DOWN and body.weights is None and not body.records:
        if len(numbers) == len(marks) and adds_up(numbers):
            body.weights = row
            return
    elif table.weight_column is not None:
        weight = row.cell(table.weight_column)
        if weight.is_number and weight.as_number(decimal_comma=True) == _sum_above(table, body):
            body.left_out.append(row)
            return
        if is_total(weight.text):
            body.left_out.append(row)
            return
    if any(is_total(cell.text) for cell in row):
        body.left_out.append(row)
    elif numbers:
        draft.error(
            label,
            f"Row {row.number} has numbers but no name in {label.address}. Name it; "
            "if it is a total, call it Total and it will be left out.",
        )


def _sum_above(table: Table, body: _Body) -> Decimal:
    weights = [row.cell(table.weight_column or 0) for row in body.records]
    return sum((c.as_number(decimal_comma=True) for c in weights if c.is_number), Decimal(0))


def _sort_wordless(draft: Draft, table: Table, body: _Body, row: Row, label: Cell) -> None:
    """A name with nothing behind it: a group's heading, a note – or a vendor nobody has marked."""
    if is_note(label.text):
        body.left_out.append(row)
    elif table.weight_column is not None:
        draft.warn(label, "This row has neither a weight nor marks and was left out.")
    else:
        body.records.append(row)


def _complain_about_columns(draft: Draft, table: Table) -> None:
    for cell in table.nameless:
        draft.error(
            cell,
            f"The column below {cell.address} has numbers but no heading. Name it; "
            "if it is a total, call it Total and it will be left out.",
        )
    for cell in table.wordy:
        draft.error(
            cell,
            "This column holds only text, no marks. Write marks as numbers, or delete the column; "
            "a column called Comments is left out.",
        )


def _names_across(draft: Draft, table: Table) -> dict[int, str]:
    """Return the name of each column of marks; a name that comes twice is an error."""
    word = "vendor" if table.layout is Layout.CRITERIA_DOWN else "criterion"
    names = draft.vendors if table.layout is Layout.CRITERIA_DOWN else draft.criteria
    across: dict[int, str] = {}
    for column, cell in table.headings.items():
        if not draft.usable_name(cell):
            continue
        if before := names.add(cell):
            _complain_about_double(draft, cell, before, word)
        else:
            across[column] = cell.text
    return across


def _complain_about_double(draft: Draft, cell: Cell, before: Cell, word: str) -> None:
    draft.doubles += 1
    draft.error(
        cell,
        f"This {word} stands in {before.address} already (“{before.text}”). "
        f"Every {word} may come once; capitals and spaces make no difference.",
    )


def _read_records(draft: Draft, table: Table, body: _Body, across: dict[int, str]) -> None:
    criteria_down = table.layout is Layout.CRITERIA_DOWN
    word = "criterion" if criteria_down else "vendor"
    names = draft.criteria if criteria_down else draft.vendors
    seen: dict[tuple[str, str], Cell] = {}
    for row in body.records:
        label = row.cell(table.label_column)
        if not draft.usable_name(label):
            continue
        names.add(label)
        evaluator = _evaluator(draft, table, row)
        key = (name_key(label.text), name_key(evaluator))
        if key in seen:
            _complain_about_double(draft, label, seen[key], word)
            continue
        seen[key] = label
        down = names.spelling(label.text)
        for column, name in across.items():
            vendor, criterion = (name, down) if criteria_down else (down, name)
            draft.add_mark(
                row.cell(column), vendor=vendor, criterion=criterion, evaluator=evaluator
            )


def _evaluator(draft: Draft, table: Table, row: Row) -> str:
    cell = row.cell(table.evaluator_column or 0)
    if table.evaluator_column is None or not cell.text:
        return ""
    draft.evaluators.add(cell)
    return draft.evaluators.spelling(cell.text)


def _read_weights(draft: Draft, table: Table, body: _Body, across: dict[int, str]) -> None:
    if table.layout is Layout.VENDORS_DOWN:
        if body.weights is not None:
            for column, name in across.items():
                draft.add_weight(name, body.weights.cell(column))
        return
    if table.weight_column is None:
        return
    for row in body.records:
        name, cell = row.cell(table.label_column).text, row.cell(table.weight_column)
        before = draft.weights.get(name_key(name))
        if before is None or not before.text:
            draft.add_weight(name, cell)


def _tell_left_out(draft: Draft, table: Table, body: _Body) -> None:
    if table.left_out:
        names = ", ".join(f"“{cell.text}” ({cell.address})" for cell in table.left_out)
        draft.understood.append(f"Columns left out: {names}.")
    if body.left_out:
        labels = [next(iter(row)) for row in body.left_out]
        names = ", ".join(f"“{cell.text[:60]}” ({cell.address})" for cell in labels)
        draft.understood.append(f"Rows left out: {names}.")
    if not body.below:
        return
    first, last = body.below[0].number, body.below[-1].number
    where = f"Row {first}" if first == last else f"Rows {first} to {last}"
    columns = list(table.headings)
    if any(row.cell(column).is_number for row in body.below for column in columns):
        draft.warn(
            next(iter(body.below[0])),
            f"{where}, below the table, were left out although numbers stand there. "
            "If they belong to the table, close the gap above.",
        )
    else:
        draft.understood.append(f"{where}, below the table: left out.")
