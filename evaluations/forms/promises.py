"""A promise of the ledger."""

import datetime as dt
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.fields import DayField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from evaluations.models import Evaluation, Promise
from evaluations.promise_queries import LONGEST, readable_answers, vendors_of


class PromiseFields(PlainForm):
    """Who promised what, where and when; nothing is answered beforehand."""

    candidate: Any = forms.ModelChoiceField(label="Who", queryset=None, empty_label="Choose")
    text = forms.CharField(
        label="What was promised",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One thing, in their words: “A named engineer who knows our systems”.",
    )
    source = forms.ChoiceField(label="Where", choices=[("", "Choose"), *Promise.Source.choices])
    said_by = LineField(
        label="Who said it", max_length=200, required=False, help_text="A name or a role."
    )
    said_on = DayField(label="When", required=False)
    answer: Any = forms.ModelChoiceField(queryset=None, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["candidate"].queryset = vendors_of(evaluation)
        fields["answer"].queryset = readable_answers(evaluation)
        fields["answer"].error_messages["invalid_choice"] = "This answer can't be read here."
        hidden = [name for name in ("creation_key", "version", "answer") if name in fields]
        self.helper.layout = Layout(
            *hidden,
            "candidate",
            "text",
            Div("source", "said_by", css_class="field-pair"),
            "said_on",
        )

    def clean_text(self) -> str:
        """On one line: it stands in lists and in the trail."""
        text: str = self.cleaned_data["text"]
        return " ".join(text.split())

    def clean_said_on(self) -> dt.date | None:
        """Nobody has promised anything tomorrow."""
        day: dt.date | None = self.cleaned_data["said_on"]
        if day and day > timezone.localdate():
            raise ValidationError("This day lies ahead.")
        return day


class PromiseForm(PromiseFields, CreateOnceForm):
    """A new promise."""


class EditPromiseForm(PromiseFields, VersionForm):
    """A promise that is there."""
