"""The record of a contract: what it is called, what it is for, and who answers for it."""

from functools import partial
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.utils.html import format_html

from accounts.models import Membership
from accounts.permissions import Perm
from activity.words import in_words
from contracts.actions.record import RECORD_FIELDS, SETTLED_FIELDS
from contracts.models import Contract
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from vendors import values
from vendors.forms.profile import RuleField
from vendors.models import Contact, Vendor

Kind = Contract.Kind
KIND_WORDS = {
    Kind.STANDALONE: "Contract: stands on its own",
    Kind.MASTER: "Master agreement: statements of work hang on it",
    Kind.STATEMENT_OF_WORK: "Statement of work: for one service, under a master agreement",
}


class RecordFields(PlainForm):
    """The record, for a contract with this `vendor`."""

    title = LineField(
        label="Title",
        max_length=200,
        help_text="What you call it, for example “Help desk from January”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reference = LineField(
        label="Reference",
        max_length=80,
        required=False,
        help_text="The number that stands on the paper, yours or theirs.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label="Kind", choices=KIND_WORDS.items())
    parent = forms.ModelChoiceField(
        label="Master agreement",
        queryset=Contract.objects.none(),
        required=False,
        empty_label="None",
        help_text="Only for a statement of work.",
    )
    services = RuleField(
        values.entries,
        "services",
        label="Services",
        max_length=4000,
        help_text="What is bought, with commas between: Help desk, Backup.",
    )
    manager = forms.ModelChoiceField(
        label="Delegated manager",
        queryset=Membership.objects.none(),
        required=False,
        empty_label="Nobody yet",
        help_text="Who runs this contract inside and is reminded of its days. Needed before it is signed.",
    )
    counterpart = forms.ModelChoiceField(
        label="Counterpart at the vendor",
        queryset=Contact.objects.none(),
        required=False,
        empty_label="Nobody yet",
    )
    notes = RuleField(
        partial(values.clean_text, longest=10_000),
        "notes",
        label="Notes",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, *args: Any, vendor: Vendor, contract: Contract | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer(vendor, contract)
        signed = contract is not None and contract.is_signed
        if signed:
            for name in SETTLED_FIELDS & set(self.fields):
                del self.fields[name]
            self.fields["manager"].required = True
        elif "parent" in self.fields and not self.fields["parent"].queryset.exists():  # type: ignore[attr-defined]
            del self.fields["parent"]
        self.helper.layout = self._layout()

    def _offer(self, vendor: Vendor, contract: Contract | None) -> None:
        organization = vendor.organization
        fields: dict[str, Any] = self.fields
        fields["manager"].queryset = organization.memberships.able_to(Perm.CONTRACT_EDIT).by_name()
        fields["counterpart"].queryset = vendor.contacts.main_first()
        # Help texts are put into the page as they are.
        fields["counterpart"].help_text = format_html("One of the contacts of {}.", vendor)
        masters = vendor.contracts.filter(kind=Kind.MASTER)
        masters = masters.exclude(stage=Contract.Stage.WITHDRAWN)
        if contract:
            masters = masters.exclude(pk=contract.pk)
        fields["parent"].queryset = masters.newest_first()

    def _layout(self) -> Layout:
        hidden = [name for name in ("creation_key", "version") if name in self.fields]
        kinds = [name for name in ("kind", "parent") if name in self.fields]
        return Layout(
            *hidden,
            Fieldset(
                "What it is",
                Div("title", "reference", css_class="field-pair"),
                *([Div(*kinds, css_class="field-pair")] if kinds else []),
                "services",
            ),
            Fieldset(
                "Who answers for it", Div("manager", "counterpart", css_class="field-pair"), "notes"
            ),
        )


class CreateContractForm(RecordFields, CreateOnceForm):
    """A new draft."""


class EditContractForm(RecordFields, VersionForm):
    """The record of a contract that is there; a signed one without what the signature settled."""


def initial_of(contract: Contract) -> dict[str, Any]:
    """What the form shows of a stored contract."""
    return {
        **{name: getattr(contract, name) for name in RECORD_FIELDS},
        "version": contract.version,
    }


def differing(form: PlainForm, stored: Contract) -> list[tuple[str, str, str]]:
    """For a stale form: (label, what is stored now, what this person wrote) where the two differ."""
    rows = []
    for name in form.fields:
        if name in {"version", "creation_key"} or not hasattr(stored, name):
            continue
        theirs, mine = getattr(stored, name), form.cleaned_data.get(name)
        if theirs != mine:
            label = str(form.fields[name].label or name)
            rows.append((label, _text(name, theirs), _text(name, mine)))
    return rows


def _text(name: str, value: Any) -> str:
    if name == "kind":
        return Kind(value).label
    if isinstance(value, list):
        return in_words(value)
    return "" if value is None else str(value)
