"""Finding a table of marks in a sheet: its heading row, its names, its weights, which way it runs."""

from collections import Counter
from dataclasses import dataclass, field

from core.spreadsheets import Cell, Grid, Row, column_letters
from evaluations.scorecard_file.model import Layout
from evaluations.scorecard_file.words import (
    is_criterion_heading,
    is_description,
    is_evaluator_heading,
    is_familiar_criterion,
    is_never_marks,
    is_not_applicable,
    is_perhaps_criterion_heading,
    is_total,
    is_vendor_heading,
    is_weight,
)

HEADING_ROWS = 60


class NoTable(Exception):
    """No table was found; `cell` is where to write what is missing."""

    def __init__(self, message: str, cell: Cell | None = None) -> None:
        super().__init__(message)
        self.cell = cell


@dataclass
class Table:
    """Where a table of marks stands. Columns and rows are numbers counted from 1."""

    layout: Layout
    heading_row: int
    first_row: int
    label_column: int
    headings: dict[int, Cell]  # the columns with marks
    weight_column: int | None = None
    evaluator_column: int | None = None
    left_out: list[Cell] = field(default_factory=list)  # headings of totals, comments and the like
    nameless: list[Cell] = field(default_factory=list)  # cells above columns of numbers
    wordy: list[Cell] = field(default_factory=list)  # headings of columns that hold only text


class Sheet:
    """A grid with what is asked of it again and again: where its numbers stand."""

    def __init__(self, grid: Grid) -> None:
        self.rows = grid.rows
        self.numbers: dict[int, set[int]] = {}  # column -> rows with a number
        self.widths: Counter[int] = Counter()  # row -> how many numbers
        for row in grid.rows:
            for cell in row:
                if cell.is_number:
                    self.numbers.setdefault(cell.column, set()).add(row.number)
                    self.widths[row.number] += 1

    def has_numbers_below(self, column: int, row: int) -> bool:
        """Whether a number stands anywhere below `row` in `column`."""
        return any(number > row for number in self.numbers.get(column, ()))

    def below(self, row: int) -> list[Row]:
        """Rows that hold something below `row`."""
        return [each for each in self.rows if each.number > row]

    def column_texts(self, column: int, row: int) -> list[Cell]:
        """Cells below `row` in `column` that hold text, N/A not counted."""
        cells = [each.cell(column) for each in self.below(row)]
        return [cell for cell in cells if cell.text and not _is_mark(cell)]


def _is_mark(cell: Cell) -> bool:
    return is_not_applicable(cell.text) or cell.is_number


def find_table(grid: Grid) -> Table:
    """Return the table of marks on the sheet, or raise `NoTable`."""
    sheet = Sheet(grid)
    heading = _heading_row(sheet)
    label_column = _label_column(sheet, heading)
    headings, first_row = _headings(sheet, heading, label_column)
    table = Table(Layout.VENDORS_DOWN, heading.number, first_row, label_column, {})
    _sort_columns(sheet, table, headings)
    if not table.headings and not table.wordy:
        raise NoTable(
            "The table has no column of marks; headings such as Total, Score or Comments don't "
            "count as one. Put the name of each vendor (or criterion) above its marks.",
            next(iter(heading)),
        )
    table.layout = _direction(sheet, table, heading.cell(label_column))
    if table.layout is Layout.VENDORS_DOWN and table.weight_column is not None:
        table.left_out.append(headings[table.weight_column])
        table.weight_column = None
    if table.layout is Layout.CRITERIA_DOWN and table.weight_column is None:
        _nameless_weights(sheet, table)
    return table


def _heading_row(sheet: Sheet) -> Row:
    """Return the row whose texts stand above the most columns of numbers; known words count extra."""
    best, best_score = None, 0.0
    rows = sheet.rows[:HEADING_ROWS]
    for row, following in zip(rows, (*rows[1:], None), strict=False):
        texts = [cell for cell in row if _may_be_heading(cell)]
        above = sum(sheet.has_numbers_below(cell.column, row.number) for cell in texts)
        known = any(is_vendor_heading(c.text) or is_criterion_heading(c.text) for c in texts)
        if not above and not (known and len(texts) > 2):
            continue
        weighted = any(is_weight(cell.text) for cell in texts)
        led_on = following is not None and sheet.widths[following.number] > 0
        score = above + 2.0 * known + weighted + 0.5 * led_on
        if score > best_score:
            best, best_score = row, score
    if best is None:
        raise NoTable(
            "No table of marks was found. Put the criteria in one direction, the vendors in the "
            "other, and numbers where they meet – or one row per mark with the headings Vendor, "
            "Criterion and Score."
        )
    return best


def _may_be_heading(cell: Cell) -> bool:
    repeats_left = cell.merged_from is not None and not cell.merged_from.startswith(
        column_letters(cell.column)
    )
    return not repeats_left and not _is_mark(cell)


