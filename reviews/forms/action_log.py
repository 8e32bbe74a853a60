"""A corrective action: what is done, that it was done, and whether it helped."""

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
from reviews.improving_days import CHECK_FROM, CHECK_UNTIL
from reviews.models import CorrectiveAction, Issue

DAYS = f"{CHECK_FROM} to {CHECK_UNTIL}"


class ActionFields(PlainForm):
    """What is to be done about it, by whom and until when."""

    title = LineField(
        label="What is to be done",
        max_length=200,
        help_text="For example “Ask the caller before a ticket is closed”.",
    )
    issue = forms.ModelChoiceField(
        label="About which issue",
        queryset=Issue.objects.none(),
        required=False,
        empty_label="None of the issues",
    )
    cause = text_field("Cause", "Why did it go wrong? Ask why until nobody can ask again.")
    correction = text_field("Correction", "What mends it now.")
    prevention = text_field("Prevention", "What keeps it from coming back.")
    side = side_field("Who does it")
    owner = owner_field()
    contact = contact_field()
    due_on = DayField(label="Due on")

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self, contract)
        fields: dict[str, Any] = self.fields
        fields["issue"].queryset = contract.issues.newest_first()
        self.helper.layout = Layout(
            *hidden(self),
            "title",
            "issue",
            pair("side", "due_on"),
            pair("owner", "contact"),
            "cause",
            "correction",
            "prevention",
        )


class ActionForm(ActionFields, CreateOnceForm):
    """A new action."""


class EditActionForm(ActionFields, VersionForm):
    """An action that is not settled."""


class AgreedActionForm(CreateOnceForm):
    """The few words that an action needs while a review is held; the rest can be said later."""

    title = LineField(label="What is to be done", max_length=200)
    side = side_field("Who does it")
    owner = owner_field()
    due_on = DayField(label="Due on")

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_agreed_%s", **kwargs)
        offer_people(self, contract)
        self.helper.layout = Layout("creation_key", "title", pair("side", "due_on"), "owner")


class FinishForm(VersionForm):
    """It was done, and when its effect is looked at."""

    done_on = DayField(label="Done on")
    evidence = text_field(
        "Evidence", "What shows that it was done: a report, a ticket, a link.", required=True
    )
    check_on = DayField(
        label="Look whether it helped on",
        help_text=f"{DAYS} days after it was done. You are reminded.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("version", "evidence", pair("done_on", "check_on"))

    def clean_done_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["done_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("This day lies ahead.")
        return day


class CheckForm(VersionForm):
    """Did it help? Nothing is answered beforehand."""

    helped = forms.ChoiceField(
        label="Did it help?",
        choices=[("yes", "Yes, it did not come back"), ("no", "No, it is open again")],
        widget=forms.RadioSelect,
    )
    check_note = text_field("What you saw", "Numbers, or what people say.")
    due_on = DayField(
        label="If not: due again on", required=False, help_text="Only if it did not help."
    )


class ComeBackForm(VersionForm):
    """It came back after it had helped."""

    check_note = text_field("What happened", required=True)
    due_on = DayField(label="Due again on")


class CancelForm(VersionForm):
    """It is not needed any more."""

    cancelled_reason = text_field("Why it is not needed any more", required=True, max_length=2000)


def initial_of(action: CorrectiveAction) -> dict[str, Any]:
    """What the form shows of a stored action."""
    names = [*ActionFields.base_fields, "version"]
    return {name: getattr(action, name) for name in names}
