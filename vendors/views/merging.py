"""Two entries for one company: chosen, compared field by field, merged."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.http import go, page
from core.versions import Stale
from vendors import actions, queries
from vendors.folding import LONGEST_QUERY
from vendors.forms import MergeForm
from vendors.models import Vendor

FOUND_SHOWN = 10


@member_view(Perm.VENDOR_EDIT)
def merge_vendors(request: MemberRequest) -> HttpResponse:
    """Choose the entry that stays, then its duplicate, then what stays of both."""
    keep = _chosen(request, "keep")
    other = _chosen(request, "other")
    if keep is None or other is None or keep == other:
        return _choose(request, keep)
    return _compare(request, keep, other)


def _chosen(request: MemberRequest, name: str) -> Vendor | None:
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        return None
    vendors = request.org.vendor_set.select_related("inside_owner__user")
    return get_object_or_404(vendors, pk=int(text), merged_into=None)


def _choose(request: MemberRequest, keep: Vendor | None) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "")[:LONGEST_QUERY]
    vendors = request.org.vendor_set.filter(merged_into=None).for_list()
    if keep is not None:
        vendors = vendors.exclude(pk=keep.pk)
    else:
        vendors = vendors.current()
    found = list(vendors.matching(words)[: FOUND_SHOWN + 1]) if words.strip() else []
    context = {
        "keep": keep,
        "words": words,
        "found": found[:FOUND_SHOWN],
        "more": len(found) > FOUND_SHOWN,
        "alike": queries.likely_duplicates(keep) if keep else [],
    }
    return page(request, "vendors/choose_duplicate.html", context, part="found")


def _compare(request: MemberRequest, keep: Vendor, other: Vendor) -> HttpResponse:
    form = MergeForm(request.POST or None, keep=keep, other=other)
    refusal = ""
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.merge_vendors(
                keep=keep,
                other=other,
                values=form.values(),
                versions=form.versions(),
                by=request.member,
            )
        except Stale as error:
            refusal, status = f"{error.current} changed while you were comparing. Look again.", 409
            form = MergeForm(keep=_fresh(request, keep), other=_fresh(request, other))
        except Refused as error:
            refusal, status = str(error), 422
        else:
            messages.success(request, f"The two are one now: {keep}.")
            return go(request, keep)
    context: dict[str, Any] = {"form": form, "keep": keep, "other": other, "refusal": refusal}
    return page(request, "vendors/merge_vendors.html", context, status=status)


def _fresh(request: MemberRequest, vendor: Vendor) -> Vendor:
    return request.org.vendor_set.select_related("inside_owner__user").get(pk=vendor.pk)
