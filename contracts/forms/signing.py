"""The steps of a contract: sent, returned, signed, withdrawn; notice and termination."""

from typing import Any

from django import forms

from contracts.models import Contract
from core.fields import DayField
from core.forms import LineField, PlainForm, VersionForm

Party, Termination = Contract.Party, Contract.Termination


def _reason(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SendForm(VersionForm):
    """Only the version that was looked at."""


class ReturnForm(VersionForm):
    note = _reason("What should change?", "Whoever sent it gets this in a mail.")


class SeenForm(VersionForm):
    """Carries what the terms said when the form was shown (contracts/seen.py): nobody signs what
    somebody else changed meanwhile."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)


class SignForm(SeenForm):
    """Who signed, and when. `gaps_seen` is asked only if something is missing."""

    signed_on = DayField(label="Signed on", help_text="The day of the last signature.")
    signed_for_us = LineField(label="Signed for us by", max_length=200)
    signed_for_vendor = LineField(label="Signed for the vendor by", max_length=200)
    gaps_seen = forms.BooleanField(
        label="I know what is missing, and sign all the same", required=False
    )

    def __init__(self, *args: Any, gaps: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not gaps:
            del self.fields["gaps_seen"]


class WithdrawForm(PlainForm):
    reason = _reason("Why is it withdrawn?")


class NoticeForm(VersionForm):
    """Notice as it was given; the day of its arrival may follow."""

    notice_by = forms.ChoiceField(
        label="Who gave notice?",
        choices=Party.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say who gave notice."},
    )
    notice_given_on = DayField(label="Given on")
    notice_arrived_on = DayField(
        label="Arrived on",
        required=False,
        help_text="What counts is the day on which it arrived. Leave it empty until you know.",
    )
    notice_reason = _reason("Reason", "So that you know it in a year.", required=False)


class TerminateForm(VersionForm):
    """An end on a day, outside the terms."""

    terminated_on = DayField(
        label="Ends on", help_text="The first day that is no longer covered; it may lie ahead."
    )
    termination = forms.ChoiceField(
        label="How?",
        choices=Termination.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how it is terminated."},
    )
    termination_reason = _reason("Why?")
