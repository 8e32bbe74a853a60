"""From bytes to a `ScorecardFile`: never raises for what a file holds, says it instead."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from core.spreadsheets import Grid, SpreadsheetProblem, read_grid
from core.spreadsheets.reading import MAX_CELLS
from evaluations.scorecard_file.draft import Draft
from evaluations.scorecard_file.long_table import find_long_headings, read_long
from evaluations.scorecard_file.matrix_find import NoTable, find_table
from evaluations.scorecard_file.matrix_read import read_matrix
from evaluations.scorecard_file.model import (
    Criterion,
    Mark,
    Problem,
    Scale,
    ScorecardFile,
    Vendor,
)
from evaluations.scorecard_file.scale import (
    mostly_fits,
    parse_scale,
    recognise,
    stated_scale,
    wider_scale,
)
from evaluations.scorecard_file.weights import name_without_weight, weigh
from evaluations.scorecard_file.words import name_key

MAX_VENDORS = 200
MAX_CRITERIA = 50
MAX_EVALUATORS = 50
MAX_MARKS = 100_000
MAX_TABLE_CELLS = MAX_MARKS * 5 // 4  # with names, weights and notes
MAX_ROWS = MAX_MARKS + 1_000
MAX_COLUMNS = 1_000
MAX_PROBLEMS = 200
MAX_MISSING_SHOWN = 20


def read_scorecard(
    data: bytes, filename: str, *, scale: str | None = None, max_cells: int = MAX_CELLS
) -> ScorecardFile:
    """Read a scorecard in any of the three layouts; whatever is wrong is in `.problems`.

    `scale` ("0-10") says which scale the marks are on; without it a sentence in the file is
    believed, else it is recognised from the marks. A bad `scale` is a problem, too. A sheet with
    more filled cells than `max_cells` is refused as soon as that is seen.
    """
    try:
        given = parse_scale(scale) if scale else None
        grid = read_grid(
            data, filename, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS, max_cells=max_cells
        )
        draft = _read_table(grid)
    except SpreadsheetProblem as problem:
        return _refused(filename, problem.message, problem.cell)
    except NoTable as problem:
        cell = problem.cell
        return _refused(filename, str(problem), cell.address if cell else None)
    except ValueError as problem:
        return _refused(filename, str(problem), None)
    return _finish(draft, grid, filename, given)


def _refused(filename: str, message: str, cell: str | None) -> ScorecardFile:
    return ScorecardFile(filename, problems=(Problem("error", cell, "", message),))


def _read_table(grid: Grid) -> Draft:
    if found := find_long_headings(grid):
        return read_long(grid, *found)
    if sum(len(row.cells) for row in grid.rows) > MAX_TABLE_CELLS:
        raise SpreadsheetProblem(
            f"The table is too large: at most {MAX_VENDORS} vendors and {MAX_CRITERIA} criteria, "
            f"and {MAX_MARKS:,} marks, can be read."
        )
    return read_matrix(grid, find_table(grid))


def _finish(draft: Draft, grid: Grid, filename: str, given: Scale | None) -> ScorecardFile:
    if refusal := _too_much(draft):
        return _refused(filename, refusal, None)
    for warning in grid.warnings:
        draft.warn(None, warning)
    marked = [mark.mark for mark in draft.marks if mark.mark is not None]
    scale = _scale(draft, grid, marked, given)
    _complain_about_marks(draft, marked, scale)
    criteria, weights_given = weigh(draft)
    vendors = tuple(Vendor(cell.text, cell.address) for cell in draft.vendors.cells())
    if marked:
        _warn_about_gaps(draft)
    faulty = any(problem.severity == "error" for problem in draft.problems)
    if len(vendors) == 1 and not faulty:
        draft.warn(None, "There is only one vendor, so there is nothing to compare it with.")
    marks = tuple(draft.marks)
    if draft.weights_in_names:
        criteria, marks = _without_weights_in_names(criteria, marks)
    return ScorecardFile(
        filename=filename,
        layout=draft.layout,
        scale=scale,
        vendors=vendors,
        criteria=criteria,
        weights_given=weights_given,
        evaluators=tuple(cell.text for cell in draft.evaluators.cells()),
        marks=marks,
        problems=_at_most(draft.problems),
        understood=_understood(draft, grid, scale, criteria, len(marked)),
    )


def _too_much(draft: Draft) -> str | None:
    for names, limit, word in (
        (draft.vendors, MAX_VENDORS, "vendors"),
        (draft.criteria, MAX_CRITERIA, "criteria"),
        (draft.evaluators, MAX_EVALUATORS, "evaluators"),
    ):
        count = len(names.first)
        if count > limit:
            return f"The scorecard has {count} {word}; at most {limit} can be read."
    if len(draft.marks) > MAX_MARKS:
        return f"The scorecard has more than {MAX_MARKS:,} marks. Split the file."
    return None


def _scale(
    draft: Draft, grid: Grid, marked: Sequence[Decimal], given: Scale | None
) -> Scale | None:
    if given or not marked:
        return given
    percent = draft.percent_marks > 0
    stated = stated_scale([*draft.beside, grid.sheet or ""])
    if stated and not percent:
        if mostly_fits(stated, marked):
            return stated
        draft.warn(None, f"The file speaks of a scale {stated}, but the marks don't fit it.")
    scale = recognise(marked, percent=percent)
    if max(marked) <= 1 and len(marked) > 1:
        draft.warn(
            None,
            f"No mark is above 1; they were read on the scale {scale}. "
            "If they are shares, state the scale 0-1.",
        )
    return scale


def _complain_about_marks(draft: Draft, marked: Sequence[Decimal], scale: Scale | None) -> None:
    if scale is None or not marked:
        if not any(problem.severity == "error" for problem in draft.problems):
            draft.problems.append(Problem("error", None, "", "There are no marks to rank."))
        return
    fitting = sum(map(scale.holds, marked))
    for mark in draft.marks:
        if mark.mark is None or scale.holds(mark.mark):
            continue
        others = f", which {fitting} of the {len(marked)} marks fit" if scale.how == "marks" else ""
        wider = wider_scale(mark.mark)
        remedy = "Correct it."
        if wider and wider.highest > scale.highest:
            remedy = f"Correct it, or state the scale if another one is meant, such as {wider}."
        message = f"This mark is off the scale {scale}{others}. {remedy}"
        draft.problems.append(Problem("error", mark.cell, f"{mark.mark:f}", message))


def _warn_about_gaps(draft: Draft) -> None:
    """Say which vendor has no mark at all on which criterion, and how many opinions are missing."""
    answered = {_pair(m) for m in draft.marks if m.mark is not None or m.not_applicable}
    answered |= draft.unread
    cells = {_pair(m): m.cell for m in draft.marks if _pair(m) not in answered}
    vendors, criteria = draft.vendors.cells(), draft.criteria.cells()
    gaps = [
        (v.text, c.text) for v in vendors for c in criteria if _key(v.text, c.text) not in answered
    ]
    for vendor, criterion in gaps[:MAX_MISSING_SHOWN]:
        draft.problems.append(
            Problem(
                "warning",
                cells.get(_key(vendor, criterion)),
                "",
                f"“{vendor}” has no mark on “{criterion}”, so it is placed after the complete ones.",
            )
        )
    if len(gaps) > MAX_MISSING_SHOWN:
        draft.warn(None, f"{len(gaps) - MAX_MISSING_SHOWN} further marks are missing.")
    evaluators = len(draft.evaluators.first)
    given = sum(m.mark is not None or m.not_applicable for m in draft.marks)
    short = evaluators * len(vendors) * len(criteria) - given - evaluators * len(gaps)
    if evaluators > 1 and short > 0:
        draft.warn(
            None,
            f"{short} single mark{'s are' if short > 1 else ' is'} missing where other evaluators "
            "gave one; the mean of those who did counts.",
        )


def _key(vendor: str, criterion: str) -> tuple[str, str]:
    return name_key(vendor), name_key(criterion)


def _pair(mark: Mark) -> tuple[str, str]:
    return _key(mark.vendor, mark.criterion)


def _without_weights_in_names(
    criteria: tuple[Criterion, ...], marks: tuple[Mark, ...]
) -> tuple[tuple[Criterion, ...], tuple[Mark, ...]]:
    return (
        tuple(replace(each, name=name_without_weight(each.name)) for each in criteria),
        tuple(replace(each, criterion=name_without_weight(each.criterion)) for each in marks),
    )


def _at_most(problems: list[Problem]) -> tuple[Problem, ...]:
    """Errors first; beyond what anybody reads, only their number."""
    ordered = sorted(problems, key=lambda problem: problem.severity != "error")
    if len(ordered) <= MAX_PROBLEMS:
        return tuple(ordered)
    more = f"{len(ordered) - MAX_PROBLEMS} further problems are not shown."
    return (*ordered[:MAX_PROBLEMS], Problem(ordered[MAX_PROBLEMS].severity, None, "", more))


def _understood(
    draft: Draft, grid: Grid, scale: Scale | None, criteria: Sequence[Criterion], marked: int
) -> tuple[str, ...]:
    vendors, evaluators = len(draft.vendors.first), len(draft.evaluators.first)
    by = f" by {evaluators} evaluators" if evaluators > 1 else ""
    not_applicable = sum(mark.not_applicable for mark in draft.marks)
    said = [
        *grid.notes,
        *draft.understood,
        f"{_count(vendors, 'vendor', 'vendors')}, {_count(len(criteria), 'criterion', 'criteria')}, "
        f"{_count(marked, 'mark', 'marks')}{by}, {not_applicable} not applicable.",
    ]
    if scale:
        how = {
            "given": "as you said",
            "stated": "as the file says",
            "marks": "recognised from the marks",
        }[scale.how]
        said.append(f"Marks are on the scale {scale} ({how}).")
    return tuple(said)


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
