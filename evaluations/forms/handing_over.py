"""Who takes over what somebody planned, tried out or had answered."""

from typing import Any

from django import forms

from accounts.models import Membership
from accounts.permissions import Perm
from core.forms import PlainForm


class HandOverSourcingForm(PlainForm):
    """The next person."""

    to = forms.ModelChoiceField(
        label="Who takes over?",
        queryset=Membership.objects.none(),
        empty_label="Choose",
        help_text="Somebody who may plan and choose vendors: a Manager, Owner or Admin.",
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        people = member.organization.memberships.able_to(Perm.PLAN_EDIT)
        fields["to"].queryset = people.exclude(pk=member.pk).by_name()
