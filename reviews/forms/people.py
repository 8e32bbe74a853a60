"""Who does something: the side, our person, and the vendor's."""

from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.html import format_html

from accounts.models import Membership
from accounts.permissions import Perm
from contracts.models import Contract
from reviews.models import Side
from vendors.models import Contact

SIDES = [("", "Choose"), *Side.choices]
PAIR = "field-pair"


def side_field(label: str = "Who has to do it") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=SIDES)


def owner_field(
    label: str = "Our person", help_text: str = "Follows it up and is reminded."
) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=label,
        queryset=Membership.objects.none(),
        required=False,
        empty_label="The delegated manager",
        help_text=help_text,
    )


def contact_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label="Their person",
        queryset=Contact.objects.none(),
        required=False,
        empty_label="Nobody named",
    )


def offer_people(form: forms.Form, contract: Contract) -> None:
    """Members who may work on reviews, and the contacts of the vendor."""
    fields: dict[str, Any] = form.fields
    members = contract.organization.memberships.able_to(Perm.REVIEW_EDIT).by_name()
    for name in ("owner", "responsible"):
        if name in fields:
            fields[name].queryset = members
    if "contact" in fields:
        fields["contact"].queryset = contract.vendor.contacts.main_first()
        # Help texts are put into the page as they are.
        fields["contact"].help_text = format_html("One of the contacts of {}.", contract.vendor)


def pair(*names: str) -> Div:
    """Fields beside each other where there is room."""
    return Div(*names, css_class=PAIR)


def hidden(form: forms.Form) -> list[str]:
    return [name for name in ("creation_key", "version") if name in form.fields]


def text_field(label: str, help_text: str = "", **more: Any) -> forms.CharField:
    """A few sentences; left open if not said otherwise."""
    given = {"required": False, "max_length": 4000, **more}
    rows = given.pop("rows", 3)
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, widget=widget, **given)
