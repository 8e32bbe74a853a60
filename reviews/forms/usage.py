"""The numbers that are used, one line for each thing that is paid by number, and one more."""

from decimal import Decimal
from typing import Any

from django import forms

from core.fields import NumberField
from core.forms import LineField, PlainForm
from reviews.actions.usage import Count
from reviews.usage import Usage, UsageLine


def _number(label: str) -> NumberField:
    return NumberField(
        label=label, required=False, min_value=Decimal(0), max_digits=12, decimal_places=2
    )


class UsageForm(PlainForm):
    """Fields are named by the line's key; a line that was not sent stays as it is."""

    extra_label = LineField(label="What is counted", max_length=200, required=False)
    extra_paid = _number("Paid for")
    extra_used = _number("Used")

    def __init__(self, *args: Any, usage: Usage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.usage = usage
        self.sent = [line for line in usage.lines if f"version_{line.key}" in self.data]
        for line in self.sent:
            self.fields[f"used_{line.key}"] = _number(f"{line.label}: used")
            self.fields[f"version_{line.key}"] = forms.IntegerField(min_value=0)
            if not line.is_priced:
                self.fields[f"paid_{line.key}"] = _number(f"{line.label}: paid for")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        said = data.get("extra_paid") is not None or data.get("extra_used") is not None
        if said and not data.get("extra_label"):
            self.add_error("extra_label", "Say what is counted.")
        if data.get("extra_label") in {line.label for line in self.usage.lines}:
            self.add_error("extra_label", "This has a line above already. Write its numbers there.")
        return data

    @property
    def counts(self) -> list[Count]:
        """What was typed, line by line, once it is valid."""
        counts = [self._count(line) for line in self.sent if self._is_said(line)]
        if label := self.cleaned_data["extra_label"]:
            typed = self.cleaned_data
            counts.append(Count(label, typed["extra_paid"], typed["extra_used"], 0))
        return counts

    def _is_said(self, line: UsageLine) -> bool:
        """The number that the terms say is no answer by itself."""
        return bool(line.version or not line.is_priced) or (
            self.cleaned_data[f"used_{line.key}"] is not None
        )

    def _count(self, line: UsageLine) -> Count:
        typed = self.cleaned_data
        paid = line.paid if line.is_priced else typed[f"paid_{line.key}"]
        return Count(line.label, paid, typed[f"used_{line.key}"], typed[f"version_{line.key}"])
