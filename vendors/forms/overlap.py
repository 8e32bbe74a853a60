"""When a vendor's people work."""

from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from core.forms import VersionForm
from core.hours_fields import ClockField, DaysField, check_hours
from vendors.countries import time_zone_name
from vendors.forms.profile import RuleField


class HoursForm(VersionForm):
    """Round the clock, or days with hours."""

    time_zone = RuleField(
        time_zone_name,
        "time_zone",
        max_length=80,
        help_text="Of the people you would work with, for example Europe/Dublin.",
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
    )
    work_round_clock = forms.BooleanField(
        label="Round the clock, every day",
        required=False,
        help_text="Only if somebody who can help is really there at night.",
    )
    work_days = DaysField(label="They work on")
    work_from = ClockField(label="From", help_text="On their clock.")
    work_to = ClockField(label="To", help_text="At or before “from” it is the next day.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "version",
            "time_zone",
            "work_round_clock",
            "work_days",
            Div("work_from", "work_to", css_class="field-pair"),
        )

    def clean(self) -> dict[str, Any]:
        """Round the clock leaves no hours; else all of it, or nothing."""
        data = super().clean() or self.cleaned_data
        if data.get("work_round_clock"):
            return {**data, "work_days": [], "work_from": None, "work_to": None}
        check_hours(self, data)
        if data.get("work_days") and not data.get("time_zone") and "time_zone" not in self.errors:
            self.add_error("time_zone", "Say in which time zone these hours are.")
        return data
