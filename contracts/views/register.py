"""The register of contracts."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm


@member_view(Perm.CONTRACT_VIEW)
def contract_list(request: MemberRequest) -> HttpResponse:
    """All contracts."""
    rows = request.org.contract_set.select_related("vendor").newest_first()[:25]
    return render(request, "contracts/contract_list.html", {"contracts": rows})
