"""What is worth talking about once scoring is closed: where people differ and a place depends on it. Pure.

Also what one agreed mark does to the ranking. All numbers come from evaluations.engine by way of
`calculation`, so an agenda can be made from a frozen record as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from core.charts import letter
from evaluations import engine
from evaluations.calculation import Cell, Mark, Ranking, Table, VendorResult
from evaluations.engine.arguments import FloatArray
from evaluations.inputs import CandidateInput, CriterionInput, Inputs, ModeratedInput
from evaluations.marks import NOT_APPLICABLE, mark_text, plain_number

MINUTES_A_CELL = 4
Key = tuple[int, int]


@dataclass(frozen=True)
class Item:
    """A cell in which the evaluators differ. `effect`: weight × spread in points; None for a gate."""

    candidate: CandidateInput
    criterion: CriterionInput
    marks: list[Mark]
    effect: float | None = None
    moderated: ModeratedInput | None = None

    @property
    def key(self) -> Key:
        return self.candidate.pk, self.criterion.pk

    @property
    def words(self) -> str:
        """The marks from low to high, which says nothing about who gave them: 2 · 4 · N/A."""
        given = [mark for mark in self.marks if mark.mark is not None or mark.not_applicable]
        return " · ".join(mark_words(mark, self.criterion) for mark in low_to_high(given))


@dataclass(frozen=True)
class Agenda:
    """`open`: to talk about, gates first, then the largest effect; `rest`: differing, but no place
    depends on it; `settled`: a moderated mark counts."""

    open: list[Item]
    rest: list[Item]
    settled: list[Item]

    @property
    def minutes(self) -> int:
        """How long it takes, at a few minutes a cell."""
        return MINUTES_A_CELL * len(self.open)

    def place(self, key: Key) -> int:
        """1 for the first open cell; 0 if this one is not open."""
        return next((n for n, item in enumerate(self.open, start=1) if item.key == key), 0)

    def after(self, key: Key) -> Item | None:
        """The open cell to go on with from this one, from the end back to the first."""
        place = self.place(key)
        others = self.open[place:] + self.open[: max(place - 1, 0)]
        return others[0] if others else None


def agenda(ranking: Ranking) -> Agenda:
    """The cells in which the evaluators differ, by whether a place depends on them."""
    table = ranking.table
    contenders = [vendor for vendor in ranking.vendors if _may_take_a_place(vendor)]
    effects = _effects(table, [table.rows[vendor.candidate.pk] for vendor in contenders])
    gates = {
        (vendor.candidate.pk, gate.criterion.pk)
        for vendor in contenders
        for gate in vendor.failed_gates
    }
    opened, rest, settled = [], [], []
    for vendor in ranking.vendors:
        for cell in [*vendor.gates, *vendor.cells]:
            key = vendor.candidate.pk, cell.criterion.pk
            item = Item(
                vendor.candidate, cell.criterion, cell.marks, effects.get(key), cell.moderated
            )
            if cell.measured:
                continue  # there is nothing to agree on
            if cell.moderated is not None:
                settled.append(item)
            elif key in gates or key in effects:
                opened.append(item)
            elif _differ(cell.marks):
                rest.append(item)
    # Python sorts stably: gates stay in the order of the ranking.
    opened.sort(key=lambda item: -np.inf if item.effect is None else -item.effect)
    return Agenda(opened, rest, settled)


def _answers(marks: Iterable[Mark]) -> set[float | str]:
    return {
        NOT_APPLICABLE if mark.mark is None else mark.mark
        for mark in marks
        if mark.mark is not None or mark.not_applicable
    }


def _differ(marks: Iterable[Mark]) -> bool:
    return len(_answers(marks)) > 1


def _disputed(gate: Cell) -> bool:
    """Somebody's fail stands against somebody else's pass or N/A, and nothing is agreed yet."""
    return gate.moderated is None and gate.passed is False and _differ(gate.marks)


def _may_take_a_place(vendor: VendorResult) -> bool:
    """Eligible, or it would be if the disputed gates were passed."""
    return all(_disputed(gate) for gate in vendor.failed_gates)


def _effects(table: Table, rows: list[int]) -> dict[Key, float]:
    """Weight × spread of every open weighted cell on which a place among `rows` depends, by cell."""
    if not rows or not table.criteria:
        return {}
    found = engine.disagreement(
        evaluators_points(table)[:, rows], table.weights, applicable=table.applicable[rows]
    )
    effects = {
        (table.candidates[rows[i]].pk, table.criteria[j].pk): float(effect)
        for (i, j), effect in zip(found.cells, found.effect, strict=True)
    }
    for key, effect in _not_applicable_splits(table, rows):
        effects[key] = max(effect, effects.get(key, 0.0))
    return effects


def evaluators_points(table: Table) -> FloatArray:
    """[E,V,C] each evaluator's marks in points; where a mark was agreed on, everybody's is that one."""
    points = np.stack([table.to_points(layer) for layer in table.marks])
    for candidate, criterion in table.moderated:
        if candidate in table.rows and criterion in table.columns:
            i, j = table.rows[candidate], table.columns[criterion]
            points[:, i, j] = table.points[i, j]
    return points


def _not_applicable_splits(table: Table, rows: list[int]) -> list[tuple[Key, float]]:
    """Cells that some marked and others called not applicable, if it matters who is right.

    With the points by which the total would change.
    """
    splits = [
        (at, j)
        for at, i in enumerate(rows)
        for j, criterion in enumerate(table.criteria)
        if _split(table, table.candidates[i], criterion)
    ]
    if not splits:
        return []
    points, applicable = table.points[rows], table.applicable[rows]
    now = engine.score(points, table.weights, applicable).total
    places, columns = np.array(splits).T
    without = applicable[places]
    without[np.arange(len(splits)), columns] = False
    # One row for each split: nobody's total depends on who else is there.
    then = engine.score(points[places], table.weights, without).total
    return [
        (
            (table.candidates[rows[at]].pk, table.criteria[j].pk),
            float(np.nan_to_num(abs(total - now[at]))),
        )
        for (at, j), total in zip(splits, then, strict=True)
        if _another_place(now, at, total)
    ]


def _split(table: Table, candidate: CandidateInput, criterion: CriterionInput) -> bool:
    if (candidate.pk, criterion.pk) in table.moderated:
        return False
    marks = table.cell_marks(candidate, criterion)
    return any(m.not_applicable for m in marks) and any(m.mark is not None for m in marks)


def _another_place(totals: FloatArray, at: int, total: float) -> bool:
    """Would this total instead of its own give a ranked candidate another order with somebody, or no place?"""
    if np.isnan(totals[at]):
        return False
    if np.isnan(total):
        return True
    others = np.delete(totals, at)
    others = others[~np.isnan(others)]
    return not np.array_equal(_order(totals[at] - others), _order(total - others))


def _order(lead: FloatArray) -> FloatArray:
    """1 ahead, 0 tied, −1 behind."""
    return np.where(np.abs(lead) < engine.TIE, 0.0, np.sign(lead))


# The effect of one mark ---------------------------------------------------------------------------


def with_mark(
    inputs: Inputs, key: Key, mark: Decimal | None, not_applicable: bool = False
) -> Inputs:
    """The same inputs with this mark agreed on for the cell."""
    agreed = ModeratedInput(*key, mark, not_applicable, reason="")
    return replace(inputs, moderated=[*without_mark(inputs, key).moderated, agreed])


def without_mark(inputs: Inputs, key: Key) -> Inputs:
    """The same inputs as the evaluators marked this cell."""
    kept = [row for row in inputs.moderated if (row.candidate, row.criterion) != key]
    return replace(inputs, moderated=kept)


@dataclass(frozen=True)
class Line:
    """One candidate before and after."""

    before: VendorResult
    after: VendorResult

    @property
    def candidate(self) -> CandidateInput:
        return self.after.candidate

    @property
    def moves(self) -> bool:
        """Another place, or a place gained or lost."""
        return (self.before.rank, self.before.tied) != (self.after.rank, self.after.tied)

    @property
    def change(self) -> float | None:
        """Points gained or lost; None where one of the totals is missing."""
        if self.before.total is None or self.after.total is None:
            return None
        return self.after.total - self.before.total


@dataclass(frozen=True)
class Effect:
    """The ranking before and after, in the order after."""

    lines: list[Line]
    new_leaders: list[CandidateInput]

    @property
    def moving(self) -> list[Line]:
        return [line for line in self.lines if line.moves]


def effect(before: Ranking, after: Ranking) -> Effect:
    """Who moves, and what happens to the totals. `new_leaders` is empty if the same ones lead."""
    old = {vendor.candidate.pk: vendor for vendor in before.vendors}
    lines = [Line(old[vendor.candidate.pk], vendor) for vendor in after.vendors]
    led = {vendor.candidate.pk for vendor in before.leaders}
    lead = {vendor.candidate.pk for vendor in after.leaders}
    changed = [vendor.candidate for vendor in after.leaders] if led != lead else []
    return Effect(lines, changed)


# Showing marks with or without names --------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """One evaluator's mark as the page shows it; `letter` ties it to its dot."""

    letter: str
    name: str
    mark: float | None
    words: str
    evidence: str
    comment: str


