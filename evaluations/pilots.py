"""What the pages of pilots show: success so far, what was suggested, and the ranking before and after."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from activity.watching import Day
from evaluations import moderation, results
from evaluations.calculation import rank
from evaluations.marks import Scale, expected, plain_number, read_mark
from evaluations.models import Evaluation, EvaluationCriterion, Pilot, PilotCriterion
from evaluations.moderation import Effect
from planning.models import Requirement

TRIED = (
    "A pilot measures what was only estimated: one candidate, a small part of the work, some weeks."
)


@dataclass(frozen=True)
class Result:
    """One thing that the pilot has to show. `met` None: not measured yet."""

    row: PilotCriterion
    met: bool | None

    @property
    def target_words(self) -> str:
        """As a person says it: at most 30 minutes."""
        return with_unit(
            f"{self.row.get_comparator_display()} {plain_number(self.row.target)}", self.row.unit
        )

    @property
    def value_words(self) -> str:
        if self.row.value is None:
            return ""
        return with_unit(plain_number(self.row.value), self.row.unit)

    @property
    def mark_words(self) -> str:
        if self.row.mark is None or self.row.criterion is None:
            return ""
        return moderation.stored_words(self.row.mark, False, self.row.criterion.is_gate)


def with_unit(text: str, unit: str) -> str:
    """12.5 %, 30 minutes; nothing added without a unit."""
    return f"{text} {unit}".strip()


def is_met(row: PilotCriterion, value: Decimal | None) -> bool | None:
    """Does the value reach the target? Equal does."""
    if value is None:
        return None
    if row.comparator == PilotCriterion.Comparator.AT_LEAST:
        return value >= row.target
    return value <= row.target


def pilots_of(evaluation: Evaluation) -> Any:
    """All of them with their success criteria, by candidate. Two queries."""
    rows = Pilot.objects.filter(candidate__evaluation=evaluation)
    rows = rows.select_related("candidate", "manager__user").prefetch_related("criteria")
    return rows.order_by("candidate__position", "number", "pk")


def results_of(pilot: Pilot) -> list[Result]:
    """What the pilot has to show, in its order. One query."""
    rows = pilot.criteria.select_related("criterion", "file").order_by("position", "pk")
    return [Result(row, is_met(row, row.value)) for row in rows]


def summary(found: list[Result]) -> str:
    """In one sentence: how many targets were reached, missed, or are not measured yet."""
    if not found:
        return "Nothing is said yet about what the pilot has to show."
    reached = sum(1 for one in found if one.met)
    missed = sum(1 for one in found if one.met is False)
    open_ones = len(found) - reached - missed
    if open_ones == len(found):
        return f"None of the {len(found)} targets is measured yet."
    words = f"{reached} of {len(found)} targets reached"
    words += f", {missed} missed" if missed else ""
    return f"{words}, {open_ones} not measured yet." if open_ones else f"{words}."


def before_and_after(pilot: Pilot) -> Effect | None:
    """The ranking without what this pilot measured, and with it; None while it measured no mark."""
    evaluation = pilot.candidate.evaluation
    own = set(pilot.marks.filter(withdrawn_at=None).values_list("candidate_id", "criterion_id"))
    if not own or not evaluation.is_closed:
        return None
    after = results.read_inputs(evaluation, only_marks=True)
    before = after
    for key in own:
        before = moderation.without_mark(before, key)
    agreed = [row for row in results.agreed_on(evaluation) if (row.candidate, row.criterion) in own]
    for row in agreed:
        key = row.candidate, row.criterion
        before = moderation.with_mark(before, key, row.mark, row.not_applicable)
    return moderation.effect(rank(before), rank(after))


# What a pilot may have to show -----------------------------------------------------------------------


@dataclass(frozen=True)
class Suggestion:
    """One line to start from, with what the form shows first (`values`)."""

    words: str
    source: str
    values: dict[str, Any]

    @property
    def query(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.values.items() if value not in (None, "")}


def suggestions(pilot: Pilot, taken: list[Result]) -> list[Suggestion]:
    """The criteria that have no line yet, and of the plan its goals and the quality that it asks for, which
    service levels will promise. Two to four queries."""
    evaluation = pilot.candidate.evaluation
    used = {one.row.criterion_id for one in taken}
    said = {one.row.text.casefold() for one in taken}
    found = [
        Suggestion(row.name, "criterion", {"criterion": row.pk, "text": row.name, "unit": row.unit})
        for row in evaluation.criteria.order_by("position", "pk")
        if row.pk not in used and not row.is_gate
    ]
    if evaluation.plan is not None:
        goals = evaluation.plan.goals.order_by("position", "pk")
        found += [
            Suggestion(
                goal.text,
                "goal of the plan",
                {
                    "text": goal.measure,
                    "comparator": goal.comparator,
                    "target": plain_number(goal.target),
                    "unit": goal.unit,
                },
            )
            for goal in goals
            if goal.measure.casefold() not in said
        ]
        wanted = evaluation.plan.requirements.filter(part=Requirement.Part.QUALITY)
        found += [
            Suggestion(row.text, "quality that the plan asks for", {"text": row.text})
            for row in wanted.order_by("position", "pk")
            if row.text.casefold() not in said
        ]
    return found


def scale_of(criterion: EvaluationCriterion) -> Scale:
    return Scale(criterion.kind, criterion.worst, criterion.best)


def mark_on(criterion: EvaluationCriterion, text: str) -> Decimal | None:
    """The typed mark on the criterion's scale; None for an empty one. BadMark or ValueError otherwise."""
    mark, not_applicable = read_mark(text, scale_of(criterion))
    if not_applicable:
        raise ValueError(expected(scale_of(criterion)))
    return mark


# Its last day ----------------------------------------------------------------------------------------


def end_day(pilot: Pilot) -> Day:
    """The last day of a running pilot is watched until it is decided."""
    running = pilot.state == Pilot.State.RUNNING
    evaluation: Evaluation = pilot.candidate.evaluation
    return Day(
        target=pilot,
        kind="pilot.end",
        due_on=pilot.ends_on if running else None,
        title=f"Pilot ends: {pilot.candidate.name}",
        sentence=f"Measure what is missing, and decide for “{evaluation.title}”: go, extend or stop.",
        path=reverse("evaluations:pilot_detail", args=[pilot.organization.slug, pilot.pk]),
        responsible=pilot.manager,
    )


def days_left(pilot: Pilot, today: dt.date) -> int | None:
    """Days until its last day; negative: it is over; None without one."""
    return None if pilot.ends_on is None else (pilot.ends_on - today).days
