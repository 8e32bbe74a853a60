"""Shared shape of forms."""

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms


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
