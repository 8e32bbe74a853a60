"""Fields for working hours: days of the week, and times on a clock."""

from typing import Any

from django import forms

from core.service_hours import WEEKDAYS


class DaysField(forms.TypedMultipleChoiceField):
    """Days of the week as a sorted list, 0 is Monday; an empty one is not said."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=list(enumerate(WEEKDAYS)),
            coerce=int,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )

    def clean(self, value: Any) -> list[int]:
        return sorted(set(super().clean(value)))


class ClockField(forms.TimeField):
    """A time such as 09:30."""

    default_error_messages = {"invalid": "Write the time like 09:30."}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(required=False, widget=widget, **kwargs)


def check_hours(form: forms.Form, data: dict[str, Any]) -> None:
    """Days and both times, or none of them: what is missing is said at its field."""
    wanted = {
        "work_days": "Choose the days as well.",
        "work_from": "Say from when.",
        "work_to": "Say until when.",
    }
    given = [name for name in wanted if data.get(name) not in (None, [])]
    for name in wanted if given else ():
        if name not in given and name not in form.errors:
            form.add_error(name, wanted[name])
