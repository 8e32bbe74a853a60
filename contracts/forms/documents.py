"""Uploading a paper: the file is checked here, so that what is wrong with it stands at its field."""

from typing import Any

from django import forms

from contracts.models import Amendment, Contract, Document
from core.fields import PaperField
from core.forms import CreateOnceForm, LineField


class VersionUploadForm(CreateOnceForm):
    """A newer version of a paper: its title and kind stay."""

    file = PaperField()
    is_signed_copy = forms.BooleanField(
        label="This is the signed copy",
        required=False,
        help_text="The one that both sides signed. In a dispute this paper counts.",
    )


class DocumentForm(VersionUploadForm):
    """A new paper of a contract."""

    title = LineField(
        label="Title",
        max_length=200,
        required=False,
        help_text="Left empty, it is called like the file.",
    )
    kind = forms.ChoiceField(label="What it is", choices=[("", "Choose …"), *Document.Kind.choices])
    amendment = forms.ModelChoiceField(
        label="Belongs to",
        queryset=Amendment.objects.none(),
        required=False,
        empty_label="The contract itself",
    )

    field_order = ["creation_key", "file", "title", "kind", "amendment", "is_signed_copy"]

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amendments = list(contract.amendments.order_by("number"))
        field: Any = self.fields["amendment"]
        if amendments:
            field.queryset = contract.amendments.order_by("number")
        else:
            del self.fields["amendment"]
