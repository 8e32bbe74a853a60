"""References of one vendor: who can be asked, how far the asking is, and what they say together."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.errors import Refused
from core.http import go, page
from vendors import reference_queries as queries
from vendors.actions import references as actions
from vendors.forms.references import (
    AskReferenceForm,
    CallForm,
    EditReferenceForm,
    ReferenceForm,
    differing,
    initial_answers,
)
from vendors.models import Reference, Vendor
from vendors.views.credentials import find_vendor

REFERENCES = "vendors:vendor_references"
FORM = "vendors/reference_form.html"


def _find(request: MemberRequest, vendor_id: int, reference_id: int) -> Reference:
    vendor = find_vendor(request, vendor_id)
    rows = vendor.references.kept().select_related(*queries.RELATED)
    reference: Reference = get_object_or_404(rows, pk=reference_id)
    reference.vendor, reference.organization = vendor, request.org
    return reference


def _back(request: MemberRequest, vendor: Vendor) -> HttpResponse:
    return go(request, REFERENCES, org=request.org.slug, vendor_id=vendor.pk)


def _sent(request: MemberRequest) -> Any:
    return request.POST if request.method == "POST" else None


@member_view(Perm.VENDOR_VIEW)
def vendor_references(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """All of them, what they say, and what they say together."""
    vendor = find_vendor(request, vendor_id)
    found = queries.references_of(vendor, timezone.now())
    context = {
        "vendor": vendor,
        "referees": found,
        "summary": queries.summary_of(row.reference for row in found),
        "may_edit": request.member.can(Perm.VENDOR_EDIT) and vendor.merged_into is None,
    }
    return page(request, "vendors/vendor_references.html", context, part="content")


@member_view(Perm.VENDOR_EDIT)
def add_reference(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """Note who can be asked; then ask, by link or telephone."""
    vendor = find_vendor(request, vendor_id)
    form = ReferenceForm(_sent(request))
    saved = save(form, partial(actions.add_reference, vendor=vendor, by=request.member))
    if saved.row:
        messages.success(request, f"{saved.row.name} is noted. Nobody is asked yet.")
        return _back(request, vendor)
    return page(request, FORM, {"vendor": vendor, **saved.context}, status=saved.status)


@member_view(Perm.VENDOR_EDIT)
def edit_reference(request: MemberRequest, vendor_id: int, reference_id: int) -> HttpResponse:
    """Change who it is."""
    reference = _find(request, vendor_id, reference_id)
    initial: dict[str, Any] = {name: getattr(reference, name) for name in actions.FIELDS}
    form = EditReferenceForm(_sent(request), initial={**initial, "version": reference.version})
    saved = save(form, partial(actions.edit_reference, reference=reference, by=request.member))
    if saved.row:
        ended = saved.row.revoked_at is not None and reference.revoked_at is None
        words = "Saved. The link to the old address does not work any more." if ended else "Saved."
        messages.success(request, words)
        return _back(request, reference.vendor)
    context = {"vendor": reference.vendor, "reference": reference, **saved.context}
    return page(request, FORM, context, status=saved.status)


@member_view(Perm.VENDOR_EDIT)
def ask_reference(request: MemberRequest, vendor_id: int, reference_id: int) -> HttpResponse:
    """Send the private link, see how far it has come, and copy it again."""
    reference = _find(request, vendor_id, reference_id)
    now = timezone.now()
    until_on = timezone.localdate() + actions.ANSWERS_FOR
    if reference.link_works(now) and reference.until_on:
        until_on = reference.until_on
    initial = {"until_on": until_on, "version": reference.version}
    form = AskReferenceForm(_sent(request), initial=initial)
    act = partial(actions.ask_reference, reference=reference, by=request.member)
    saved = save(form, act, compare=lambda form, stored: [])
    if saved.row:
        mailed = f"The mail to {saved.row.name} is on its way."
        words = mailed if saved.row.email else "The link is made. Copy it and send it yourself."
        messages.success(request, words)
        place = {"vendor_id": vendor_id, "reference_id": reference_id}
        return go(request, "vendors:ask_reference", org=request.org.slug, **place)
    context = {
        "vendor": reference.vendor,
        "reference": reference,
        "referee": queries.referee_of(reference, now),
        "link": queries.link_of(reference, now),
        "mail_stays_here": settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"),
        **saved.context,
    }
    return page(request, "vendors/ask_reference.html", context, status=saved.status)


@member_view(Perm.VENDOR_EDIT)
@require_POST
def withdraw_reference_link(
    request: MemberRequest, vendor_id: int, reference_id: int
) -> HttpResponse:
    """The link stops working; what was handed in stays."""
    reference = _find(request, vendor_id, reference_id)
    try:
        if actions.withdraw_link(reference=reference, by=request.member):
            messages.success(request, f"The link to {reference.name} does not work any more.")
    except Refused as error:
        messages.error(request, str(error))
    return _back(request, reference.vendor)


@member_view(Perm.VENDOR_EDIT)
def note_call(request: MemberRequest, vendor_id: int, reference_id: int) -> HttpResponse:
    """What was said on the telephone, with the six questions as a guide."""
    reference = _find(request, vendor_id, reference_id)
    initial: dict[str, Any] = {
        "called_on": reference.called_on or timezone.localdate(),
        "call_notes": reference.call_notes,
        "version": reference.version,
    }
    if queries.has_said(reference):
        initial |= initial_answers(reference.answers)
    form = CallForm(_sent(request), initial=initial, with_answers=reference.answered_at is None)
    act = partial(actions.note_call, reference=reference, by=request.member)
    saved = save(form, act, compare=_differing)
    if saved.row:
        messages.success(request, f"Noted what {saved.row.name} said.")
        return _back(request, reference.vendor)
    context = {
        "vendor": reference.vendor,
        "reference": reference,
        "referee": queries.referee_of(reference, timezone.now()),
        "link": queries.link_of(reference, timezone.now()),
        **saved.context,
    }
    return page(request, "vendors/note_call.html", context, status=saved.status)


def _differing(form: Any, stored: Reference) -> list[tuple[str, str, str]]:
    """What they only began to write on their own page meanwhile is not ours to read."""
    return differing(form, stored) if queries.has_said(stored) else []


@member_view(Perm.VENDOR_EDIT)
@require_POST
def remove_reference(request: MemberRequest, vendor_id: int, reference_id: int) -> HttpResponse:
    """Off the list; the link stops working."""
    reference = _find(request, vendor_id, reference_id)
    try:
        actions.remove_reference(reference=reference, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{reference.name} is off the list.")
    return _back(request, reference.vendor)
