"""All contracts together: what they cost, and when they end."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts import portfolio as numbers


@member_view(Perm.CONTRACT_VIEW)
def portfolio(request: MemberRequest) -> HttpResponse:
    """Yearly commitment by currency, vendor and service; ends and last safe days month by month."""
    asked = request.GET.get("currency", "")
    found = numbers.portfolio(request.org, timezone.localdate(), asked)
    return render(request, "contracts/portfolio.html", {"portfolio": found})