def low_to_high(marks: Iterable[Mark]) -> list[Mark]:
    """By what stands in the mark alone, so that the order tells nothing about who gave it."""
    return sorted(
        marks,
        key=lambda mark: (
            mark.mark is None,
            mark.mark or 0.0,
            not mark.not_applicable,
            mark.evidence,
            mark.comment,
        ),
    )


def shown_marks(cell: Cell, names_hidden: bool) -> list[Shown]:
    """The marks of one cell from low to high, lettered anew in each cell; with names if they may be seen."""
    said = [m for m in cell.marks if m.mark is not None or m.not_applicable or m.comment]
    return [
        Shown(
            letter=letter(place),
            name="" if names_hidden else mark.evaluator,
            mark=mark.mark,
            words=mark_words(mark, cell.criterion),
            evidence=mark.evidence_label,
            comment=mark.comment,
        )
        for place, mark in enumerate(low_to_high(said))
    ]


def mark_words(mark: Mark | ModeratedInput, criterion: CriterionInput) -> str:
    """A mark as a person says it: 4, Pass, N/A, or a dash."""
    if mark.mark is None:
        return NOT_APPLICABLE if mark.not_applicable else "–"
    if criterion.is_gate:
        return "Pass" if mark.mark else "Fail"
    return plain_number(Decimal(str(mark.mark)))


def stored_words(mark: Decimal | None, not_applicable: bool, is_gate: bool) -> str:
    """The same for a stored moderated mark."""
    if is_gate and mark is not None:
        return "Pass" if mark else "Fail"
    return mark_text(mark, not_applicable)
