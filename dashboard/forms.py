"""Shapes of input about watched days and reminders."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Membership, Organization
from activity.kinds import KINDS, kind_choices, kind_of
from activity.models import ReminderPreference, ReminderSettings
from activity.words import in_words
from core.forms import LineField, PlainForm, VersionForm
from core.widgets import QuickDate, QuickHidden, QuickSelect
from dashboard.calendar import ANY, MINE, SETTLED, SNOOZED

MOST_DAYS, LONGEST_AHEAD = 12, 730
SELECT = {"class": "form-select"}


# The calendar ---------------------------------------------------------------------------------------


class CalendarFilter(forms.Form):
    """What the month and the list are narrowed by; everything stands in the address."""

    kind = forms.ChoiceField(
        required=False, choices=[("", "Everything"), *kind_choices()], widget=QuickSelect(SELECT)
    )
    person = forms.ChoiceField(label="Responsible", required=False, widget=QuickSelect(SELECT))

    def __init__(self, data: Any, organization: Organization, member: Membership) -> None:
        super().__init__(data)
        self.member = member
        people = [
            (str(row.pk), row.name)
            for row in organization.memberships.current().by_name()
            if row.pk != member.pk
        ]
        choices = [("", "Anybody"), (MINE, f"{member.name} (you)"), *people]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked for and makes sense; the rest is as if it had not been asked."""
        self.is_valid()
        return self.cleaned_data

    @property
    def rows_asked(self) -> dict[str, Any]:
        """For calendar.narrowed."""
        person = self.asked.get("person") or ""
        return {
            "kind": self.asked.get("kind") or "",
            "person": self.member.pk if person == MINE else int(person or 0) or None,
        }


class DateListFilter(CalendarFilter):
    state = forms.ChoiceField(
        required=False,
        choices=[("", "Open"), (SNOOZED, "Put off"), (SETTLED, "Settled"), (ANY, "All")],
        widget=QuickSelect(SELECT),
    )
    until = forms.ChoiceField(
        required=False,
        choices=[("", "90 days"), ("365", "A year"), (ANY, "Any day")],
        widget=QuickSelect(SELECT),
        label="Within the next",
    )
    on = forms.DateField(required=False, widget=QuickHidden)


# One day --------------------------------------------------------------------------------------------


class SnoozeForm(VersionForm):
    until_on = forms.DateField(
        label="Remind again on",
        widget=QuickDate(attrs={"class": "form-control"}),
        help_text="Before the day itself. Nobody is reminded until then.",
    )
    reason = LineField(
        label="Why it can wait",
        max_length=500,
        help_text="Everybody sees it beside the day.",
    )


class SettleForm(VersionForm):
    note = LineField(
        label="What was done or decided",
        max_length=500,
        help_text="For example: “We keep it for another year; the price was looked at in May.”",
    )


# When people are reminded ---------------------------------------------------------------------------


class DaysField(forms.CharField):
    """So many days before, as text: “90, 60, 30, 7, 1” ⇄ [90, 60, 30, 7, 1], the longest first."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = str(super().to_python(value)).replace(";", ",").replace(",", " ").split()
        wrong = [word for word in words if not (word.isascii() and word.isdecimal())]
        if wrong:
            raise ValidationError(
                f"“{wrong[0][:20]}” is no number of days. Write whole numbers with commas"
                " between them, for example 90, 60, 30, 7, 1."
            )
        days = sorted({int(word[:9]) for word in words}, reverse=True)
        if days and days[0] > LONGEST_AHEAD:
            raise ValidationError(
                f"{days[0]} days are too many: {LONGEST_AHEAD}, two years, is the most."
            )
        if len(days) > MOST_DAYS:
            raise ValidationError(f"These are {len(days)} days; {MOST_DAYS} at most.")
        return days


def _field_of(kind: str) -> str:
    return f"days_{kind.replace('.', '_')}"


class ReminderSettingsForm(VersionForm):
    """The days by kind are one field each here, and one dictionary in the row."""

    days = DaysField(
        label="Days before",
        max_length=120,
        help_text="People are reminded so many days before a day is due, and 0 is the day itself.",
    )
    hour = forms.TypedChoiceField(
        label="Time of day",
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
    )
    quiet_weekends = forms.BooleanField(
        label="Quiet on weekends",
        required=False,
        help_text="What would be sent on a Saturday or Sunday is sent on the Friday before or the Monday after.",
    )
    weekly_overdue = forms.BooleanField(
        label="Once a week while something is overdue",
        required=False,
    )
    escalate_days = forms.IntegerField(
        label="Tell the Owners, days before",
        required=False,
        min_value=0,
        max_value=LONGEST_AHEAD,
        help_text="If nothing was done about it by then; of a review, a week after it is due. Leave it empty"
        " to never tell them.",
    )

    def __init__(self, data: Any, kept: ReminderSettings) -> None:
        names = ("days", "hour", "quiet_weekends", "weekly_overdue", "escalate_days", "version")
        initial = {name: getattr(kept, name) for name in names}
        initial |= {_field_of(kind): days for kind, days in kept.days_by_kind.items()}
        super().__init__(data, initial=initial)
        self.others = {k: days for k, days in kept.days_by_kind.items() if k not in KINDS}
        for kind in KINDS:
            self.fields[_field_of(kind)] = DaysField(
                label=kind_of(kind).label, max_length=120, required=False
            )

    @property
    def kind_fields(self) -> list[Any]:
        return [self[_field_of(kind)] for kind in KINDS]

    @property
    def other_days(self) -> bool:
        """Whether any kind has days of its own, or something wrong in their place."""
        return any(field.value() or field.errors for field in self.kind_fields)

    def clean(self) -> dict[str, Any]:
        """With `days_by_kind` in place of the fields of kinds; kinds of other apps are kept."""
        data = self.cleaned_data
        given = {kind: data.pop(_field_of(kind), None) for kind in KINDS}
        chosen = {kind: days for kind, days in given.items() if days}
        data["days_by_kind"] = {**self.others, **chosen}
        return data


def settings_differences(
    form: ReminderSettingsForm, stored: ReminderSettings
) -> list[tuple[str, str, str]]:
    """For a stale form, as core.forms.differences; days as they are written, also those of each kind."""
    mine = form.cleaned_data
    names = ("days", "hour", "quiet_weekends", "weekly_overdue", "escalate_days")
    rows = [(form.fields[name].label, getattr(stored, name), mine[name]) for name in names]
    rows += [
        (kind_of(kind).label, stored.days_by_kind.get(kind), mine["days_by_kind"].get(kind))
        for kind in KINDS
    ]
    return [(str(label), in_words(a), in_words(b)) for label, a, b in rows if a != b]


class ReminderWayForm(PlainForm):
    way = forms.ChoiceField(
        label="Your reminders come as",
        choices=ReminderPreference.Way.choices,
        widget=forms.RadioSelect,
    )
