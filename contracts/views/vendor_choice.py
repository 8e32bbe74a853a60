"""Choosing the vendor of a contract: a search in the register, however long that is."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import MemberRequest
from core.http import page
from evaluations.views.shared import ids
from vendors.models import Vendor

SHOWN = 25


def chosen_vendor(request: MemberRequest) -> Vendor | None:
    """The vendor of `?vendor=<id>`; None if none is named, 404 if it is not in the register."""
    named = request.GET.get("vendor", "")
    if not named:
        return None
    pk = next(iter(ids([named])), 0)
    vendor: Vendor = get_object_or_404(request.org.vendor_set, pk=pk)
    vendor.organization = request.org
    return vendor


def choose_vendor(request: MemberRequest, context: dict[str, Any]) -> HttpResponse:
    """The page that asks for the vendor; `context` says where it leads (`title`, `crumbs`)."""
    words = request.GET.get("q", "").replace("\0", "")[:200]
    register = request.org.vendor_set.current()
    found = list(register.matching(words).for_list()[: SHOWN + 1])
    context = {
        "words": words,
        "found": found[:SHOWN],
        "more": len(found) > SHOWN,
        **context,
    }
    status = 422 if request.method == "POST" else 200
    return page(request, "contracts/choose_vendor.html", context, part="results", status=status)
