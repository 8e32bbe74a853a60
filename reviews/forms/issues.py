"""An issue: what went wrong, how bad it is, and how it was settled."""

import datetime as dt
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone

from contracts.models import Contract
from core.fields import DayField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from reviews.forms.people import (
    contact_field,
    hidden,
    offer_people,
    owner_field,
    pair,
    side_field,
    text_field,
)
from reviews.models import Issue

SEVERITIES = [("", "Choose"), *Issue.Severity.choices]


class IssueFields(PlainForm):
    """What went wrong; `issue` is the one that is edited."""

    title = LineField(
        label="What went wrong",
        max_length=200,
        help_text="For example “Tickets are closed before they are solved”.",
    )
    description = text_field(
        "Description", "Since when, how often, who is affected.", max_length=10_000
    )
    severity = forms.ChoiceField(label="How bad it is", choices=SEVERITIES)
    source = forms.ChoiceField(
        label="Where it showed", choices=[("", "Choose"), *Issue.Source.choices]
    )
    side = side_field("Who has to settle it")
    owner = owner_field(help_text="Sees that it is settled, and gets a mail.")
    contact = contact_field()
    opened_on = DayField(label="Noticed on")
    recurs = forms.ModelChoiceField(
        label="Did it happen before?",
        queryset=Issue.objects.none(),
        required=False,
        empty_label="Not as far as we know",
        help_text="What was done about that one is open again then.",
    )

    def __init__(
        self, *args: Any, contract: Contract, issue: Issue | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self, contract)
        fields: dict[str, Any] = self.fields
        earlier = contract.issues.newest_first()
        if issue:
            earlier = earlier.exclude(pk=issue.pk)
        fields["recurs"].queryset = earlier
        if not earlier:
            del fields["recurs"]
        self.helper.layout = Layout(
            *hidden(self),
            "title",
            "description",
            pair("severity", "source"),
            pair("side", "opened_on"),
            pair("owner", "contact"),
            *(["recurs"] if "recurs" in fields else []),
        )

    def clean_opened_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["opened_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("This day lies ahead.")
        return day


class IssueForm(IssueFields, CreateOnceForm):
    """A new issue."""


class EditIssueForm(IssueFields, VersionForm):
    """An issue that is there."""


class NotedIssueForm(CreateOnceForm):
    """The few words that an issue needs while a review is held; the rest can be said later."""

    title = LineField(label="What went wrong", max_length=200)
    severity = forms.ChoiceField(label="How bad it is", choices=SEVERITIES)
    side = side_field("Who has to settle it")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_noted_%s", **kwargs)
        self.helper.layout = Layout("creation_key", "title", pair("severity", "side"))


class ResolveForm(VersionForm):
    """It is settled."""

    resolution = text_field("How it was settled", required=True)
    resolved_on = DayField(label="Settled on")


class ReopenForm(VersionForm):
    """It is there again."""

    reason = text_field(
        "What happened",
        "What was done about it did not help: those actions are open again.",
        required=True,
        max_length=2000,
    )


def initial_of(issue: Issue) -> dict[str, Any]:
    """What the form shows of a stored issue."""
    names = [*IssueFields.base_fields, "version"]
    return {name: getattr(issue, name) for name in names}
