"""The goals of the outsourcing plan, and how far they were reached: asked anew in each review (product.md P2).

They are those of the plan that the contract's evaluation began with. In a record they stand as plain data
under `goals`; records from before have none.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery

from evaluations.inputs import exact
from planning.models import Goal
from planning.plan_words import amount_text
from reviews.models import GoalCheck, Review

REACHED, MISSED, ON_THE_WAY, NOT_SAID = "reached", "missed", "on_the_way", "not_said"
WORDS = {
    REACHED: ("ok", "Reached"),
    MISSED: ("bad", "Not reached"),
    ON_THE_WAY: ("info", "On the way"),
    NOT_SAID: ("neutral", "Not said yet"),
}
AT_LEAST = Goal.Comparator.AT_LEAST
COMPARATORS = dict(Goal.Comparator.choices)
MONEY = re.compile(r"[€$£¥₹]|\b[A-Z]{3}\b")


def meets(value: Decimal, comparator: str, target: Decimal) -> bool:
    """Is the goal's number reached?"""
    return value >= target if comparator == AT_LEAST else value <= target


def state_of(
    value: Decimal | None, comparator: str, target: Decimal, due_on: dt.date, on: dt.date
) -> str:
    """One of WORDS: as it stands on the day `on`, the last of the period that is reviewed."""
    if value is None:
        return NOT_SAID
    if meets(value, comparator, target):
        return REACHED
    return ON_THE_WAY if due_on > on else MISSED


@dataclass(frozen=True)
class AskedGoal:
    """One goal in one review: what was said here (None: not said yet), and the time before."""

    goal: Goal
    last_on: dt.date
    check: GoalCheck | None = None
    before: Decimal | None = None

    @property
    def pk(self) -> int:
        return int(self.goal.pk)

    @property
    def value(self) -> Decimal | None:
        return self.check.value if self.check else None

    @property
    def note(self) -> str:
        return self.check.note if self.check else ""

    @property
    def version(self) -> int:
        return self.check.version if self.check else 0

    @property
    def state(self) -> str:
        """One of WORDS."""
        goal = self.goal
        return state_of(self.value, goal.comparator, goal.target, goal.due_on, self.last_on)

    @property
    def badge(self) -> tuple[str, str]:
        """(kind of badge, words)."""
        return WORDS[self.state]


def of_review(review: Review) -> list[AskedGoal]:
    """Every goal, in its order. One query; none for a contract that follows no award. `review` comes with
    its contract."""
    if review.contract.award_id is None:
        return []
    return [
        AskedGoal(goal, review.last_on, _own(goal, review), goal.value_before)
        for goal in _with_answers(review)
    ]


def _with_answers(review: Review) -> Any:
    """The goals, with what this review says and the latest value before it, as columns."""
    checks = GoalCheck.objects.filter(goal=OuterRef("pk"))
    own = checks.filter(review=review)
    earlier = checks.filter(
        review__contract=review.contract_id,
        review__state=Review.State.CLOSED,
        review__first_on__lte=review.first_on,
        value__isnull=False,
    ).exclude(review=review)
    rows = Goal.objects.filter(plan__evaluations__awards=review.contract.award_id)
    return rows.order_by("position", "pk").annotate(
        id_here=Subquery(own.values("pk")[:1]),
        value_here=Subquery(own.values("value")[:1]),
        note_here=Subquery(own.values("note")[:1]),
        version_here=Subquery(own.values("version")[:1]),
        value_before=Subquery(earlier.order_by("-review__first_on", "-pk").values("value")[:1]),
    )


def _own(goal: Any, review: Review) -> GoalCheck | None:
    """The row of this review with all its columns, as the action saves it; None: nothing said yet."""
    if goal.id_here is None:
        return None
    return GoalCheck(
        pk=goal.id_here,
        organization_id=review.organization_id,
        review=review,
        goal=goal,
        value=goal.value_here,
        note=goal.note_here,
        version=goal.version_here,
    )


