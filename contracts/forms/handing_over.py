"""Who takes over what somebody managed."""

from typing import Any

from django import forms

from accounts.models import Membership
from accounts.permissions import Perm
from contracts.models import Contract
from contracts.models.record import ContractQuerySet
from core.forms import PlainForm


class HandOverForm(PlainForm):
    """The contracts, all of them ticked, and the next person."""

    contracts = forms.ModelMultipleChoiceField(
        label="Contracts",
        queryset=Contract.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one contract."},
    )
    to = forms.ModelChoiceField(
        label="Who takes over?",
        queryset=Membership.objects.none(),
        empty_label="Choose",
        help_text="Somebody who may run contracts: a Manager, Owner or Admin.",
    )

    def __init__(
        self, *args: Any, member: Membership, managed: ContractQuerySet, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["contracts"].queryset = managed
        fields["contracts"].initial = managed
        people = member.organization.memberships.able_to(Perm.CONTRACT_EDIT)
        fields["to"].queryset = people.exclude(pk=member.pk).by_name()
