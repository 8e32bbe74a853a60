"""Whether one promise was kept."""

from django import forms

from core.forms import LineField, PlainForm
from reviews.models import PromiseCheck


class PromiseCheckForm(PlainForm):
    """The answer and a few words; drawn by reviews/includes/promise_check.html."""

    version = forms.IntegerField(min_value=0)
    kept = forms.ChoiceField(
        label="Was it kept?",
        choices=PromiseCheck.Kept.choices,
        error_messages={"required": "Say first whether it was kept."},
    )
    note = LineField(label="Note", max_length=500, required=False)
