"""What the page of a review posts: marks and comments by criterion, and the other fields."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from evaluations.forms.scoring import clean_comment, clean_mark
from reviews import entries
from reviews.actions.recording import WrongEntry
from reviews.entries import MarkEntry, TextEntry, mark_key
from reviews.models import Review, Standing

SHOWN_MARK = re.compile(r"shown-mark-([1-9][0-9]{0,17})")
MOST_CRITERIA = 1_000


def _text(name: str, **options: Any) -> forms.CharField:
    limit = getattr(Review._meta.get_field(name), "max_length", None)
    return forms.CharField(required=False, max_length=limit, **options)


class RecordForm(forms.Form):
    """The fields of the review itself. Each is cleaned alone: what is wrong with one keeps none of the
    others from being saved."""

    held_on = forms.DateField(
        label="Held on",
        required=False,
        error_messages={"invalid": "Write the day as 2026-04-14, or leave it empty."},
    )
    attendees = _text(entries.ATTENDEES, label="Who took part")
    minutes = _text(entries.MINUTES, label="Minutes")
    agreements = _text(entries.AGREEMENTS, label="What you agreed")
    standing = forms.ChoiceField(
        label="Standing", required=False, choices=[("", "As suggested"), *Standing.choices]
    )
    standing_reason = _text(entries.STANDING_REASON, label="Why another standing")


class PostedReview:
    """`marks` and `texts` to save; `refused` those that can't be, by key; `raw` what stood in each field,
    to be shown again, and `shown` its fingerprint as it was posted. Only what the page sent counts: a field that is not there was not on it."""

    def __init__(self, posted: QueryDict) -> None:
        self.marks: list[MarkEntry] = []
        self.texts: list[TextEntry] = []
        self.refused: dict[str, Exception] = {}
        self.raw: dict[str, tuple[str, ...]] = {}
        self.shown: dict[str, str] = {}
        # The one that this person gives up for what somebody else wrote.
        self.dropped = str(posted.get("drop", ""))
        for name in list(posted)[: 10 * MOST_CRITERIA]:
            if found := SHOWN_MARK.fullmatch(name):
                self._read_mark(posted, int(found[1]), str(posted[name]))
        for name, field in RecordForm.base_fields.items():
            if f"shown-{name}" in posted and name != self.dropped:
                self._read_text(posted, name, field)

    def _read_mark(self, posted: QueryDict, pk: int, shown: str) -> None:
        key = mark_key(pk)
        mark, comment = str(posted.get(key, "")), str(posted.get(f"comment-{pk}", ""))
        if key == self.dropped:
            return
        self.raw[key], self.shown[key] = (mark, comment), shown
        try:
            entry = MarkEntry(pk, clean_mark(mark), clean_comment(comment), shown)
        except ValidationError as error:
            self.refused[key] = WrongEntry(error.messages[0])
        else:
            self.marks.append(entry)

    def _read_text(self, posted: QueryDict, name: str, field: forms.Field) -> None:
        raw = str(posted.get(name, ""))
        self.raw[name], self.shown[name] = (raw,), str(posted[f"shown-{name}"])
        try:
            value = field.clean(raw.replace("\r\n", "\n"))
        except ValidationError as error:
            self.refused[name] = WrongEntry(error.messages[0])
        else:
            self.texts.append(TextEntry(name, value, self.shown[name]))