def _label_column(sheet: Sheet, heading: Row) -> int:
    """Return the column of the names that go down: the known heading's, else the first of texts."""
    for is_known in (is_criterion_heading, is_vendor_heading, is_perhaps_criterion_heading):
        for cell in heading:
            if is_known(cell.text) and sheet.column_texts(cell.column, heading.number):
                return cell.column
    filled = [row for row in sheet.below(heading.number) if sheet.widths[row.number]]
    columns = sorted({column for row in filled for column in row.cells})
    for column in columns:
        texts = [row for row in filled if row.cell(column).text and not _is_mark(row.cell(column))]
        if 2 * len(texts) > len(filled) or (len(texts) == len(filled) - 1 and texts):
            return column
    for cell in heading:
        if is_criterion_heading(cell.text) or is_vendor_heading(cell.text):
            return cell.column
    raise NoTable(
        "The table has no column of names. Put the name of each vendor (or criterion) in front of "
        "its marks.",
        next(iter(heading)),
    )


def _headings(sheet: Sheet, heading: Row, label_column: int) -> tuple[dict[int, Cell], int]:
    """Return the heading of each column, and the row above the first body row.

    Two rows of headings ("Vendors" above the vendors' names) count as one; the lower names win.
    """
    headings = {cell.column: cell for cell in heading if cell.column != label_column}
    below = sheet.below(heading.number)
    lower = below[0] if below and below[0].number == heading.number + 1 else None
    is_second = (
        lower is not None
        and not sheet.widths[lower.number]
        and not lower.cell(label_column).text
        and any(sheet.has_numbers_below(cell.column, lower.number) for cell in lower)
    )
    if lower is None or not is_second:
        return headings, heading.number
    return headings | {cell.column: cell for cell in lower}, lower.number


def _sort_columns(sheet: Sheet, table: Table, headings: dict[int, Cell]) -> None:
    """Say of each column what it holds: marks, weights, evaluators, or nothing for us."""
    below = sheet.below(table.first_row)
    columns = sorted(set(headings) | {column for row in below for column in row.cells})
    for column in columns:
        cell = headings.get(column)
        if column == table.label_column:
            continue
        if cell is None or not cell.text:
            # Left of the names, numbers without a heading only count the rows.
            if column > table.label_column and sheet.has_numbers_below(column, table.first_row):
                table.nameless.append(Cell(table.first_row, column))
        elif is_weight(cell.text) and table.weight_column is None:
            table.weight_column = column
        elif _holds_evaluators(sheet, table, cell):
            table.evaluator_column = column
        elif _is_left_out(sheet, table, cell):
            table.left_out.append(cell)
        elif sheet.has_numbers_below(column, table.first_row) or not sheet.column_texts(
            column, table.first_row
        ):
            table.headings[column] = cell
        else:
            table.wordy.append(cell)


def _holds_evaluators(sheet: Sheet, table: Table, cell: Cell) -> bool:
    return (
        table.evaluator_column is None
        and is_evaluator_heading(cell.text)
        and not sheet.has_numbers_below(cell.column, table.first_row)
        and bool(sheet.column_texts(cell.column, table.first_row))
    )


def _is_left_out(sheet: Sheet, table: Table, cell: Cell) -> bool:
    if is_total(cell.text) or is_never_marks(cell.text):
        return True
    has_numbers = sheet.has_numbers_below(cell.column, table.first_row)
    names_elsewhere = is_vendor_heading(cell.text) or is_criterion_heading(cell.text)
    return not has_numbers and (is_description(cell.text) or names_elsewhere)


def _direction(sheet: Sheet, table: Table, corner: Cell) -> Layout:
    """Decide what goes down: by where the weights stand, by the corner, by familiar criteria."""
    labels = [row.cell(table.label_column) for row in sheet.rows]
    weight_row = any(is_weight(cell.text) for cell in labels)
    weight_column = table.weight_column is not None
    if weight_row != weight_column:
        return Layout.VENDORS_DOWN if weight_row else Layout.CRITERIA_DOWN
    if found := _corner_says(corner):
        return found
    across = sum(is_familiar_criterion(cell.text) for cell in table.headings.values())
    down = sum(is_familiar_criterion(cell.text) for cell in labels)
    if across != down:
        return Layout.VENDORS_DOWN if across > down else Layout.CRITERIA_DOWN
    titles = [cell.text for row in sheet.rows if row.number <= table.heading_row for cell in row]
    if any(is_vendor_heading(text) for text in titles):
        return Layout.CRITERIA_DOWN
    if any(is_criterion_heading(text) for text in titles):
        return Layout.VENDORS_DOWN
    raise NoTable(
        "It isn't clear whether vendors go down or across. Write “Vendor” here if the names below "
        "are vendors, “Criterion” if they are criteria.",
        corner,
    )


def _corner_says(corner: Cell) -> Layout | None:
    """Read "Criterion", "Vendor", or "Criteria \\ Vendors", whose first part goes down."""
    for part in corner.text.replace("\\", "/").replace("|", "/").split("/"):
        if is_criterion_heading(part) or is_perhaps_criterion_heading(part):
            return Layout.CRITERIA_DOWN
        if is_vendor_heading(part):
            return Layout.VENDORS_DOWN
    return None


def _nameless_weights(sheet: Sheet, table: Table) -> None:
    """Take a column of numbers without a heading for the weights if they add up as weights do."""
    for cell in table.nameless:
        rows = sheet.below(table.first_row)
        numbers = [row.cell(cell.column).as_number(decimal_comma=True) for row in rows
                   if row.number in sheet.numbers[cell.column]]  # fmt: skip
        if len(numbers) > 1 and sum(numbers) in (1, 100):
            table.weight_column = cell.column
            table.nameless.remove(cell)
            return
