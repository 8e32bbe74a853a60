"""The lists of a plan that are edited as a whole: their rows, fields, and how a line reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.forms import line_differences
from planning import plan_words
from planning.models import (
    CommunicationStep,
    Goal,
    OutsourcingPlan,
    PlannedSurvey,
    Requirement,
    Risk,
    TrainingStep,
)

MOST_LINES = 40
Line = Mapping[str, Any]


@dataclass(frozen=True)
class PlanList:
    """`key` is the plan's related name; `first` stands before all else in a line that is read."""

    key: str
    title: str
    model: Any
    fields: tuple[str, ...]

    def stored(self, plan: OutsourcingPlan) -> list[dict[str, Any]]:
        """The lines as they are kept, in their order."""
        return [
            {name: getattr(row, name) for name in self.fields} for row in self.ordered_rows(plan)
        ]

    def ordered_rows(self, plan: OutsourcingPlan) -> list[Any]:
        """The rows themselves, in their order, with the people they name."""
        rows = getattr(plan, self.key).order_by("position", "pk")
        return list(rows.select_related("owner__user") if "owner" in self.fields else rows)

    def in_words(self, line: Line) -> str:
        """One line for the trail and for comparing: what was said of it, with the words of choices."""
        words = [self._words(name, line[name]) for name in self.fields]
        return " · ".join(word for word in words if word)

    def _words(self, name: str, value: Any) -> str:
        field = self.model._meta.get_field(name)
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return str(field.verbose_name) if value else ""
        if isinstance(value, Decimal):
            return plan_words.number_text(value)
        return str(dict(field.flatchoices).get(value, value))


GOALS = PlanList(
    "goals",
    "Goals",
    Goal,
    ("text", "measure", "comparator", "target", "unit", "today", "due_on", "source"),
)
REQUIREMENTS = PlanList(
    "requirements",
    "The least that is required",
    Requirement,
    ("part", "text", "is_must", "credential", "credential_name", "proof"),
)
TRAINING = PlanList(
    "training",
    "Training of the vendor",
    TrainingStep,
    ("topic", "audience", "how", "by_whom", "hours", "week"),
)
SURVEYS = PlanList(
    "surveys",
    "Satisfaction surveys",
    PlannedSurvey,
    ("audience", "every", "first_month", "about"),
)
COMMUNICATION = PlanList(
    "communication",
    "Communication",
    CommunicationStep,
    ("purpose", "roles", "channel", "frequency", "format"),
)
RISKS = PlanList(
    "risks",
    "Risks",
    Risk,
    ("kind", "text", "likelihood", "impact", "owner", "mitigation"),
)
LISTS = (GOALS, REQUIREMENTS, TRAINING, SURVEYS, COMMUNICATION, RISKS)


def differing(
    found: PlanList, theirs: Sequence[Line], mine: Sequence[Line]
) -> list[tuple[str, str, str]]:
    """For a stale form: (which line, as it is stored, as this person wrote it) where they differ."""
    return line_differences(
        [found.in_words(line) for line in theirs], [found.in_words(line) for line in mine]
    )
