"""One contract, from draft to end."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.views.frame import OVERVIEW, find_contract, frame


@member_view(Perm.CONTRACT_VIEW)
def contract_detail(request: MemberRequest, contract_id: int) -> HttpResponse:
    """What was agreed with whom, and where it stands."""
    contract = find_contract(request, contract_id)
    return render(request, "contracts/contract_detail.html", frame(request, contract, OVERVIEW))