def seen_through(plan_id: int) -> set[int]:
    """Ids of the plan's goals that nobody has to be reminded of: reached, or past their day and looked at."""
    rows = GoalCheck.objects.filter(goal__plan_id=plan_id).exclude(value=None)
    return {
        row.goal_id
        for row in rows.select_related("goal", "review")
        if row.review.last_on >= row.goal.due_on
        or meets(row.value or Decimal(0), row.goal.comparator, row.goal.target)
    }


# In a record ----------------------------------------------------------------------------------------


def data(asked: Iterable[AskedGoal]) -> list[dict[str, Any]]:
    """As it is frozen; `value` is None where nobody said."""
    return [
        {
            "id": row.pk,
            "text": row.goal.text,
            "measure": row.goal.measure,
            "comparator": row.goal.comparator,
            "target": exact(row.goal.target),
            "unit": row.goal.unit,
            "today": None if row.goal.today is None else exact(row.goal.today),
            "due_on": row.goal.due_on.isoformat(),
            "source": row.goal.source,
            "value": None if row.value is None else exact(row.value),
            "note": row.note,
        }
        for row in asked
    ]


def answers(recorded: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of what is frozen what may not change any more: compared with `stored_answers`."""
    said = [row for row in recorded if row["value"] is not None or row["note"]]
    found = [{"id": row["id"], "value": row["value"], "note": row["note"]} for row in said]
    return sorted(found, key=lambda row: int(row["id"]))


def stored_answers(review: Review) -> list[dict[str, Any]]:
    """The rows of a closed review, in the same shape. One query."""
    rows = GoalCheck.objects.filter(review=review).order_by("goal_id")
    found = [
        {
            "id": row.goal_id,
            "value": None if row.value is None else exact(row.value),
            "note": row.note,
        }
        for row in rows
    ]
    return [row for row in found if row["value"] is not None or row["note"]]


@dataclass(frozen=True)
class ToldGoal:
    """One frozen goal as a page shows it; `last_on` is the last day of the review's period."""

    said: Mapping[str, Any]
    last_on: dt.date

    @property
    def due_on(self) -> dt.date:
        return dt.date.fromisoformat(self.said["due_on"])

    @property
    def value(self) -> Decimal | None:
        return None if self.said["value"] is None else Decimal(self.said["value"])

    @property
    def state(self) -> str:
        """One of WORDS."""
        said = self.said
        target = Decimal(said["target"])
        return state_of(self.value, said["comparator"], target, self.due_on, self.last_on)

    @property
    def badge(self) -> tuple[str, str]:
        """(kind of badge, words)."""
        return WORDS[self.state]

    @property
    def value_words(self) -> str:
        """ "45 minutes"; "" where nothing was said."""
        return amount_text(self.value, self.said["unit"])

    @property
    def target_words(self) -> str:
        """ "at most 30 minutes"."""
        amount = amount_text(Decimal(self.said["target"]), self.said["unit"])
        return f"{COMPARATORS[self.said['comparator']]} {amount}"


def told(recorded: Iterable[Mapping[str, Any]], last_on: dt.date) -> list[ToldGoal]:
    """For the page of a closed review."""
    return [ToldGoal(row, last_on) for row in recorded]


def result_lines(recorded: Sequence[Mapping[str, Any]], last_on: dt.date) -> list[str]:
    """For the page that both sides read, without notes: how many are reached, and how far the others are. What
    is counted in money is said without its numbers: the vendor need not read our budget there."""
    rows = [row for row in told(recorded, last_on) if row.value is not None]
    if not rows:
        return []
    reached = sum(row.state == REACHED for row in rows)
    goals = "goal" if len(rows) == 1 else "goals"
    first = f"{reached} of {len(rows)} {goals} {'is' if reached == 1 else 'are'} reached."
    rest = [row for row in rows if row.state != REACHED]
    return [first, *map(_not_reached, rest)]


def _not_reached(row: ToldGoal) -> str:
    if is_money(row.said["unit"]):
        return f"{row.said['text']}: not reached"
    return f"{row.said['text']}: {row.value_words}, wanted {row.target_words}"


def is_money(unit: str) -> bool:
    """ "EUR", "EUR a month", "€" and "k$" are; "minutes" and "%" are not."""
    return bool(MONEY.search(unit))
