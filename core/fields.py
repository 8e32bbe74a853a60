"""Numbers and days of bounded size, and files that may be kept."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.uploads import ACCEPT, ACCEPTED, Accepted, UploadProblem, check_upload

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


class NumberField(forms.DecimalField):
    """A number of bounded size: no NaN, no infinity, no exponent games."""

    default_error_messages = {"invalid": "Write a number like 40000 or 99.5."}


class AmountField(NumberField):
    """From 0 to `most`; left empty, it is not said."""

    def __init__(self, label: str, most: Any, places: int = 2, help_text: str = "") -> None:
        super().__init__(
            label=label,
            required=False,
            min_value=0,
            max_value=most,
            decimal_places=places,
            help_text=help_text,
            widget=forms.NumberInput(attrs={"step": "any", "min": "0", "class": "form-control"}),
        )


class DayField(forms.DateField):
    """A day of this century, or from `earliest` on, by the browser's calendar or written 2026-12-31."""

    default_error_messages = {"invalid": "Write the day like 2026-12-31."}

    def __init__(self, *, earliest: dt.date = EARLIEST, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)
        self.earliest = earliest

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        if value and not self.earliest <= value <= LATEST:
            first, last = self.earliest.year, LATEST.year
            raise ValidationError(f"Choose a day between {first} and {last}.")


class UntilField(DayField):
    """The last day on which a private link works: from today on, at most `within` ahead."""

    def __init__(self, *, within: dt.timedelta, help_text: str = "") -> None:
        super().__init__(label="The link works until", help_text=help_text)
        self.within = within

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        today = timezone.localdate()
        if value and value < today:
            raise ValidationError("This day has passed. Choose today or a later one.")
        if value and value > today + self.within:
            raise ValidationError(f"Choose a day within {self.within.days} days.")


@dataclass(frozen=True)
class Paper:
    """An upload that may be kept: the open file, and what it was found to be."""

    upload: Any
    accepted: Accepted


class PaperField(forms.FileField):
    """A file of a kind that is kept; `clean` gives a Paper, or None if it may be left out and was.

    For core.files.keep_file: `keep_file(paper.upload, paper.accepted.name, organization=…)`.
    """

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "label": "File",
            "help_text": f"{ACCEPTED}, at most 20 MB.",
            "widget": forms.FileInput(attrs={"accept": ACCEPT}),
            "error_messages": {"required": "Choose a file first."},
        }
        super().__init__(allow_empty_file=True, **(defaults | kwargs))

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload is None:
            return None
        if problem := getattr(upload, "problem", ""):
            raise ValidationError(problem)
        try:
            return Paper(upload, check_upload(upload.file, upload.name, upload.size))
        except UploadProblem as error:
            raise ValidationError(str(error)) from None
