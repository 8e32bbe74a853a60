"""A vendor list on its way in: upload, preview, progress, result."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.exports import CSV, attached
from core.http import go, page
from core.imports import pages
from core.spreadsheets import write_csv
from vendors import actions
from vendors.forms import UploadForm
from vendors.list_columns import HEADINGS, TEMPLATE_ROW
from vendors.preview import text_with

PREVIEW = "vendors:import_preview"
PROGRESS = "vendors:import_progress"


@member_view(Perm.VENDOR_EDIT)
def import_vendors(request: MemberRequest) -> HttpResponse:
    """Upload a list; nothing is added before it was looked at."""
    sent = request.method == "POST"
    form = UploadForm(
        request.POST if sent else None, request.FILES if sent else None, organization=request.org
    )
    if sent and form.is_valid():
        upload = actions.upload_vendors(
            vendor_list=form.cleaned_data["file"]["found"],
            filename=form.cleaned_data["file"]["filename"],
            fingerprint=form.cleaned_data["file"]["fingerprint"],
            creation_key=form.cleaned_data["creation_key"],
            by=request.member,
        )
        return go(request, PREVIEW, org=request.org.slug, import_id=upload.pk)
    return page(request, "vendors/import_vendors.html", {"form": form})


@member_view(Perm.VENDOR_EDIT)
def import_template(request: MemberRequest) -> HttpResponse:
    """A CSV file with every heading and one example row."""
    rows = [list(HEADINGS.values()), [TEMPLATE_ROW[name] for name in HEADINGS]]
    return attached(write_csv(rows), CSV, "vendor-list-template.csv")


@member_view(Perm.VENDOR_EDIT)
def import_preview(request: MemberRequest, import_id: int) -> HttpResponse:
    """What was understood and what is wrong where; confirmed here."""
    upload = get_object_or_404(request.org.vendorimport_set.select_related("job"), pk=import_id)
    status = None
    if request.method == "POST":
        try:
            actions.start_import(vendor_import=upload, by=request.member)
        except Refused as error:
            messages.error(request, str(error))
            status = 422
        else:
            return go(request, PROGRESS, org=request.org.slug, import_id=upload.pk)
    elif upload.imported_at or upload.is_running:
        return go(request, PROGRESS, org=request.org.slug, import_id=upload.pk)
    context = pages.preview(upload, request.GET.get("page"), lambda rows: _text(request, rows))
    return page(request, "vendors/import_preview.html", context, part="rows", status=status)


def _text(request: MemberRequest, rows: pages.Rows) -> pages.TextOf:
    owners = {row["values"].get("inside_owner") for row in rows} - {None}
    members = request.org.memberships.filter(pk__in=owners).select_related("user") if owners else []
    return text_with({member.pk: member.name for member in members})


@member_view(Perm.VENDOR_EDIT)
def import_progress(request: MemberRequest, import_id: int) -> HttpResponse:
    """How far it is, then what became of it. Asks again by itself; can be left and come back to."""
    upload = get_object_or_404(request.org.vendorimport_set.select_related("job"), pk=import_id)
    if upload.imported_at is None and upload.job is None:
        return go(request, PREVIEW, org=request.org.slug, import_id=upload.pk)
    return page(request, "vendors/import_progress.html", pages.progress(upload), part="progress")
