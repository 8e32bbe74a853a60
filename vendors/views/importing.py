"""A vendor list on its way in: upload, preview, progress, result."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.http import go, page
from core.spreadsheets import write_csv
from vendors import actions, queries
from vendors.forms import UploadForm
from vendors.list_columns import HEADINGS, TEMPLATE_ROW
from vendors.models import VendorImport
from vendors.preview import PER_PAGE, PreviewRow, preview_rows

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
            **form.cleaned_data["file"],
            creation_key=form.cleaned_data["creation_key"],
            by=request.member,
        )
        return go(request, PREVIEW, org=request.org.slug, import_id=upload.pk)
    return page(request, "vendors/import_vendors.html", {"form": form})


@member_view(Perm.VENDOR_EDIT)
def import_template(request: MemberRequest) -> HttpResponse:
    """A CSV file with every heading and one example row."""
    rows = [list(HEADINGS.values()), [TEMPLATE_ROW[name] for name in HEADINGS]]
    response = HttpResponse(write_csv(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="vendor-list-template.csv"'
    return response


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
    elif upload.imported_at or (upload.job and not upload.job.ended):
        return go(request, PROGRESS, org=request.org.slug, import_id=upload.pk)
    shown = Paginator(range(upload.row_count), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "upload": upload,
        "page_obj": shown,
        "rows": _rows(request, upload, shown.start_index() - 1),
        "again": _same_file(request, upload),
    }
    return page(request, "vendors/import_preview.html", context, part="rows", status=status)


def _rows(request: MemberRequest, upload: VendorImport, first: int) -> list[PreviewRow]:
    """The rows of one page; its size divides that of a chunk."""
    chunk = upload.chunks.filter(position=first // actions.CHUNK).first()
    start = first % actions.CHUNK
    rows = chunk.rows[start : start + PER_PAGE] if chunk else []
    owners = {row["values"].get("inside_owner") for row in rows} - {None}
    members = request.org.memberships.filter(pk__in=owners).select_related("user") if owners else []
    return preview_rows(upload.columns, rows, {member.pk: member.name for member in members})


def _same_file(request: MemberRequest, upload: VendorImport) -> VendorImport | None:
    """The import of the very same file, if there was one."""
    done = request.org.vendorimport_set.exclude(imported_at=None).exclude(fingerprint="")
    return done.filter(fingerprint=upload.fingerprint).order_by("-imported_at").first()


@member_view(Perm.VENDOR_EDIT)
def import_progress(request: MemberRequest, import_id: int) -> HttpResponse:
    """How far it is, then what became of it. Asks again by itself; can be left and come back to."""
    upload = get_object_or_404(request.org.vendorimport_set.select_related("job"), pk=import_id)
    if upload.imported_at is None and upload.job is None:
        return go(request, PREVIEW, org=request.org.slug, import_id=upload.pk)
    running = upload.imported_at is None and upload.job is not None and not upload.job.ended
    context = {
        "upload": upload,
        "running": running,
        "done": queries.rows_imported(upload) if running else 0,
    }
    return page(request, "vendors/import_progress.html", context, part="progress")
