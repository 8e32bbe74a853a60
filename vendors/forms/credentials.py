"""A credential of a vendor, and how it was checked. Nothing is answered beforehand."""

from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils import timezone

from core.fields import DayField, PaperField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm, differences
from core.uploads import ACCEPTED
from vendors.models import Credential

FIELDS = [
    "kind",
    "name",
    "issuer",
    "number",
    "scope",
    "issued_on",
    "expires_on",
    "never_expires",
]


class CredentialFields(PlainForm):
    """What it says, and its file."""

    kind = forms.ChoiceField(
        label="What it is", choices=[("", "Choose …"), *Credential.Kind.choices]
    )
    name = LineField(
        label="Name",
        max_length=120,
        help_text="For example ISO/IEC 27001, or Professional liability insurance.",
    )
    issuer = LineField(
        label="Issued by",
        max_length=200,
        required=False,
        help_text="The register, auditor, association or insurer.",
    )
    number = LineField(
        label="Number",
        max_length=120,
        required=False,
        help_text="By which you can look it up.",
    )
    scope = LineField(
        label="What it covers",
        max_length=500,
        required=False,
        help_text="Which sites and services, or up to which sum. A certificate of the head office says"
        " nothing about another site.",
    )
    issued_on = DayField(label="Issued on", required=False)
    expires_on = DayField(
        label="Valid until",
        required=False,
        help_text="The last day. You are reminded before it.",
    )
    never_expires = forms.BooleanField(label="It never expires", required=False)
    file = PaperField(
        required=False, help_text=f"A copy, if you have one: {ACCEPTED}, up to 20 MB."
    )

    last: tuple[str, ...] = ("file",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = [name for name in ("creation_key", "version") if name in self.fields]
        self.helper.layout = Layout(
            *hidden,
            Div("kind", "name", css_class="field-pair"),
            Div("issuer", "number", css_class="field-pair"),
            "scope",
            Div("issued_on", "expires_on", css_class="field-pair"),
            "never_expires",
            *self.last,
        )


class CredentialForm(CredentialFields, CreateOnceForm):
    """A new one."""


class EditCredentialForm(CredentialFields, VersionForm):
    """One that is there; the file stays unless another one is chosen."""

    without_file = forms.BooleanField(label="Take the file away", required=False)
    last: tuple[str, ...] = ("file", "without_file")

    def __init__(self, *args: Any, credential: Credential, **kwargs: Any) -> None:
        if credential.file is None:
            self.last = ("file",)
        super().__init__(*args, **kwargs)
        if credential.file is None:
            del self.fields["without_file"]
        else:
            self.fields["file"].label = "Another file"
            self.fields[
                "file"
            ].help_text = (
                f"Now: {credential.file.filename}. It stays unless you choose another one."
            )


class CheckForm(VersionForm):
    """Who looked is who is signed in."""

    checked_on = DayField(label="Checked on")
    check_note = LineField(
        label="How",
        max_length=500,
        help_text="For example: looked up in the issuer’s public register; called the insurer.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["checked_on"].widget.attrs["max"] = timezone.localdate().isoformat()


def differing(form: Any, stored: Credential) -> list[tuple[str, str, str]]:
    """For a stale form; a chosen file can't be compared."""
    kept = {name: value for name, value in form.cleaned_data.items() if "file" not in name}
    cleaned, form.cleaned_data = form.cleaned_data, kept
    try:
        return differences(form, stored)
    finally:
        form.cleaned_data = cleaned
