"""A meeting, an idea, and what became of it."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms

from contracts.models import Contract
from core.fields import DayField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from reviews.forms.people import hidden, pair, side_field, text_field
from reviews.models import Idea, Meeting


class MeetingFields(PlainForm):
    """Who met, and what was said."""

    title = LineField(label="About", max_length=200, help_text="For example “Monthly call”.")
    held_on = DayField(label="Held on")
    attendees = text_field("Who was there", max_length=2000, rows=2)
    notes = text_field("What was said", max_length=10_000, rows=6)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(*hidden(self), pair("title", "held_on"), "attendees", "notes")


class CreateMeetingForm(MeetingFields, CreateOnceForm):
    """A new meeting."""


class EditMeetingForm(MeetingFields, VersionForm):
    """A meeting that was noted."""


class IdeaFields(PlainForm):
    """What one side proposed."""

    title = LineField(label="Idea", max_length=200, help_text="For example “One portal for all”.")
    text = text_field("More about it")
    benefit = LineField(
        label="What it would bring",
        max_length=300,
        required=False,
        help_text="Hours, money, calm: as concretely as you can.",
    )
    side = side_field("Who proposed it")
    proposed_by = LineField(label="Their name", max_length=200, required=False)
    proposed_on = DayField(label="Proposed on")
    meeting = forms.ModelChoiceField(
        label="In which meeting",
        queryset=Meeting.objects.none(),
        required=False,
        empty_label="Outside of a meeting",
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        meetings = contract.meetings.order_by("-held_on", "-pk")
        fields["meeting"].queryset = meetings
        if not meetings:
            del fields["meeting"]
        last = ("proposed_on", "meeting") if "meeting" in fields else ("proposed_on",)
        self.helper.layout = Layout(
            *hidden(self), "title", "text", "benefit", pair("side", "proposed_by"), pair(*last)
        )


class CreateIdeaForm(IdeaFields, CreateOnceForm):
    """A new idea."""


class EditIdeaForm(IdeaFields, VersionForm):
    """An idea that was noted."""


class DecideIdeaForm(VersionForm):
    """What became of an idea."""

    outcome = forms.ChoiceField(
        label="What became of it?", choices=Idea.Outcome.choices, widget=forms.RadioSelect
    )
    outcome_note = text_field("Why", max_length=2000)
    decided_on = DayField(label="Decided on", required=False)
