"""The small forms of a renewal: a vote, the decision, the letter."""

from django import forms

from core.forms import LineField, PlainForm, VersionForm
from reviews.models import Choice, RenewalBrief, RenewalVote


def _choice(label: str) -> forms.ChoiceField:
    """Nothing is chosen beforehand."""
    return forms.ChoiceField(
        label=label,
        choices=Choice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the four."},
    )


class VoteForm(PlainForm):
    """What one person would do. Version 0: not said yet."""

    choice = _choice("What would you do?")
    reason = forms.CharField(
        label="Why?",
        required=False,
        max_length=RenewalVote._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class DecideForm(VersionForm):
    """The decision; its reason is always asked, since somebody reads it in a year."""

    choice = _choice("What is decided?")
    rationale = forms.CharField(
        label="Why?",
        max_length=RenewalBrief._meta.get_field("rationale").max_length,
        help_text="Whoever decides next time reads this first.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why, in a sentence or two."},
    )

    def clean_rationale(self) -> str:
        return _breaks(self.cleaned_data["rationale"])


class LetterForm(VersionForm):
    """The notice letter. We send nothing by ourselves."""

    letter_subject = LineField(label="Subject", max_length=200)
    letter_body = forms.CharField(
        label="Letter",
        max_length=RenewalBrief._meta.get_field("letter_body").max_length,
        widget=forms.Textarea(attrs={"rows": 20}),
    )

    def clean_letter_body(self) -> str:
        """Line breaks as the draft has them, so that nothing was changed that nobody changed."""
        return _breaks(self.cleaned_data["letter_body"])


def _breaks(text: str) -> str:
    return text.replace("\r\n", "\n")
