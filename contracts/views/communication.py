"""The page of the communication plan."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.actions import communication as actions
from contracts.forms.communication import CommunicationForm, differing, stored_lines
from contracts.models import Contract
from contracts.views.frame import OVERVIEW, find_contract, frame
from contracts.views.signing import posted
from core.editing import save
from core.http import go, page


@member_view(Perm.CONTRACT_EDIT)
def edit_communication(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Who talks to whom about what: all lines on one page."""
    contract = find_contract(request, contract_id)
    if request.method != "POST" and contract.stage == Contract.Stage.WITHDRAWN:
        messages.info(request, "This contract was withdrawn; it stays as it was.")
        return redirect(contract)
    form = CommunicationForm(
        posted(request), stored=stored_lines(contract), initial={"version": contract.version}
    )

    def act(values: dict[str, Any], version: int) -> Contract:
        return actions.edit_communication(
            contract=contract, version=version, by=request.member, **values
        )

    saved = save(form, act, compare=differing)
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, saved.row)
    context = {**frame(request, contract, OVERVIEW), **saved.context}
    return page(request, "contracts/edit_communication.html", context, status=saved.status)
