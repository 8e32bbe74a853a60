"""What an evaluation is about, and a new vendor's name."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.fields import DayField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from evaluations.models import CriteriaSet
from evaluations.queries import listed
from vendors.models import Vendor


def _title() -> LineField:
    return LineField(
        label="Title",
        max_length=200,
        help_text="What you choose, for example “Help desk from January”.",
    )


def _service() -> LineField:
    return LineField(
        label="Service to outsource",
        required=False,
        max_length=200,
        help_text="For example first-line support by phone and mail for 40 people.",
    )


def _reason() -> forms.CharField:
    return forms.CharField(
        label="Why now?",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The evaluators read this, and so will you in a year.",
    )


def _due_on() -> DayField:
    return DayField(
        label="Scorecards are due on",
        required=False,
        help_text="Every evaluator is told this day.",
    )


class DueDateMixin(PlainForm):
    """A due date that is new must lie ahead; one that passed meanwhile may stay."""

    was_due: dt.date | None = None

    def clean_due_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["due_on"]
        if day and day != self.was_due and day < timezone.localdate():
            raise ValidationError("This day has passed. Choose today or later.")
        return day


class NewEvaluationForm(DueDateMixin, CreateOnceForm):
    title = _title()
    service = _service()
    reason = _reason()
    criteria_set = forms.TypedChoiceField(
        label="Criteria",
        widget=forms.RadioSelect,
        coerce=int,
        error_messages={"required": "Choose the criteria to start from."},
        help_text="They are copied: you can adjust them here without changing the set.",
    )
    due_on = _due_on()

    def __init__(self, *args: Any, sets: Sequence[tuple[CriteriaSet, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["criteria_set"]
        field.choices = [(row.pk, f"{row} – {words}") for row, words in sets]  # type: ignore[attr-defined]
        if len(sets) == 1:
            field.initial = sets[0][0].pk
        self.order_fields(["title", "service", "reason", "criteria_set", "due_on"])


class EvaluationForm(DueDateMixin, VersionForm):
    """Before scoring opens."""

    title = _title()
    service = _service()
    reason = _reason()
    due_on = _due_on()
    names_hidden = forms.BooleanField(
        label="Show marks without names while moderating",
        required=False,
        help_text="Where the evaluators differ you then talk about the marks, not about who gave them.",
    )


class DueDateForm(DueDateMixin, VersionForm):
    """All that may still change while scoring is open."""

    due_on = _due_on()


class NewCandidateForm(CreateOnceForm):
    name = LineField(
        label="Name of the vendor",
        max_length=200,
        help_text="It is added to the register; fill in the rest later.",
    )
    another = forms.BooleanField(
        label="This is another company of the same name",
        required=False,
        widget=forms.HiddenInput,
    )

    def ask_whether_another(self, alike: Sequence[Vendor]) -> None:
        """The register has vendors of this name: say which, and let the person decide."""
        names = listed([f"{row} (archived)" if row.archived_at else str(row) for row in alike])
        self.add_error(
            "name",
            f"The register has {names} already. Tick it in the list above, or say below that"
            " this is another company.",
        )
        self.fields["another"].widget = forms.CheckboxInput()


class VersionOnlyForm(VersionForm):
    """For a button that acts on what the page showed."""
