"""A letter as somebody wants to send it."""

from django import forms

from core.fields import DayField
from core.forms import LineField, VersionForm
from evaluations.models import AwardLetter


class LetterForm(VersionForm):
    """Subject, text, and the day on which it went out."""

    subject = LineField(label="Subject", max_length=200)
    body = forms.CharField(
        label="Letter",
        max_length=AwardLetter._meta.get_field("body").max_length,
        widget=forms.Textarea(attrs={"rows": 18}),
    )
    sent_on = DayField(
        label="Sent on",
        required=False,
        help_text="We send nothing by ourselves. Copy or print the letter, send it, then note the day.",
    )

    def clean_body(self) -> str:
        """Line breaks as the draft has them: a browser sends others, and nothing was changed."""
        body: str = self.cleaned_data["body"]
        return body.replace("\r\n", "\n")
