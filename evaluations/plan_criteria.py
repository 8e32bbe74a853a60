"""The criteria that an outsourcing plan brings into an evaluation: gates of what is a must, and goals as numbers.

Pure: rows of planning are only read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from evaluations.criteria import BOUND, GATE, MEASURED, CriterionDraft, amount, name_key, tidied

LONGEST_NAME, LONGEST_QUESTION, LONGEST_UNIT = 100, 300, 30
COST = "cost"


@dataclass(frozen=True)
class Gate:
    """A requirement that is a must, as a gate; `credential` and `credential_name` say what has to be on file."""

    draft: CriterionDraft
    credential: str
    credential_name: str


@dataclass(frozen=True)
class GoalOffer:
    """A goal that may become a measured criterion; `draft` is None where it can't, and `why_not` says why."""

    key: int
    text: str
    draft: CriterionDraft | None
    why_not: str = ""

    @property
    def words(self) -> str:
        """The goal with its scale: “Quicker answers (240 minutes today, 30 minutes is the target)”."""
        if self.draft is None:
            return self.text
        ends = [amount(value, self.draft.unit) for value in (self.draft.worst, self.draft.best)]
        return f"{self.text} ({ends[0]} today, {ends[1]} is the target)"


def gates_of(requirements: Iterable[Any]) -> list[Gate]:
    """One for each requirement that is a must, in order."""
    found = []
    for row in requirements:
        if not row.is_must:
            continue
        question = f"Is this fulfilled: {row.text}?"
        if row.proof:
            question += f" Shown by: {row.proof}"
        draft = CriterionDraft(
            name=_cut(row.text, LONGEST_NAME), kind=GATE, question=_cut(question, LONGEST_QUESTION)
        )
        found.append(Gate(tidied(draft), row.credential, row.credential_name))
    return found


def offers_of(goals: Iterable[Any]) -> list[GoalOffer]:
    """What each goal would be as a criterion: worst is today's number, best is the target."""
    return [_offer(goal) for goal in goals]


def _offer(goal: Any) -> GoalOffer:
    if goal.today is None:
        why = "today's number is not known, so the scale has no beginning"
        return GoalOffer(goal.pk, goal.text, None, why)
    rising = goal.comparator == "at_least"
    if goal.today == goal.target or (goal.target > goal.today) != rising:
        why = "it is reached already, so every candidate would have full marks"
        return GoalOffer(goal.pk, goal.text, None, why)
    if max(abs(goal.today), abs(goal.target)) >= BOUND:
        return GoalOffer(goal.pk, goal.text, None, "its numbers are too long for a scale")
    draft = CriterionDraft(
        name=_cut(goal.text, LONGEST_NAME),
        kind=MEASURED,
        weight=Decimal(0),
        question=_cut(
            f"What would they reach? {goal.measure}, measured in: {goal.source}", LONGEST_QUESTION
        ),
        worst=goal.today,
        best=goal.target,
        unit=_cut(goal.unit, LONGEST_UNIT),
    )
    return GoalOffer(goal.pk, goal.text, tidied(draft))


def joined(
    standard: Sequence[CriterionDraft], more: Sequence[CriterionDraft]
) -> list[CriterionDraft]:
    """Both lists; a name that is taken already gets a number, so that the two can be told apart."""
    taken = {name_key(draft.name) for draft in standard}
    found = list(standard)
    for draft in more:
        name, number = draft.name, 2
        while name_key(name) in taken:
            name, number = f"{draft.name[: LONGEST_NAME - 6]} ({number})", number + 1
        taken.add(name_key(name))
        found.append(replace(draft, name=name))
    return found


def is_cost(name: str, *, is_gate: bool) -> bool:
    """Is this the criterion that the totals are marked in?"""
    return not is_gate and name_key(name) == COST


def _cut(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
