"""Naming and asking stakeholders, and what they say. Nothing is answered beforehand."""

import datetime as dt
from typing import Any

from django import forms

from core.fields import UntilField
from core.forms import LineField, PlainForm, VersionForm
from planning.models import Stakeholder

LONGEST, USUAL = dt.timedelta(days=120), dt.timedelta(days=14)


def _text(label: str, help_text: str = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=4000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class _WhoFields(PlainForm):
    name = LineField(
        label="Name", max_length=200, help_text="Of a person, or of a group that you talk to."
    )
    group = LineField(
        label="Group or role",
        max_length=200,
        required=False,
        help_text="Like: help desk team, finance, works council, key customer.",
    )
    affected = LineField(
        label="How they are affected",
        max_length=300,
        required=False,
        help_text="Like: hands over half of their work.",
    )
    email = forms.EmailField(
        label="E-mail", max_length=254, required=False, help_text="To ask them by a private link."
    )


class AddStakeholderForm(_WhoFields):
    """Somebody new."""


class StakeholderForm(_WhoFields, VersionForm):
    """Somebody who is there."""


class AskStakeholderForm(VersionForm):
    """Until when the link works."""

    until_on = UntilField(within=LONGEST, help_text="They can save and come back.")


class ViewForm(VersionForm):
    """What they say, on their own page."""

    stance = forms.ChoiceField(
        label="What do you think of it?",
        required=False,
        choices=[*Stakeholder.Stance.choices, ("none", "No answer")],
        widget=forms.RadioSelect,
    )
    hopes = _text("What do you hope for?", "What should get better?")
    worries = _text("What worries you?", "What could go wrong, for you or for others?")
    needs = _text("What must not get lost?", "What works today and has to stay.")

    def clean_stance(self) -> str:
        """ "No answer" is none."""
        said: str = self.cleaned_data["stance"]
        return "" if said == "none" else said


class NoteViewForm(ViewForm):
    """What they said to one of us."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["stance"].label = "What do they think of it?"
        fields["hopes"].label, fields["worries"].label = "They hope for", "They worry about"
        fields["needs"].label = "Must not get lost"
        for name in ("hopes", "worries", "needs"):
            fields[name].help_text = ""


class RespondForm(VersionForm):
    """What we make of it."""

    response = _text(
        "What we make of it",
        "What you do about it, or why you don’t. They do not see this here: tell them.",
    )
