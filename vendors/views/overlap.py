"""The hours that a vendor shares with us."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.holidays import are_known
from core.http import go, page
from core.service_hours import in_words
from vendors import overlap_queries as queries
from vendors.actions import overlap as actions
from vendors.countries import time_zones
from vendors.forms.overlap import HoursForm
from vendors.overlap import REPLY_MINUTES, hours_text
from vendors.views.diligence import find_vendor

DAYS_SHOWN = 12


@member_view(Perm.VENDOR_VIEW)
def vendor_overlap(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """Shared hours over a year, when an answer really comes, and what that means for marks."""
    vendor = find_vendor(request, vendor_id)
    today = timezone.localdate()
    shared = queries.shared_hours(vendor, request.org, today)
    ours, theirs = queries.our_hours(request.org), queries.their_hours(vendor)
    context = {
        "vendor": vendor,
        "tab": "hours",
        "ours": in_words(ours) if ours else "",
        "theirs": in_words(theirs) if theirs else "",
        "shared": shared,
        "minutes": REPLY_MINUTES,
        "unknown": [
            name
            for name, country in [
                ("your organization", request.org.country),
                (vendor.name, vendor.country),
            ]
            if not are_known(country)
        ],
    }
    if shared:
        year = shared.year
        count = len(year.days)
        context |= {
            "usual": hours_text(year.usual),
            "day": hours_text(year.ours),
            "average": hours_text(year.average),
            "least": hours_text(year.least),
            "without": year.without[:DAYS_SHOWN],
            "more_without": max(0, len(year.without) - DAYS_SHOWN),
            "distribution": [
                (hours_text(minutes), days, round(days * 100 / count))
                for minutes, days in year.distribution()
            ],
            "spells": [(spell, hours_text(spell.shared)) for spell in shared.spells],
        }
    return page(request, "vendors/vendor_overlap.html", context, part="content")


@member_view(Perm.VENDOR_EDIT)
def edit_vendor_hours(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """Say when the vendor's people work."""
    vendor = find_vendor(request, vendor_id)
    initial = {name: getattr(vendor, name) for name in (*actions.HOURS, "version")}
    form = HoursForm(request.POST or None, initial=initial)
    saved = save(form, partial(actions.set_hours, vendor=vendor, by=request.member))
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, "vendors:vendor_overlap", request.org.slug, vendor.pk)
    context = {
        "vendor": vendor,
        "hours_url": reverse("vendors:vendor_overlap", args=[request.org.slug, vendor.pk]),
        "time_zones": time_zones().values(),
        **saved.context,
    }
    return page(request, "vendors/edit_vendor_hours.html", context, status=saved.status)
