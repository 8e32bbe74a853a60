"""One vendor: read, added, changed, put away and brought back."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.errors import Refused
from core.http import go, page
from vendors import actions, queries
from vendors.countries import countries, time_zones
from vendors.forms import CreateVendorForm, EditVendorForm
from vendors.forms.profile import differing
from vendors.models import Vendor

LINES_SHOWN = 6


def suggestions() -> dict[str, Any]:
    """What the texts with suggestions suggest."""
    return {"countries": countries().values(), "time_zones": time_zones().values()}


@member_view(Perm.VENDOR_VIEW)
def vendor_detail(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """Everything known about one vendor, and what happened to it last."""
    vendors = request.org.vendor_set.select_related("inside_owner__user")
    vendor = get_object_or_404(vendors, pk=vendor_id)
    lines = request.org.logentry_set.about(vendor).visible_to(request.member).newest_first()
    context = {
        "vendor": vendor,
        "contacts": vendor.contacts.main_first(),
        "lines": lines[:LINES_SHOWN],
    }
    return page(request, "vendors/vendor_detail.html", context, part="content")


@member_view(Perm.VENDOR_EDIT)
def create_vendor(request: MemberRequest) -> HttpResponse:
    """A new vendor; asks back when one that looks the same is there."""
    form = CreateVendorForm(request.POST or None, organization=request.org)
    alike: list[Vendor] = []
    status = None
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        key, another = data.pop("creation_key"), data.pop("another")
        try:
            vendor = actions.create_vendor(
                values=data, creation_key=key, another=another, by=request.member
            )
        except actions.AlreadyThere as error:
            alike, status = list(error.vendors), 422
            form.ask_whether_another()
        else:
            messages.success(request, f"{vendor} is in the register.")
            return go(request, "vendors:vendor_detail", org=request.org.slug, vendor_id=vendor.pk)
    context = {"form": form, "alike": alike, **suggestions()}
    return page(request, "vendors/create_vendor.html", context, status=status)


@member_view(Perm.VENDOR_EDIT)
def edit_vendor(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """Change the profile. Who was slower sees what differs, and can go on from there."""
    vendor = get_object_or_404(request.org.vendor_set.select_related("inside_owner"), pk=vendor_id)
    initial = {**queries.profile_of(vendor), "version": vendor.version}
    form = EditVendorForm(request.POST or None, initial=initial, organization=request.org)
    act = partial(actions.edit_vendor, vendor=vendor, by=request.member)
    saved = save(form, act, compare=differing)
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, vendor)
    context = {"vendor": vendor, **saved.context, **suggestions()}
    return page(request, "vendors/edit_vendor.html", context, status=saved.status)


@member_view(Perm.VENDOR_EDIT)
@require_POST
def archive_vendor(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """Out of the list, with everything kept."""
    vendor = get_object_or_404(request.org.vendor_set, pk=vendor_id)
    try:
        actions.archive_vendor(vendor=vendor, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{vendor} is archived. You can restore it at any time.")
    return go(request, vendor)


@member_view(Perm.VENDOR_EDIT)
@require_POST
def restore_vendor(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """Back into the list."""
    vendor = get_object_or_404(request.org.vendor_set, pk=vendor_id)
    try:
        actions.restore_vendor(vendor=vendor, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{vendor} is back in the list.")
    return go(request, vendor)
