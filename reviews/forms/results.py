"""Who gets the one-page result of a review."""

from typing import Any

from django import forms

from core.forms import VersionForm
from reviews.recipients import Possible


class RecipientsForm(VersionForm):
    """Members of the organization and contacts of the vendor; `version` is that of the list."""

    members = forms.TypedMultipleChoiceField(
        label="Our people",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose people of the list."},
    )
    contacts = forms.TypedMultipleChoiceField(
        label="At the vendor",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="They get the page by mail; they need no account.",
        error_messages={"invalid_choice": "Choose people of the list."},
    )

    def __init__(self, *args: Any, possible: Possible, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.possible = possible
        members, contacts = self.fields["members"], self.fields["contacts"]
        members.choices = [(row.pk, row.name) for row in possible.members]  # type: ignore[attr-defined]
        contacts.choices = [  # type: ignore[attr-defined]
            (row.pk, f"{row.name} ({row.email})") for row in possible.contacts
        ]
        if not possible.contacts:
            del self.fields["contacts"]

    def clean(self) -> dict[str, Any]:
        """The people themselves, in place of their numbers."""
        data = super().clean() or self.cleaned_data
        members, contacts = set(data.get("members", [])), set(data.get("contacts", []))
        return {
            "version": data.get("version"),
            "members": [row for row in self.possible.members if row.pk in members],
            "contacts": [row for row in self.possible.contacts if row.pk in contacts],
        }
