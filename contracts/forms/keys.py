"""A key of the register. A text that looks like a secret is refused and does not come back."""

import datetime as dt
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from contracts.actions.keys import TEXTS
from contracts.forms.secrets import discard_secrets
from contracts.models import Key
from core.fields import DayField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm

NOT_SAID = ("", "Not said yet")


def not_ahead(day: dt.date | None) -> dt.date | None:
    """A day on which something was done can't lie ahead."""
    if day and day > timezone.localdate():
        raise ValidationError("This day lies ahead.")
    return day


class KeyFields(PlainForm):
    """What we could be locked out of; nothing is answered beforehand."""

    kind = forms.ChoiceField(
        label="Kind",
        choices=[("", "Choose"), *Key.Kind.choices],
        help_text="What you could be locked out of.",
    )
    name = LineField(
        label="Name",
        max_length=200,
        help_text="For example larkspur.example, or Microsoft 365 tenant.",
    )
    owned_by = forms.ChoiceField(
        label="Legal owner",
        required=False,
        choices=[NOT_SAID, *Key.Holder.choices],
        help_text="In whose name it is registered or licensed.",
    )
    admin_by = forms.ChoiceField(
        label="Holds the admin rights",
        required=False,
        choices=[NOT_SAID, *Key.Holder.choices],
        help_text="Who can get in, and let others in.",
    )
    kept_at = LineField(
        label="Where the secret is kept",
        max_length=200,
        required=False,
        help_text="The place, never the secret itself: “1Password, vault IT” or “safe, envelope 4”.",
    )
    second_admin = LineField(
        label="Second admin",
        max_length=200,
        required=False,
        help_text="Who else of your own people can get in. Write “nobody” if there is none.",
    )
    verified_on = DayField(
        label="Last verified",
        required=False,
        help_text="When one of your own people last got in.",
    )
    verify_months = forms.IntegerField(
        label="Verify every … months",
        required=False,
        min_value=1,
        max_value=120,
        help_text="You are reminded when it is due.",
    )
    note = forms.CharField(
        label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in TEXTS:
            self.fields[name].widget.attrs["autocomplete"] = "off"
        hidden = [name for name in ("creation_key", "version") if name in self.fields]
        self.helper.layout = Layout(
            *hidden,
            Div("kind", "name", css_class="field-pair"),
            Div("owned_by", "admin_by", css_class="field-pair"),
            Div("kept_at", "second_admin", css_class="field-pair"),
            Div("verified_on", "verify_months", css_class="field-pair"),
            "note",
        )

    def clean_verified_on(self) -> dt.date | None:
        return not_ahead(self.cleaned_data["verified_on"])

    def clean(self) -> dict[str, Any]:
        """What looks like a secret is taken out of what was sent, so that no page shows it again."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        discard_secrets(self, TEXTS)
        return data


class KeyForm(KeyFields, CreateOnceForm):
    """A new key."""


class EditKeyForm(KeyFields, VersionForm):
    """A key that is there."""
