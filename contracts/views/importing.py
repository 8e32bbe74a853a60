"""A list of contracts on its way in: upload, preview, progress, result."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.actions import importing as actions
from contracts.forms.importing import ContractUploadForm
from contracts.list_columns import HEADINGS, TEMPLATE_ROW
from contracts.list_preview import text_with
from core.errors import Refused
from core.exports import CSV, attached
from core.http import go, page
from core.imports import pages
from core.spreadsheets import write_csv

PREVIEW = "contracts:contract_import_preview"
PROGRESS = "contracts:contract_import_progress"


@member_view(Perm.CONTRACT_EDIT)
def import_contracts(request: MemberRequest) -> HttpResponse:
    """Upload a list; nothing is added before it was looked at."""
    sent = request.method == "POST"
    form = ContractUploadForm(
        request.POST if sent else None, request.FILES if sent else None, member=request.member
    )
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        upload = actions.upload_contracts(
            contract_list=file["found"],
            filename=file["filename"],
            fingerprint=file["fingerprint"],
            adds_vendors=form.cleaned_data["adds_vendors"],
            creation_key=form.cleaned_data["creation_key"],
            by=request.member,
        )
        return go(request, PREVIEW, org=request.org.slug, contract_import_id=upload.pk)
    return page(request, "contracts/import_contracts.html", {"form": form})


@member_view(Perm.CONTRACT_EDIT)
def contract_import_template(request: MemberRequest) -> HttpResponse:
    """A CSV file with every heading and one example row."""
    rows = [list(HEADINGS.values()), [TEMPLATE_ROW[name] for name in HEADINGS]]
    return attached(write_csv(rows), CSV, "contract-list-template.csv")


@member_view(Perm.CONTRACT_EDIT)
def contract_import_preview(request: MemberRequest, contract_import_id: int) -> HttpResponse:
    """What was understood and what is wrong where; confirmed here."""
    rows = request.org.contractimport_set.select_related("job")
    upload = get_object_or_404(rows, pk=contract_import_id)
    status = None
    if request.method == "POST":
        try:
            actions.start_import(contract_import=upload, by=request.member)
        except Refused as error:
            messages.error(request, str(error))
            status = 422
        else:
            return go(request, PROGRESS, org=request.org.slug, contract_import_id=upload.pk)
    elif upload.imported_at or upload.is_running:
        return go(request, PROGRESS, org=request.org.slug, contract_import_id=upload.pk)
    context = pages.preview(upload, request.GET.get("page"), lambda rows: _text(request, rows))
    return page(
        request, "contracts/contract_import_preview.html", context, part="rows", status=status
    )


def _text(request: MemberRequest, rows: pages.Rows) -> pages.TextOf:
    managers = {row["values"].get("manager") for row in rows} - {None}
    people = request.org.memberships.filter(pk__in=managers).select_related("user")
    return text_with({member.pk: member.name for member in people} if managers else {})


@member_view(Perm.CONTRACT_EDIT)
def contract_import_progress(request: MemberRequest, contract_import_id: int) -> HttpResponse:
    """How far it is, then what became of it. Asks again by itself; can be left and come back to."""
    rows = request.org.contractimport_set.select_related("job")
    upload = get_object_or_404(rows, pk=contract_import_id)
    if upload.imported_at is None and upload.job is None:
        return go(request, PREVIEW, org=request.org.slug, contract_import_id=upload.pk)
    return page(
        request, "contracts/contract_import_progress.html", pages.progress(upload), part="progress"
    )
