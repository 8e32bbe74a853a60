"""Shared shape of forms."""

import re
import uuid
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError

# Line breaks and other control characters, and those that turn the direction of what follows: in a
# name they would break a mail's header or make one text look like another.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> None:
    """Refuse what has no place in a name or a title."""
    if _UNSEEN.search(text):
        raise ValidationError("This must be one line, without line breaks or control characters.")


class LineField(forms.CharField):
    """A name or a title: one line of visible text, kept exactly as written."""

    default_validators = [one_line]


class PlainForm(forms.Form):
    """A form whose <form> tag, token and buttons stand in the template."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class CreateOnceForm(PlainForm):
    """Carries the key by which a second sending of the same form is recognised."""

    creation_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["creation_key"].initial = uuid.uuid4

    def clean_creation_key(self) -> uuid.UUID:
        return self.cleaned_data["creation_key"] or uuid.uuid4()


class VersionForm(PlainForm):
    """Posts the version of the row that it showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def differences(form: forms.Form, stored: Any) -> list[tuple[str, str, str]]:
    """For a stale form: (label, what is stored now, what this person wrote) where the two differ."""
    rows = []
    for name, field in form.fields.items():
        if name == "version" or name not in form.cleaned_data:
            continue
        theirs, mine = getattr(stored, name), form.cleaned_data[name]
        if theirs != mine:
            rows.append((str(field.label or name), _words(field, theirs), _words(field, mine)))
    return rows


def line_differences(theirs: Sequence[str], mine: Sequence[str]) -> list[tuple[str, str, str]]:
    """The same of lists, line by line, each line already in words."""
    pairs = enumerate(zip_longest(theirs, mine, fillvalue=""), start=1)
    return [(f"Line {at}", stored, typed) for at, (stored, typed) in pairs if stored != typed]


def go_on_from(form: Any, version: int) -> None:
    """Show a stale form again, with what the person wrote, ready to be saved over that version."""
    form.data = form.data.copy()
    form.data["version"] = str(version)


def _words(field: forms.Field, value: Any) -> str:
    """What a person saw: the label of a choice, not its code."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(field, forms.ChoiceField):
        labels: Any = field.choices
        value = dict(labels).get(value, value)
    return "" if value is None else str(value)
