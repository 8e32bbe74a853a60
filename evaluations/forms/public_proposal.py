"""What a vendor sends: answers to the questions of a request, a spreadsheet, a question, a refusal."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.forms import CURRENCIES
from core.fields import PaperField
from core.forms import CreateOnceForm, PlainForm
from core.spreadsheets import MAX_BYTES
from evaluations.proposal_page import Shown
from evaluations.proposal_values import FILE, QUOTE, Given, read_answer

__all__ = ["CURRENCIES", "AskForm", "DeclineForm", "SheetForm", "read_posted"]


def read_posted(
    shown: Iterable[Shown], posted: Mapping[str, str], files: Mapping[str, Any]
) -> dict[int, Given]:
    """The answers that were sent and can be kept. What was typed, and what is wrong with it, is written
    into `shown`; a question that was not sent at all stays as it is."""
    given = {}
    for one in shown:
        if f"{one.name}-shown" not in posted:
            continue
        found = _file(one, posted, files) if one.question.kind == FILE else _answer(one, posted)
        if found is not None:
            given[one.question.pk] = found
    return given


def _answer(one: Shown, posted: Mapping[str, str]) -> Given | None:
    one.typed = {"": posted.get(one.name, "")}
    if one.question.kind == QUOTE:
        prefix = f"{one.name}-"
        fields = (
            (name.removeprefix(prefix), posted[name]) for name in posted if name.startswith(prefix)
        )
        one.typed = dict(fields)
    read = read_answer(one.question, one.typed, CURRENCIES)
    one.errors = read.errors
    return None if read.errors else Given(read.value, _mark(one, posted))


def _file(one: Shown, posted: Mapping[str, str], files: Mapping[str, Any]) -> Given | None:
    try:
        paper = PaperField(required=False).clean(files.get(one.name))
    except ValidationError as error:
        one.errors = {"": " ".join(error.messages)}
        return None
    removes = bool(posted.get(f"{one.name}-remove")) and paper is None
    return Given({}, _mark(one, posted), upload=paper, removes=removes)


def _mark(one: Shown, posted: Mapping[str, str]) -> str:
    return posted[f"{one.name}-shown"]


class AskForm(CreateOnceForm):
    """A question of the vendor."""

    question = forms.CharField(
        label="Your question",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="All vendors get the answer, without your name. Write nothing that tells who you are.",
    )


class DeclineForm(PlainForm):
    """Why there will be no proposal."""

    reason = forms.CharField(
        label="Why not, if you like to say",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SheetForm(PlainForm):
    """The filled-in spreadsheet."""

    file = forms.FileField(
        label="The filled-in spreadsheet",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "Choose the file first."},
        help_text="XLSX or CSV. You see what it changes before anything is saved.",
    )

    def clean_file(self) -> Any:
        """Not larger than what is read."""
        upload = self.cleaned_data["file"]
        if problem := getattr(upload, "problem", ""):
            raise ValidationError(problem)
        if upload.size > MAX_BYTES:
            raise ValidationError(f"The file is larger than {MAX_BYTES // 2**20} MB.")
        return upload
