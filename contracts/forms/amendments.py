"""An amendment: what it is called, why, from when it counts; and the notes on its steps."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from contracts.forms.signing import SeenForm
from core.fields import DayField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm


class _AmendmentFields(PlainForm):
    title = LineField(
        label="What is it called?",
        max_length=200,
        help_text="For example “Twenty more users” or “Renewal until 2028”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    from_on = DayField(
        label="From which day does it count?", help_text="Until then the present terms count."
    )
    reason = forms.CharField(
        label="Why?",
        required=False,
        max_length=4000,
        help_text="Whoever reads the history in some years asks this.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NewAmendmentForm(_AmendmentFields, CreateOnceForm):
    """A new one."""


class AmendmentForm(_AmendmentFields, VersionForm):
    """One that is a draft."""


class SendAmendmentForm(VersionForm):
    """Nothing is asked; the version says what was seen."""


class SignAmendmentForm(SeenForm):
    """When it was signed."""

    signed_on = DayField(label="Signed on", help_text="By whoever signed last.")

    def clean_signed_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("A signature can’t lie ahead. Choose today or earlier.")
        return day


def _words(label: str, help_text: str) -> Any:
    return forms.CharField(
        label=label, help_text=help_text, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReturnAmendmentForm(VersionForm):
    note = _words("What should change?", "Whoever sent it reads this in a mail.")


class WithdrawAmendmentForm(VersionForm):
    reason = _words("Why is it withdrawn?", "It is kept with the amendment and in the trail.")
