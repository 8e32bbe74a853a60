"""What comes on the agenda, in which order, and what one agreed mark does. Without a database."""

from decimal import Decimal
from itertools import permutations

import pytest

from evaluations.calculation import rank
from evaluations.inputs import (
    CandidateInput,
    CriterionInput,
    EvaluatorInput,
    Inputs,
    MarkInput,
    ModeratedInput,
)
from evaluations.moderation import agenda, effect, shown_marks, with_mark, without_mark

NORTHWIND, CONTOSO, FABRIKAM = 1, 2, 3
QUALITY, COST, INSURED, AUDITED = 11, 12, 13, 14
NAMES = {NORTHWIND: "Northwind", CONTOSO: "Contoso", FABRIKAM: "Fabrikam"}
# Totals 80, 75 and 15; Fabrikam is out of reach.
MARKS = {
    (NORTHWIND, QUALITY): [5, 3],
    (NORTHWIND, COST): [4, 4],
    (CONTOSO, QUALITY): [4, 4],
    (CONTOSO, COST): [4, 3],
    (FABRIKAM, QUALITY): [1, 2],
    (FABRIKAM, COST): [0, 0],
}


def criterion(pk: int, name: str, kind: str = "judged") -> CriterionInput:
    gate = kind == "gate"
    weight = Decimal(0) if gate else Decimal(50)
    return CriterionInput(pk, name, kind, weight, Decimal(0), Decimal(1 if gate else 5))


def build(marks, *, gates=(), moderated=(), recused=()) -> Inputs:
    """`marks`: by cell one mark for each evaluator; "N/A", or None for missing."""
    rows = [
        MarkInput(
            number,
            *cell,
            None if mark in {"N/A", None} else Decimal(str(mark)),
            mark == "N/A",
        )
        for cell, given in marks.items()
        for number, mark in enumerate(given, start=1)
        if mark is not None
    ]
    count = max(len(given) for given in marks.values())
    return Inputs(
        criteria=[
            criterion(QUALITY, "Quality"),
            criterion(COST, "Cost"),
            *(criterion(pk, f"Gate {pk}", "gate") for pk in gates),
        ],
        candidates=[CandidateInput(pk, name, pk, pk) for pk, name in NAMES.items()],
        evaluators=[
            EvaluatorInput(number, f"Evaluator no. {number}", True, number in recused)
            for number in range(1, count + 1)
        ],
        marks=rows,
        moderated=[
            ModeratedInput(*cell, Decimal(str(mark)), False, "Looked again")
            for cell, mark in dict(moderated).items()
        ],
    )


def agenda_of(marks, **extra):
    return agenda(rank(build(marks, **extra)))


def keys(items):
    return [item.key for item in items]


def all_passing(gate, **extra):
    return {(pk, gate): [1, 1] for pk in NAMES} | extra


def test_only_what_can_change_a_place_the_largest_weight_times_spread_first():
    found = agenda_of(MARKS)
    assert keys(found.open) == [(NORTHWIND, QUALITY), (CONTOSO, COST)]
    # Half the weight × the standard deviation of 100 and 60, and of 80 and 60 points.
    assert [item.effect for item in found.open] == pytest.approx([0.5 * 800**0.5, 0.5 * 200**0.5])
    assert keys(found.rest) == [(FABRIKAM, QUALITY)]
    assert found.settled == []
    assert found.minutes == 8
    assert [item.words for item in found.open] == ["3 · 5", "3 · 4"]


def test_nobody_differs():
    found = agenda_of({cell: [3, 3] for cell in MARKS})
    assert (found.open, found.rest, found.settled, found.minutes) == ([], [], [], 0)


def test_an_agreed_cell_is_settled_and_the_others_are_judged_by_it():
    found = agenda_of(MARKS, moderated={(NORTHWIND, QUALITY): 5})
    # Northwind now has 90 points; Contoso reaches 80 at most.
    assert found.open == []
    assert keys(found.settled) == [(NORTHWIND, QUALITY)]
    assert keys(found.rest) == [(CONTOSO, COST), (FABRIKAM, QUALITY)]
    still = agenda_of(MARKS, moderated={(NORTHWIND, QUALITY): 4})
    assert keys(still.open) == [(CONTOSO, COST)]


def test_gates_come_first():
    marks = MARKS | all_passing(INSURED) | {(FABRIKAM, INSURED): [0, 1]}
    found = agenda_of(marks, gates=[INSURED])
    assert keys(found.open) == [(FABRIKAM, INSURED), (NORTHWIND, QUALITY), (CONTOSO, COST)]
    assert found.open[0].effect is None
    assert found.open[0].words == "Fail · Pass"


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ([0, 1], "open"),
        ([0, "N/A"], "open"),
        ([1, "N/A"], "rest"),
        ([0, 0], ""),
        ([0, None], ""),
        ([None, None], ""),
    ],
)
def test_a_gate_is_on_the_agenda_if_one_fail_stands_against_somebody(given, place):
    marks = MARKS | all_passing(INSURED) | {(CONTOSO, INSURED): given}
    found = agenda_of(marks, gates=[INSURED])
    assert ((CONTOSO, INSURED) in keys(found.open)) == (place == "open")
    assert ((CONTOSO, INSURED) in keys(found.rest)) == (place == "rest")


