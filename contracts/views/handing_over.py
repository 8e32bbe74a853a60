"""Handing over the contracts of somebody who leaves, or does something else from now on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.actions import record as actions
from contracts.forms.handing_over import HandOverForm
from contracts.queries import managed_by
from contracts.views.signing import posted
from core.errors import Refused
from core.http import go, page


@member_view(Perm.CONTRACT_EDIT)
def hand_over_contracts(request: MemberRequest, member_id: int) -> HttpResponse:
    """All that a member manages, and who is to manage it."""
    people = request.org.memberships.select_related("user", "organization")
    member = get_object_or_404(people, pk=member_id)
    member.organization = request.org
    managed = managed_by(member).select_related("vendor")
    form = HandOverForm(posted(request), member=member, managed=managed)
    if form.is_bound and form.is_valid():
        chosen, to = list(form.cleaned_data["contracts"]), form.cleaned_data["to"]
        try:
            actions.hand_over_contracts(contracts=chosen, to=to, by=request.member)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            many = "1 contract" if len(chosen) == 1 else f"{len(chosen)} contracts"
            messages.success(request, f"{to.name} manages {many} of {member.name} from now on.")
            if request.member.can(Perm.MEMBER_MANAGE):
                return go(request, "accounts:member_list", org=request.org.slug)
            return go(request, "contracts:contract_list", org=request.org.slug)
    context = {"form": form, "leaving": member, "managed": list(managed)}
    return page(request, "contracts/hand_over_contracts.html", context)
