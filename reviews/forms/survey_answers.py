"""The one page that somebody without an account fills in. Nothing is chosen beforehand."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from reviews.survey_questions import LONGEST_TEXT, Question


class AnswerForm(forms.Form):
    """One field for each question, none of them required, but one answer at least."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.fields["form_key"].initial = uuid.uuid4
        for question in questions:
            self.fields[question.key] = _field(question)

    @property
    def asked(self) -> list[tuple[Question, Any]]:
        """(question, its field) in order."""
        return [(question, self[question.key]) for question in self.questions]

    def clean_form_key(self) -> uuid.UUID:
        return self.cleaned_data["form_key"] or uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        given = [data.get(question.key) for question in self.questions]
        if not self.errors and all(value in (None, "") for value in given):
            raise ValidationError("Answer at least one question, then send it.")
        return data

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, by the question's key."""
        data = self.cleaned_data
        return {
            question.key: data[question.key]
            for question in self.questions
            if data[question.key] not in (None, "")
        }


class OwnWordsField(forms.CharField):
    """Counts a line's end as one character, as the browser does."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


def _field(question: Question) -> forms.Field:
    if not question.is_rated:
        return OwnWordsField(
            label=question.text,
            required=False,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_TEXT}),
        )
    return forms.TypedChoiceField(
        label=question.text,
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(value, words or str(value)) for value, words in question.scale.items()],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of the answers."},
    )
