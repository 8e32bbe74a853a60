"""What is posted about one cell: the mark agreed on, and why."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.forms import PlainForm
from evaluations.actions.moderation import MOST_REASON
from evaluations.forms.scoring import clean_comment, clean_mark
from evaluations.marks import BadMark, Scale, expected, read_mark


class ModeratedMarkForm(PlainForm):
    """`version` 0: nothing was stored. For a preview the reason may still be missing."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    mark = forms.CharField(label="The mark you agree on", required=False)
    reason = forms.CharField(
        label="Why this mark",
        help_text="What you found when you looked again. Whoever reads the ranking reads this, too.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MOST_REASON}),
    )

    def __init__(self, *args: Any, scale: Scale, reason_needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scale = scale
        self.reason_needed = reason_needed

    def clean_mark(self) -> str:
        """The text as typed; what it means is in `.read`."""
        text = clean_mark(self.cleaned_data["mark"])
        try:
            self.read = read_mark(text, self.scale)
        except BadMark as error:
            raise ValidationError(str(error)) from error
        if self.read == (None, False):
            raise ValidationError(expected(self.scale))
        return text

    def clean_reason(self) -> str:
        text = clean_comment(self.cleaned_data["reason"]).strip()
        if self.reason_needed and not text:
            raise ValidationError("Say in a few words why this mark.")
        return text
