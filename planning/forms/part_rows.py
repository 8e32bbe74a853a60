"""One line of each list of a plan, as it is entered. Nothing is chosen beforehand."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from accounts.models import Membership
from core.fields import AmountField, DayField, NumberField
from core.forms import LineField
from planning.forms.lists import RowForm
from planning.models import Goal, PlannedSurvey, Requirement, Risk
from planning.plan_words import LEVELS

CHOOSE, NOT_JUDGED = ("", "Choose"), ("", "Not judged yet")


def _line(label: str, longest: int, help_text: str = "", **more: Any) -> LineField:
    given = {"required": False, **more}
    return LineField(label=label, max_length=longest, help_text=help_text, **given)


def _needed(label: str, longest: int, missing: str, help_text: str = "") -> LineField:
    errors = {"required": missing}
    return _line(label, longest, help_text, required=True, error_messages=errors)


def _choice(label: str, choices: Sequence[Any], missing: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=[CHOOSE, *choices], error_messages={"required": missing}
    )


def _number(label: str, *, missing: str = "", help_text: str = "") -> NumberField:
    return NumberField(
        label=label,
        required=bool(missing),
        max_digits=14,
        decimal_places=4,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"step": "any"}),
        error_messages={"required": missing} if missing else {},
    )


class GoalRow(RowForm):
    """What success looks like: a number, a day, a place."""

    names, wide = "text", ("text",)
    text = _needed(
        "Goal", 300, "Say what you want to reach.", "Like: quicker answers for our staff."
    )
    measure = _needed(
        "Measured by", 200, "Say what is counted.", "Like: first response to a ticket."
    )
    comparator = _choice("The number is to be", Goal.Comparator.choices, "At least, or at most?")
    target = _number("Target", missing="Write the number to reach.")
    unit = _line("Unit", 30, "Like %, minutes, EUR.")
    today = _number("Today", help_text="Not known: leave it empty.")
    due_on = DayField(label="Reached by", error_messages={"required": "Choose the day."})
    source = _needed(
        "Where it is measured", 200, "Say where the number comes from.", "Like: our ticket system."
    )


class RequirementRow(RowForm):
    """The least: of the vendor's people, or of the work."""

    names, wide, quiet = "text", ("text",), ("is_must",)
    part = _choice("About", Requirement.Part.choices, "The people’s qualification, or the quality?")
    text = _needed("Requirement", 300, "Say what is required.")
    proof = _line("How it is shown", 300, "Like: two references of firms of our size.")
    credential = forms.ChoiceField(
        label="Needs on file",
        required=False,
        choices=Requirement.Needs.choices,
        help_text="A paper that the vendor has to have, with its expiry watched.",
    )
    credential_name = _line("Which one", 120, "Like: ISO/IEC 27001.")
    is_must = forms.BooleanField(
        label="Must: whoever lacks it is out",
        required=False,
        help_text="Becomes a pass or fail of the evaluation.",
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("credential_name") and not data.get("credential"):
            self.add_error("credential", "What kind of paper is it?")
        return data


class TrainingRow(RowForm):
    """One thing that the vendor has to be taught."""

    names, wide = "topic", ("topic",)
    topic = _needed("Topic", 200, "Say what is taught.")
    audience = _line("For whom", 200, "Like: everybody who answers our phone.")
    how = _line("How", 200, "Like: a day with our team.")
    by_whom = _line("By whom", 200)
    hours = AmountField("Hours", 9999, 1)
    week = forms.IntegerField(
        label="Weeks after the start",
        required=False,
        min_value=-104,
        max_value=520,
        help_text="Before it: below 0, like -2.",
        error_messages={"invalid": "Write a whole number like 2."},
    )


class SurveyRow(RowForm):
    """Who is asked how satisfied they are, and how often."""

    names, wide = "audience", ("about",)
    audience = _choice("Who is asked", PlannedSurvey.Audience.choices, "Who is asked?")
    every = _choice("How often", PlannedSurvey.Every.choices, "How often are they asked?")
    first_month = forms.IntegerField(
        label="First, months after the start",
        min_value=0,
        max_value=60,
        error_messages={"required": "When are they asked first?", "invalid": "Write it like 3."},
    )
    about = _line("What is asked", 300)

    @property
    def heading(self) -> str:
        value = str(self["audience"].value() or "")
        return str(dict(PlannedSurvey.Audience.choices).get(value, "New line"))


class CommunicationRow(RowForm):
    """Who hears what."""

    names, wide = "purpose", ("purpose",)
    purpose = _needed("About what", 200, "Say what this line is about.")
    roles = _line("Who with whom", 300)
    channel = _line("Channel", 120)
    frequency = _line("How often", 120)
    format = _line("Format", 120)


class RiskRow(RowForm):
    """What could go wrong. The people who may watch it are given by their ids, see `risk_row`."""

    names, wide = "text", ("text", "mitigation")
    text = _needed("What could happen", 300, "Say what could happen.")
    kind = _choice("Kind", Risk.Kind.choices, "What kind of risk is it?")
    likelihood = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    impact = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    owner = forms.TypedChoiceField(label="Who watches it", required=False, empty_value=None)
    mitigation = _line("What we do about it", 500)

    def __init__(
        self, *args: Any, people: Mapping[int, Membership] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        levels = [NOT_JUDGED, *((value, word.capitalize()) for value, word in LEVELS.items())]
        fields: dict[str, Any] = self.fields
        fields["likelihood"].choices = fields["impact"].choices = levels
        known = people or {}
        fields["owner"].choices = [
            ("", "Nobody yet"),
            *((key, person.name) for key, person in known.items()),
        ]
        fields["owner"].coerce = lambda key: known[int(key)]


ROWS = {
    "goals": GoalRow,
    "requirements": RequirementRow,
    "training": TrainingRow,
    "surveys": SurveyRow,
    "communication": CommunicationRow,
    "risks": RiskRow,
}


def once_each(rows: Sequence[RowForm]) -> None:
    """Each audience of surveys has one line."""
    seen: set[str] = set()
    for row in rows:
        audience = row.cleaned_data["audience"]
        if audience in seen:
            row.add_error(
                "audience", "They have a line already: say there how often they are asked."
            )
        seen.add(audience)
