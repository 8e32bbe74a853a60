"""Shapes of input about people and organizations."""

import calendar
import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest

from accounts import actions
from accounts.models import DateFormat, User
from accounts.permissions import Role
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from core.hours_fields import ClockField, DaysField, check_hours

CURRENCIES = ["EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN"]
CURRENCIES += ["CAD", "AUD", "NZD", "INR", "PKR", "JPY", "SGD", "ZAR", "BRL", "MXN", "TRY", "AED"]
ROLE_CHOICES = [(role.value, f"{role.label} – {role.meaning}") for role in Role]


def _person_name() -> LineField:
    """The same question wherever somebody says who they are."""
    return LineField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class SignupForm(forms.Form):
    """What sign-up asks beside e-mail and password; allauth calls `signup` after making the user."""

    name = _person_name()
    organization = LineField(
        label="Organization",
        max_length=120,
        help_text="Usually the name of your company. You can change it later.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    field_order = ["name", "organization", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        data = self.cleaned_data
        actions.start_with_organization(
            user=user, name=data["name"], organization=data["organization"]
        )


class OrganizationNameForm(CreateOnceForm):
    name = LineField(
        label="Name of the organization",
        max_length=120,
        help_text="Usually the name of your company. You can change it later.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )


class PersonNameForm(PlainForm):
    name = _person_name()


class OrganizationForm(VersionForm):
    name = LineField(label="Name", max_length=120)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label="Country",
        required=False,
        help_text="Two letters, for example DE.",
        error_messages={"invalid": "Write the country as two letters, for example DE."},
    )
    currency = forms.ChoiceField(
        choices=[(code, code) for code in CURRENCIES],
        help_text="Costs are entered and shown in it.",
    )
    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=[(name, name) for name in sorted(zoneinfo.available_timezones()) if "/" in name]
        + [("UTC", "UTC")],
    )
    date_format = forms.ChoiceField(label="Dates look like", choices=DateFormat.choices)
    fiscal_month = forms.TypedChoiceField(
        label="The fiscal year starts in",
        coerce=int,
        choices=[(number, calendar.month_name[number]) for number in range(1, 13)],
        help_text="Quarters and half years of reviews follow it.",
    )
    work_days = DaysField(label="You work on")
    work_from = ClockField(
        label="From", help_text="With these the portal shows which hours you share with a vendor."
    )
    work_to = ClockField(label="To", help_text="At or before “from” it is the next day.")
    awards_need_two = forms.BooleanField(
        label="An award needs two people",
        required=False,
        help_text="Whoever proposes an award can’t approve it. Have two people at least who are Owner or Admin.",
    )

    def clean_country(self) -> str:
        return self.cleaned_data["country"].upper()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        check_hours(self, data)
        return data


class RoleForm(VersionForm):
    role = forms.ChoiceField(choices=Role.choices)


class InviteForm(CreateOnceForm):
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label="Role", choices=ROLE_CHOICES, initial=Role.EVALUATOR)


class JoinForm(PlainForm):
    """A new person's name and password; the address comes from the invitation."""

    name = _person_name()
    password = forms.CharField(
        label="Choose a password",
        strip=False,
        help_text="At least 8 characters, and not one that others use.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.data.get("name", "")))
        return password
