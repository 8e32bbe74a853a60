"""A security check: how often it is made, and what it found."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms

from contracts.models import Contract
from core.fields import DayField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from reviews.forms.people import hidden, offer_people, owner_field, pair, text_field
from reviews.models import SecurityCheck, SecurityCheckResult


class CheckFields(PlainForm):
    """What is checked, and every how many months."""

    kind = forms.ChoiceField(label="Kind", choices=[("", "Choose"), *SecurityCheck.Kind.choices])
    title = LineField(
        label="What is checked",
        max_length=200,
        help_text="For example “Penetration test of the ticket portal”.",
    )
    every_months = forms.IntegerField(label="Every … months", min_value=1, max_value=120)
    next_on = DayField(
        label="Next on", required=False, help_text="Leave open if it is not planned yet."
    )
    responsible = owner_field()
    note = text_field("Note", "Who makes it, what it covers.", max_length=2000)

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self, contract)
        self.helper.layout = Layout(
            *hidden(self),
            pair("kind", "title"),
            pair("every_months", "next_on"),
            "responsible",
            "note",
        )


class CreateCheckForm(CheckFields, CreateOnceForm):
    """A new check."""


class EditCheckForm(CheckFields, VersionForm):
    """A check that goes on."""


class ResultForm(CreateOnceForm):
    """It was made. Nothing is answered beforehand."""

    outcome = forms.ChoiceField(
        label="What was found?",
        choices=SecurityCheckResult.Outcome.choices,
        widget=forms.RadioSelect,
    )
    done_on = DayField(label="Made on")
    note = text_field("Findings", "In short, and where the report lies.")
    next_on = DayField(
        label="Next on",
        required=False,
        help_text="Left open, it follows from how often it is made.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("creation_key", "outcome", "note", pair("done_on", "next_on"))