def test_nothing_of_a_candidate_that_is_out_for_certain():
    """Contoso fails one gate beyond doubt: neither its other gate nor its marks can change a place."""
    marks = MARKS | all_passing(INSURED) | all_passing(AUDITED)
    marks |= {(CONTOSO, INSURED): [0, 0], (CONTOSO, AUDITED): [0, 1]}
    found = agenda_of(marks, gates=[INSURED, AUDITED])
    assert found.open == []
    assert (CONTOSO, AUDITED) in keys(found.rest)
    assert (CONTOSO, COST) in keys(found.rest)


def test_the_marks_of_a_candidate_whose_gate_is_disputed_matter_as_well():
    marks = MARKS | all_passing(INSURED) | {(CONTOSO, INSURED): [0, 1]}
    assert keys(agenda_of(marks, gates=[INSURED]).open) == [
        (CONTOSO, INSURED),
        (NORTHWIND, QUALITY),
        (CONTOSO, COST),
    ]
    agreed = agenda_of(marks, gates=[INSURED], moderated={(CONTOSO, INSURED): 0})
    assert agreed.open == []


def test_a_candidate_with_a_missing_mark_has_no_place_to_change():
    found = agenda_of(MARKS | {(CONTOSO, QUALITY): [None, None]})
    assert found.open == []
    assert (CONTOSO, COST) in keys(found.rest)


def test_not_applicable_beside_a_mark_is_on_the_agenda_if_it_matters_who_is_right():
    """With N/A for its weak cost, Contoso would have 80 points like Northwind."""
    marks = {cell: [row[0], row[0]] for cell, row in MARKS.items()}
    marks |= {(NORTHWIND, QUALITY): [4, 4], (CONTOSO, COST): [3, "N/A"]}
    found = agenda_of(marks)
    assert keys(found.open) == [(CONTOSO, COST)]
    assert found.open[0].effect == pytest.approx(10)
    assert found.open[0].words == "3 · N/A"
    out_of_reach = agenda_of(marks | {(NORTHWIND, QUALITY): [5, 5], (CONTOSO, COST): [3, "N/A"]})
    assert out_of_reach.open == []
    assert keys(out_of_reach.rest) == [(CONTOSO, COST)]


def test_the_marks_of_the_recused_do_not_count():
    found = agenda_of(MARKS, recused=[2])
    assert (found.open, found.rest) == ([], [])


def test_walking_the_agenda():
    found = agenda_of(MARKS)
    first, second = keys(found.open)
    assert [found.place(key) for key in (first, second, (FABRIKAM, QUALITY))] == [1, 2, 0]
    assert found.after(first).key == second
    assert found.after(second).key == first
    assert found.after((FABRIKAM, QUALITY)).key == first
    assert agenda_of(MARKS, moderated={(NORTHWIND, QUALITY): 4}).after((CONTOSO, COST)) is None


# The effect of one mark ---------------------------------------------------------------------------


def test_the_ranking_before_and_after_one_mark():
    inputs = build(MARKS)
    found = effect(rank(inputs), rank(with_mark(inputs, (NORTHWIND, QUALITY), Decimal(3))))
    assert [line.candidate.name for line in found.lines] == ["Contoso", "Northwind", "Fabrikam"]
    assert [(line.before.rank, line.after.rank) for line in found.lines] == [(2, 1), (1, 2), (3, 3)]
    assert [line.change for line in found.lines] == pytest.approx([0, -10, 0])
    assert [line.candidate.name for line in found.moving] == ["Contoso", "Northwind"]
    assert [candidate.name for candidate in found.new_leaders] == ["Contoso"]


def test_a_mark_that_moves_nobody():
    inputs = build(MARKS)
    found = effect(rank(inputs), rank(with_mark(inputs, (FABRIKAM, QUALITY), Decimal(2))))
    assert (found.moving, found.new_leaders) == ([], [])
    assert found.lines[2].change == pytest.approx(5)


def test_not_applicable_and_back():
    inputs = build(MARKS)
    agreed = with_mark(inputs, (CONTOSO, COST), None, True)
    assert rank(agreed).of(CONTOSO).total == pytest.approx(80)
    assert without_mark(agreed, (CONTOSO, COST)) == inputs
    assert with_mark(agreed, (CONTOSO, COST), None, True) == agreed


# Names --------------------------------------------------------------------------------------------


def test_hidden_names_can_not_be_told_from_the_order():
    """Whoever gave which mark: the page is the same."""
    shown = set()
    for given in permutations([5, 3, "N/A", 3]):
        cell = rank(build(MARKS | {(NORTHWIND, QUALITY): list(given)})).of(NORTHWIND).cells[0]
        shown.add(tuple(shown_marks(cell, names_hidden=True)))
    assert len(shown) == 1
    assert [(row.letter, row.name, row.words) for row in shown.pop()] == [
        ("A", "", "3"),
        ("B", "", "3"),
        ("C", "", "5"),
        ("D", "", "N/A"),
    ]


def test_names_stand_beside_the_marks_otherwise():
    cell = rank(build(MARKS)).of(NORTHWIND).cells[0]
    assert [(row.letter, row.name, row.words) for row in shown_marks(cell, names_hidden=False)] == [
        ("A", "Evaluator no. 2", "3"),
        ("B", "Evaluator no. 1", "5"),
    ]
