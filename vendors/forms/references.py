"""A client of a vendor who can be asked, the asking, and the six questions. Nothing is answered beforehand."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils import timezone

from core.fields import DayField, UntilField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from vendors.models import Reference
from vendors.reference_questions import HIGHEST, LONGEST_TEXT, QUESTIONS, Question, in_words

NO_ANSWER = "none"
LONGEST = dt.timedelta(days=90)


class ReferenceFields(PlainForm):
    """Who it is."""

    name = LineField(label="Name", max_length=200)
    role = LineField(label="Position", max_length=120, required=False)
    company = LineField(label="Company", max_length=200)
    service = LineField(
        label="What the vendor does for them",
        max_length=200,
        required=False,
        help_text="The closer to what you want to buy, the more their words are worth.",
    )
    email = forms.EmailField(
        label="E-mail", max_length=254, required=False, help_text="To send a private link to."
    )
    phone = LineField(label="Phone", max_length=60, required=False)
    found = forms.ChoiceField(
        label="Who named them?",
        choices=Reference.Found.choices,
        widget=forms.RadioSelect,
        help_text="Vendors name clients who are content. Somebody you found yourself tells you more.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = [name for name in ("creation_key", "version") if name in self.fields]
        self.helper.layout = Layout(
            *hidden,
            Div("name", "role", css_class="field-pair"),
            Div("company", "service", css_class="field-pair"),
            Div("email", "phone", css_class="field-pair"),
            "found",
        )


class ReferenceForm(ReferenceFields, CreateOnceForm):
    """A new one."""


class EditReferenceForm(ReferenceFields, VersionForm):
    """One that is there."""


class AskReferenceForm(VersionForm):
    """Until when the link works."""

    until_on = UntilField(within=LONGEST, help_text="The last day, 90 days ahead at most.")


class MarkField(forms.ChoiceField):
    """One of the five steps of a question; `clean` gives the number, or None."""

    def __init__(self, question: Question) -> None:
        steps = [(str(mark), in_words(question, mark)) for mark in range(HIGHEST, 0, -1)]
        super().__init__(
            label=question.text,
            required=False,
            choices=[*steps, (NO_ANSWER, "No answer")],
            widget=forms.RadioSelect,
        )

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        return None if text in ("", NO_ANSWER) else int(text)


@dataclass(frozen=True)
class Asked:
    """One question with its field, for the page."""

    question: Question
    field: forms.BoundField
    number: int


class AnswersForm(VersionForm):
    """The six questions; the action takes `answers`, {key: 1 to 5 or text}."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.key] = MarkField(question) if question.is_mark else _text(question)

    def asked(self) -> Iterator[Asked]:
        """The questions in their order."""
        for number, question in enumerate(QUESTIONS, start=1):
            if question.key in self.fields:
                yield Asked(question, self[question.key], number)

    def clean(self) -> dict[str, Any]:
        """Answers apart from what else the form asks."""
        data = super().clean() or self.cleaned_data
        keys = {question.key for question in QUESTIONS}
        answers = {key: data[key] for key in keys if data.get(key) not in (None, "")}
        return {"answers": answers, **{name: data[name] for name in data if name not in keys}}


def _text(question: Question) -> forms.CharField:
    return forms.CharField(
        label=question.text,
        required=False,
        max_length=LONGEST_TEXT,
        help_text=question.help,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class CallForm(AnswersForm):
    """What was said on the telephone. Whoever answered by link keeps their own answers."""

    called_on = DayField(label="Talked on")
    call_notes = forms.CharField(
        label="Notes of the call",
        required=False,
        max_length=10_000,
        help_text="Only your own people read them.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, with_answers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["called_on"].widget.attrs["max"] = timezone.localdate().isoformat()
        if not with_answers:
            for question in QUESTIONS:
                del self.fields[question.key]


def initial_answers(answers: Mapping[str, Any]) -> dict[str, str]:
    """As the fields show them."""
    return {key: str(answer) for key, answer in answers.items()}


def differing(form: Any, stored: Reference) -> list[tuple[str, str, str]]:
    """For a stale form with answers: (question, what is stored now, what this person answered)."""
    mine = form.cleaned_data.get("answers", {})
    rows = []
    for question in QUESTIONS:
        words = [in_words(question, said.get(question.key)) for said in (stored.answers, mine)]
        if question.key in form.fields and words[0] != words[1]:
            rows.append((question.short, words[0], words[1]))
    for name in ("called_on", "call_notes"):
        if name in form.cleaned_data and getattr(stored, name) != form.cleaned_data[name]:
            theirs = getattr(stored, name)
            rows.append(
                (str(form.fields[name].label), str(theirs or ""), str(form.cleaned_data[name]))
            )
    return rows
