"""The shared shape of forms, and what stands beside them."""

import uuid
from types import SimpleNamespace

import pytest
from django import forms

from core.forms import CreateOnceForm, LineField, VersionForm, differences


class LineForm(forms.Form):
    line = LineField(max_length=20)


class EditForm(VersionForm):
    name = LineField(label="Name")
    size = forms.ChoiceField(label="Size", choices=[("s", "Small"), ("l", "Large")])
    note = forms.CharField(required=False)


@pytest.mark.parametrize(
    "text", ["Zoë & Søns", "漢字", "👩‍🚀 Rockets", "شركة", 'He said "no" <b>', "'; DROP TABLE"]
)
def test_names_of_all_sorts_come_back_as_they_were(text):
    form = LineForm({"line": text})
    assert form.is_valid()
    assert form.cleaned_data["line"] == text


@pytest.mark.parametrize("text", ["A\nB", "A\r\nBcc: x", "A\tB", "A\x7fB", "A\u2028B", "A\u202eB"])
def test_what_breaks_a_line_or_turns_it_is_refused(text):
    assert LineForm({"line": text}).errors == {
        "line": ["This must be one line, without line breaks or control characters."]
    }


def test_a_nul_is_refused():
    assert not LineForm({"line": "A\x00B"}).is_valid()


def test_a_form_that_makes_something_carries_a_key():
    keys = {CreateOnceForm()["creation_key"].value() for _ in range(2)}
    assert len(keys) == 2
    form = CreateOnceForm({"creation_key": "6f6f4a8e-65cb-4a5e-8b3e-111111111111"})
    assert form.is_valid()
    assert form.cleaned_data["creation_key"].int >> 96 == 0x6F6F4A8E


def test_without_a_key_it_gets_one():
    form = CreateOnceForm({})
    assert form.is_valid()
    assert isinstance(form.cleaned_data["creation_key"], uuid.UUID)


def test_what_differs_is_told_in_the_words_of_the_form():
    form = EditForm({"version": 1, "name": "Mine", "size": "s", "note": "same"})
    assert form.is_valid()
    stored = SimpleNamespace(version=2, name="Theirs", size="l", note="same")
    assert differences(form, stored) == [("Name", "Theirs", "Mine"), ("Size", "Large", "Small")]
