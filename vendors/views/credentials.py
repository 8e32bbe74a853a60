"""The proofs of one vendor: registrations, certificates, memberships and insurances, with their files."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.errors import Refused
from core.http import go, page, send_file
from vendors import credential_queries as queries
from vendors.actions import credentials as actions
from vendors.forms.credentials import CheckForm, CredentialForm, EditCredentialForm, differing
from vendors.models import Credential, Vendor

PROOFS = "vendors:vendor_credentials"
FORM = "vendors/credential_form.html"


def find_vendor(request: MemberRequest, vendor_id: int) -> Vendor:
    """The vendor with its organization at hand; 404 if it is not ours."""
    rows = request.org.vendor_set.select_related("inside_owner__user", "merged_into")
    vendor: Vendor = get_object_or_404(rows, pk=vendor_id)
    vendor.organization = request.org
    return vendor


def _find(request: MemberRequest, vendor_id: int, credential_id: int) -> Credential:
    vendor = find_vendor(request, vendor_id)
    rows = vendor.credentials.kept().select_related(*queries.PEOPLE)
    credential: Credential = get_object_or_404(rows, pk=credential_id)
    credential.vendor = vendor
    return credential


def _back(request: MemberRequest, vendor: Vendor) -> HttpResponse:
    return go(request, PROOFS, org=request.org.slug, vendor_id=vendor.pk)


def _sent(request: MemberRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


@member_view(Perm.VENDOR_VIEW)
def vendor_credentials(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """What the vendor has shown, and what of it was checked."""
    vendor = find_vendor(request, vendor_id)
    today = timezone.localdate()
    found = queries.proofs_of(vendor, today)
    context = {
        "vendor": vendor,
        "proofs": found,
        "unchecked": sum(proof.state == "unchecked" for proof in found),
        "may_edit": request.member.can(Perm.VENDOR_EDIT) and vendor.merged_into is None,
    }
    return page(request, "vendors/vendor_credentials.html", context, part="content")


@member_view(Perm.VENDOR_EDIT)
def add_credential(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """Note a proof, with its file."""
    vendor = find_vendor(request, vendor_id)
    form = CredentialForm(*_sent(request))
    saved = save(form, partial(actions.add_credential, vendor=vendor, by=request.member))
    if saved.row:
        messages.success(request, f"{saved.row} is noted. It counts once somebody has checked it.")
        return _back(request, vendor)
    return page(request, FORM, {"vendor": vendor, **saved.context}, status=saved.status)


@member_view(Perm.VENDOR_EDIT)
def edit_credential(request: MemberRequest, vendor_id: int, credential_id: int) -> HttpResponse:
    """Change what it says, or renew it: new days and a new file."""
    credential = _find(request, vendor_id, credential_id)
    initial: dict[str, Any] = {name: getattr(credential, name) for name in actions.FIELDS}
    initial["version"] = credential.version
    form = EditCredentialForm(*_sent(request), initial=initial, credential=credential)
    act = partial(actions.edit_credential, credential=credential, by=request.member)
    saved = save(form, act, compare=differing)
    if saved.row:
        again = credential.checked_on is not None and saved.row.checked_on is None
        words = "Saved. What was checked has changed, so check it again." if again else "Saved."
        messages.success(request, words)
        return _back(request, credential.vendor)
    context = {"vendor": credential.vendor, "credential": credential, **saved.context}
    return page(request, FORM, context, status=saved.status)


@member_view(Perm.VENDOR_EDIT)
def check_credential(request: MemberRequest, vendor_id: int, credential_id: int) -> HttpResponse:
    """Say that one of us looked whether it is true, and how."""
    credential = _find(request, vendor_id, credential_id)
    initial = {
        "checked_on": timezone.localdate(),
        "check_note": credential.check_note,
        "version": credential.version,
    }
    form = CheckForm(request.POST if request.method == "POST" else None, initial=initial)
    saved = save(form, partial(actions.check_credential, credential=credential, by=request.member))
    if saved.row:
        messages.success(request, f"{saved.row} is checked.")
        return _back(request, credential.vendor)
    proof = queries.proof_of(credential, timezone.localdate())
    context = {"vendor": credential.vendor, "credential": credential, "proof": proof}
    context |= saved.context
    return page(request, "vendors/check_credential.html", context, status=saved.status)


@member_view(Perm.VENDOR_EDIT)
@require_POST
def remove_credential(request: MemberRequest, vendor_id: int, credential_id: int) -> HttpResponse:
    """Off the list; nobody is reminded of it any more."""
    credential = _find(request, vendor_id, credential_id)
    try:
        actions.remove_credential(credential=credential, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{credential} is off the list.")
    return _back(request, credential.vendor)


@member_view(Perm.VENDOR_VIEW)
def credential_file(request: MemberRequest, vendor_id: int, credential_id: int) -> HttpResponse:
    """The file itself, as a download that no browser opens as a page."""
    credential = _find(request, vendor_id, credential_id)
    if credential.file is None:
        messages.info(request, f"{credential} has no file.")
        return _back(request, credential.vendor)
    back = partial(_back, request, credential.vendor)
    return send_file(request, credential.file, back, what=f"The file of {credential}")
