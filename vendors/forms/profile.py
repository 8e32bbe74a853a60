"""The profile of a vendor and its contacts. The rules of the fields are those of vendors/values.py."""

from collections.abc import Callable
from functools import partial
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Membership, Organization
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from vendors import values
from vendors.countries import country_code, country_name, time_zone_name
from vendors.models import Contact, Vendor
from vendors.words import LABELS, shown


class RuleField(forms.CharField):
    """A text that a rule turns into the value that is kept, or refuses in words."""

    def __init__(self, rule: Callable[[str], Any], field: str, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", LABELS.get(field, field))
        super().__init__(**kwargs)
        self.rule = rule
        self.field = field

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return self.rule(text)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def prepare_value(self, value: Any) -> Any:
        if self.field == "country" and isinstance(value, str):
            return country_name(value)
        return value if isinstance(value, str) else shown(self.field, value)


def _year(text: str) -> int | None:
    return values.founded_year(text, timezone.localdate().year)


def _suggest(options: str, **attrs: str) -> forms.TextInput:
    """A text with suggestions: the template holds the <datalist>."""
    return forms.TextInput(attrs={"list": options, "autocomplete": "off", **attrs})


class VendorFields(forms.Form):
    """What is known about a vendor."""

    legal_name = LineField(
        label=LABELS["legal_name"],
        max_length=200,
        help_text="As in the commercial register, for example Northwind Support Ltd.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    trading_name = LineField(
        label=LABELS["trading_name"],
        max_length=200,
        required=False,
        help_text="What you call them, if it is another name. Lists show this one.",
    )
    website = RuleField(
        values.website,
        "website",
        max_length=values.LONGEST_WEBSITE,
        help_text="For example northwind.com.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    country = RuleField(
        country_code,
        "country",
        max_length=80,
        help_text="Where they are based: the name, or two letters like IE.",
        widget=_suggest("countries"),
    )
    founded_year = RuleField(
        _year,
        "founded_year",
        max_length=40,
        help_text="The year, for example 2011.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    size = forms.ChoiceField(
        label=LABELS["size"],
        required=False,
        choices=[("", "Not known"), *Vendor.Size.choices],
        help_text="How many people work there.",
    )
    registration_number = LineField(
        label=LABELS["registration_number"], max_length=60, required=False
    )
    tax_number = LineField(label=LABELS["tax_number"], max_length=60, required=False)
    services = RuleField(
        values.entries,
        "services",
        max_length=4000,
        help_text="With commas between, for example Help desk, Network, Security.",
    )
    industries = RuleField(
        values.entries,
        "industries",
        max_length=4000,
        help_text="Whom they know, with commas between: Retail, Health.",
    )
    countries_served = RuleField(
        values.country_codes,
        "countries_served",
        max_length=4000,
        help_text="Names or two letters, with commas between: Ireland, UK.",
    )
    languages = RuleField(
        values.entries,
        "languages",
        max_length=4000,
        help_text="In which they give support, with commas between.",
    )
    time_zone = RuleField(
        time_zone_name,
        "time_zone",
        max_length=80,
        help_text="Of the people you would work with, for example Europe/Dublin.",
        widget=_suggest("time-zones"),
    )
    support_hours = LineField(
        label=LABELS["support_hours"],
        max_length=200,
        required=False,
        help_text="In their time zone, for example Mon–Fri 8–18, urgent calls 24/7.",
    )
    status = forms.ChoiceField(
        label=LABELS["status"],
        choices=Vendor.Status.choices,
        help_text="Where you stand with each other.",
    )
    inside_owner = forms.ModelChoiceField(
        label=LABELS["inside_owner"],
        queryset=Membership.objects.none(),
        required=False,
        empty_label="Nobody yet",
        help_text="Who in your organization looks after this vendor.",
    )
    notes = RuleField(
        partial(values.clean_text, longest=10_000),
        "notes",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def offer_members(self, organization: Organization) -> None:
        """Only people who belong here now can look after a vendor."""
        owner: Any = self.fields["inside_owner"]
        owner.queryset = organization.memberships.current().by_name()


def _layout(*extra: str) -> Layout:
    return Layout(
        *extra,
        Fieldset(
            "Who they are",
            Div("legal_name", "trading_name", css_class="field-pair"),
            Div("website", "country", css_class="field-pair"),
            Div("founded_year", "size", css_class="field-pair"),
            Div("registration_number", "tax_number", css_class="field-pair"),
        ),
        Fieldset(
            "What they offer",
            "services",
            Div("industries", "countries_served", css_class="field-pair"),
        ),
        Fieldset(
            "Working with them",
            Div("status", "inside_owner", css_class="field-pair"),
            Div("time_zone", "support_hours", css_class="field-pair"),
            "languages",
            "notes",
        ),
    )


class CreateVendorForm(VendorFields, CreateOnceForm):
    """A new vendor. `another` is asked only when the register holds one that looks the same."""

    another = forms.BooleanField(
        label="This is another company; add it all the same", required=False
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_members(organization)
        self.helper.layout = _layout("creation_key")

    def ask_whether_another(self) -> None:
        """Show the tick box above the profile."""
        self.helper.layout = _layout("creation_key", "another")


class EditVendorForm(VendorFields, VersionForm):
    """The profile of a vendor that is there."""

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_members(organization)
        self.helper.layout = _layout("version")


class ContactFields(forms.Form):
    """A person at the vendor."""

    name = LineField(label="Name", max_length=200)
    role = LineField(
        label="Position", max_length=120, required=False, help_text="For example Account manager."
    )
    email = forms.EmailField(label="E-mail", max_length=254, required=False)
    phone = LineField(label="Phone", max_length=60, required=False)
    is_main = forms.BooleanField(
        label="Main contact",
        required=False,
        help_text="Whom to ask first. Each vendor has one; this takes over from whoever it was.",
    )


class ContactForm(ContactFields, CreateOnceForm):
    """A new contact."""


class EditContactForm(ContactFields, VersionForm):
    """A contact that is there."""

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if contact.is_main:
            self.fields["is_main"].disabled = True
            self.fields["is_main"].help_text = "To change this, make another one the main contact."


def differing(form: PlainForm, stored: Any) -> list[tuple[str, str, str]]:
    """For a stale form: (label, what is stored now, what this person wrote) where the two differ."""
    rows = []
    for name, mine in form.cleaned_data.items():
        if name == "version":
            continue
        theirs = getattr(stored, name)
        if theirs != mine:
            label = str(form.fields[name].label or name)
            rows.append((label, _text(name, theirs), _text(name, mine)))
    return rows


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return shown(name, value)
