"""Numbers and days of bounded size."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


class NumberField(forms.DecimalField):
    """A number of bounded size: no NaN, no infinity, no exponent games."""

    default_error_messages = {"invalid": "Write a number like 40000 or 99.5."}


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
