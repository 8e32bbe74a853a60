"""What is posted about a scorecard: one cell, all cells at once, the declaration."""

import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from core.forms import PlainForm
from evaluations.actions.scoring import CellInput
from evaluations.marks import fingerprint
from evaluations.models import Evidence
from evaluations.scorecards import Cell

MOST_BYTES = 40_000
MOST_COMMENT = 2000
MOST_ID = 2**63 - 1
TOO_LONG = "A comment may have 2000 characters; this one has {}."
BROKEN = "This text holds a character that can't be kept. Please type it again."
CELL_NAME = re.compile(r"cell-([1-9][0-9]{0,17})-([1-9][0-9]{0,17})-(mark|evidence|comment)")
SHOWN = re.compile(r"([1-9][0-9]{0,17})-([1-9][0-9]{0,17}):([1-9][0-9]{0,8}):([0-9a-f]{8})")


class BadRequest(ValueError):
    """The body is not what the page sends; the message may be read by a person."""


def clean_comment(text: str) -> str:
    """The comment with line ends as \\n; refuses what can't be stored as it is, never cuts."""
    text = text.replace("\r\n", "\n")
    if "\0" in text or not _encodable(text):
        raise ValidationError(BROKEN)
    if len(text) > MOST_COMMENT:
        raise ValidationError(TOO_LONG.format(len(text)))
    return text if text.strip() else ""


def clean_evidence(value: str) -> str:
    """One of the evidence grades, or nothing."""
    if value and value not in Evidence.values:
        raise ValidationError("Choose what the mark rests on from the list.")
    return value


def clean_mark(text: str) -> str:
    """A mark as typed; whether the criterion allows it is for the action to say."""
    text = text.strip()
    if len(text) > 40 or "\0" in text or not _encodable(text):
        raise ValidationError("This is too long for a mark.")
    return text


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class _CellText(forms.Field):
    """Text that must be posted but may be empty."""

    def __init__(self, clean: Any) -> None:
        super().__init__(required=False)
        self._clean = clean

    def clean(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("The page sent less than it should. Reload it.")
        return str(self._clean(value))


class CellForm(forms.Form):
    """One cell, from JSON or from a form."""

    scorecard = forms.IntegerField(min_value=1, max_value=MOST_ID)
    candidate = forms.IntegerField(min_value=1, max_value=MOST_ID)
    criterion = forms.IntegerField(min_value=1, max_value=MOST_ID)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    mark = _CellText(clean_mark)
    evidence = _CellText(clean_evidence)
    comment = _CellText(clean_comment)

    @property
    def cell(self) -> CellInput:
        data = self.cleaned_data
        return CellInput(
            candidate_id=data["candidate"],
            criterion_id=data["criterion"],
            version=data["version"],
            mark=data["mark"],
            evidence=data["evidence"],
            comment=data["comment"],
        )

    @property
    def first_error(self) -> str:
        return next(str(error) for errors in self.errors.values() for error in errors)


def posted_cell(request: HttpRequest) -> dict[str, str] | QueryDict:
    """The posted fields, from JSON or a form. Raises BadRequest for anything but a flat object."""
    if request.content_type != "application/json":
        return request.POST
    if len(request.body) > MOST_BYTES:
        raise BadRequest("This is too long to be one cell.")
    try:
        data = json.loads(request.body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The page sent something unreadable. Reload it.") from error
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise BadRequest("The page sent something unreadable. Reload it.")
    return data


class ScorecardForm:
    """All cells of the page at once, for when the page has no JavaScript.

    Cells that still hold what the page showed are left alone. `.cells` are to be saved; `.refused`
    are the ones whose input can't be, each with its `error`.
    """

    def __init__(self, posted: QueryDict) -> None:
        self.cells: list[CellInput] = []
        self.refused: list[Cell] = []
        raw_id = posted.get("scorecard", "")
        self.scorecard_id = int(raw_id) if re.fullmatch("[0-9]{1,18}", raw_id) else 0
        shown = _shown(posted.get("shown", ""))
        for key, texts in _texts(posted).items():
            version, print_shown = shown.get(key, (0, ""))
            if self._untouched(texts, print_shown):
                continue
            self._add(key, texts, version)

    @staticmethod
    def _untouched(texts: dict[str, str], print_shown: str) -> bool:
        if not print_shown:
            return not any(text.strip() for text in texts.values())
        parts = [texts[name] for name in ("mark", "evidence", "comment") if name in texts]
        return fingerprint(*parts) == print_shown

    def _add(self, key: tuple[int, int], texts: dict[str, str], version: int) -> None:
        try:
            cell = CellInput(
                *key,
                version=version,
                mark=clean_mark(texts.get("mark", "")),
                evidence=clean_evidence(texts["evidence"]) if "evidence" in texts else None,
                comment=clean_comment(texts["comment"]) if "comment" in texts else None,
            )
        except ValidationError as error:
            self.refuse(key, texts, version, error.messages[0])
        else:
            self.cells.append(cell)

    def refuse(self, key: tuple[int, int], texts: dict[str, str], version: int, error: str) -> None:
        """Keep the input to be shown again beside what is wrong with it."""
        self.refused.append(
            Cell(
                *key,
                mark=texts.get("mark", "")[:40],
                evidence=texts.get("evidence", "")[:20],
                comment=texts.get("comment", ""),
                version=version,
                error=error,
            )
        )


def _texts(posted: QueryDict) -> dict[tuple[int, int], dict[str, str]]:
    cells: dict[tuple[int, int], dict[str, str]] = {}
    for name in posted:
        if found := CELL_NAME.fullmatch(name):
            key = int(found[1]), int(found[2])
            cells.setdefault(key, {})[found[3]] = str(posted[name])
    return cells


def _shown(text: str) -> dict[tuple[int, int], tuple[int, str]]:
    return {
        (int(found[1]), int(found[2])): (int(found[3]), found[4])
        for found in map(SHOWN.fullmatch, text.split(" "))
        if found
    }


class DeclarationForm(PlainForm):
    """Conflict of interest or none; nothing is chosen beforehand."""

    NONE, CONFLICT = "none", "conflict"

    declaration = forms.ChoiceField(
        label="Your declaration",
        choices=[
            (NONE, "I have no conflict of interest with any of the candidates"),
            (CONFLICT, "I have a conflict of interest"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two."},
    )
    note = forms.CharField(
        label="What the conflict is, if you have one",
        help_text="For instance: “My sister works at Northwind.” Those who manage the evaluation read it.",
        required=False,
        max_length=MOST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    confirm = forms.BooleanField(
        label="Yes, my marks shall not count",
        required=False,
        help_text="They stay stored, and count again if you change this declaration.",
    )

    def __init__(self, *args: Any, has_marks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_marks:
            del self.fields["confirm"]

    def clean_note(self) -> str:
        note = clean_comment(self.cleaned_data["note"])
        if self.data.get("declaration") == self.CONFLICT and not note:
            raise ValidationError("Say in a few words what the conflict is.")
        return note

    @property
    def has_conflict(self) -> bool:
        return bool(self.cleaned_data["declaration"] == self.CONFLICT)
