"""Claiming a service credit, saying how the claim ended, or leaving it on purpose."""

from typing import Any

from django import forms

from core.fields import DayField, NumberField
from core.forms import VersionForm
from reviews.models import ServiceCredit

State = ServiceCredit.State


class ClaimForm(VersionForm):
    """What was sent to the vendor, and when."""

    claim_text = forms.CharField(
        label="What you wrote",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="Kept with the claim. Change it here if you sent something else.",
    )
    claimed_on = DayField(label="Claimed on")


class SettleForm(VersionForm):
    """How the claim ended; nothing is chosen beforehand."""

    outcome = forms.ChoiceField(
        label="What did the vendor do?",
        choices=[(State.RECEIVED.value, "Gave it back"), (State.REFUSED.value, "Refused")],
        widget=forms.RadioSelect,
    )
    received_amount = NumberField(
        label="Received",
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text="What really came in; only if it was given back.",
    )
    settled_on = DayField(label="On")
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="On which invoice it stands; or why the vendor refused.",
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_amount"].label = f"Received ({currency})" if currency else "Received"


class WaiveForm(VersionForm):
    """Why nobody will claim it."""

    note = forms.CharField(
        label="Why",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It counts as left on the table, with this reason.",
    )


class StepBackForm(VersionForm):
    """Only the version of what was seen."""
