"""Questions, typed one by one; of a template and of a survey's own copy."""

from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms

from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from reviews.models import Audience
from reviews.survey_questions import (
    FEWEST,
    LABELS,
    LONGEST_QUESTION,
    MOST,
    WrongQuestions,
    write_questions,
)

NUMBERS = range(1, MOST + 1)
Row = dict[str, Any]


class QuestionFields(PlainForm):
    """Eight places for questions, `kind_1`, `text_1` … `text_8`; cleaned into `questions`, as stored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: Sequence[Row] = self.initial.get("questions") or []
        for number in NUMBERS:
            row = rows[number - 1] if number <= len(rows) else {}
            self.fields[f"text_{number}"] = LineField(
                label=f"Question {number}",
                required=False,
                max_length=LONGEST_QUESTION,
                initial=row.get("text", ""),
            )
            self.fields[f"kind_{number}"] = forms.ChoiceField(
                label="Answered by",
                required=False,
                choices=[("", "Choose"), *LABELS.items()],
                initial=row.get("kind", ""),
            )

    def question_layout(self) -> Fieldset:
        pairs = [
            Div(f"text_{number}", f"kind_{number}", css_class="question-pair") for number in NUMBERS
        ]
        return Fieldset(f"Questions ({FEWEST} to {MOST})", *pairs, css_class="question-fields")

    def clean(self) -> Row:
        """The half-filled ones are named at their field; empty places are left out."""
        data: Row = super().clean() or self.cleaned_data
        pairs = [self._pair(data, number) for number in NUMBERS]
        if not self.errors:
            try:
                data["questions"] = write_questions(pair for pair in pairs if pair)
            except WrongQuestions as error:
                self.add_error("text_1", str(error))
        return data

    def _pair(self, data: Row, number: int) -> tuple[str, str] | None:
        kind, text = data.pop(f"kind_{number}", ""), data.pop(f"text_{number}", "")
        if bool(kind) != bool(text):
            missing = f"kind_{number}" if text else f"text_{number}"
            word = "Say how it is answered." if text else "Write the question, or choose nothing."
            self.add_error(missing, word)
        return (kind, text) if kind and text else None


class TemplateFields(QuestionFields):
    """Name, audience and questions."""

    compared = ["name", "audience", "questions"]

    name = LineField(label="Name", max_length=120)
    audience = forms.ChoiceField(label="Who is asked", choices=[("", "Choose"), *Audience.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = [name for name in ("creation_key", "version") if name in self.fields]
        self.helper.layout = Layout(
            *hidden,
            Div("name", "audience", css_class="field-pair"),
            self.question_layout(),
        )


class TemplateForm(TemplateFields, CreateOnceForm):
    """A new template."""


class EditTemplateForm(TemplateFields, VersionForm):
    """A template that is there."""


def texts(rows: Iterable[Row]) -> str:
    """Stored questions in one line of words."""
    return "; ".join(row["text"] for row in rows)


def question_differences(form: Any, stored: Any) -> list[tuple[str, str, str]]:
    """For a stale form: (label, now stored, written); the questions as one."""
    found = []
    for name in form.compared:
        label = "Questions" if name == "questions" else str(form.fields[name].label)
        theirs, mine = getattr(stored, name), form.cleaned_data[name]
        if theirs != mine:
            in_words = texts if name == "questions" else _words
            found.append((label, in_words(theirs), in_words(mine)))
    return found


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
