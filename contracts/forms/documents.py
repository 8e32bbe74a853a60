"""Uploading a paper: the file is checked here, so that what is wrong with it stands at its field."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from contracts.models import Amendment, Contract, Document
from core.forms import CreateOnceForm, LineField
from core.uploads import ACCEPT, ACCEPTED, Accepted, UploadProblem, check_upload


@dataclass(frozen=True)
class Paper:
    """An upload that may be kept: the open file, and what it was found to be."""

    upload: Any
    accepted: Accepted


class PaperField(forms.FileField):
    """A file of a kind that is kept; `clean` gives a Paper."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="File",
            help_text=f"{ACCEPTED}, at most 20 MB.",
            widget=forms.FileInput(attrs={"accept": ACCEPT}),
            allow_empty_file=True,
            error_messages={"required": "Choose a file first."},
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if problem := getattr(upload, "problem", ""):
            raise ValidationError(problem)
        try:
            return Paper(upload, check_upload(upload.file, upload.name, upload.size))
        except UploadProblem as error:
            raise ValidationError(str(error)) from None


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
