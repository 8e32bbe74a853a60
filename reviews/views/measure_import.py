"""A table of measured values on its way in: upload, preview, taken over."""

from collections import Counter

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.exports import file_of
from core.http import go, page
from reviews.actions import measure_import as actions
from reviews.forms.measure_import import MeasureUploadForm
from reviews.measure_file import CHANGED, NEW, template_rows
from reviews.measured import Measures
from reviews.views.frame import MEASUREMENTS, contract_frame, find_contract
from reviews.views.measuring import tell_started

LIST = "reviews:measurement_list"
PREVIEW = "reviews:measurement_import"
MOST_SHOWN = 200


@member_view(Perm.REVIEW_EDIT)
def import_measurements(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Upload a table; nothing is recorded before it was looked at."""
    contract = find_contract(request, contract_id)
    context = contract_frame(request, contract, MEASUREMENTS)
    measures = Measures(contract, context["today"])
    sent = request.method == "POST"
    form = MeasureUploadForm(
        request.POST if sent else None, request.FILES if sent else None, measures=measures
    )
    if sent and form.is_valid():
        upload = actions.keep_upload(
            contract=contract,
            filename=form.cleaned_data["file"]["filename"],
            rows=form.cleaned_data["file"]["rows"],
            creation_key=form.cleaned_data["creation_key"],
            by=request.member,
        )
        return go(request, PREVIEW, org=request.org.slug, measurement_import_id=upload.pk)
    context.update(form=form, has_levels=bool(measures.spans))
    return page(request, "reviews/import_measurements.html", context)


@member_view(Perm.REVIEW_EDIT)
def measurement_template(request: MemberRequest, contract_id: int) -> HttpResponse:
    """The file to fill in, with a row for each value that is missing."""
    contract = find_contract(request, contract_id)
    rows = template_rows(Measures(contract, timezone.localdate()))
    kind = request.GET.get("format", "")
    return file_of(rows, kind, title="Measurements", slug=request.org.slug)


@member_view(Perm.REVIEW_EDIT)
def measurement_import(request: MemberRequest, measurement_import_id: int) -> HttpResponse:
    """What was understood, and what is wrong where; confirmed here."""
    rows = request.org.measurementimport_set.all()
    upload = get_object_or_404(rows, pk=measurement_import_id)
    contract = find_contract(request, upload.contract_id)
    status = None
    if request.method == "POST":
        try:
            kept = actions.take_over(upload=upload, by=request.member)
        except Refused as error:
            messages.error(request, str(error))
            status = 422
        else:
            messages.success(request, "The values are recorded.")
            tell_started(request, kept.started)
            return go(request, LIST, org=request.org.slug, contract_id=contract.pk)
    counts = Counter(row["state"] for row in upload.rows)
    context = contract_frame(request, contract, MEASUREMENTS)
    context.update(
        upload=upload,
        # What is wrong stands first, so that it is never beyond the rows that are shown.
        rows=sorted(upload.rows, key=lambda row: (row["state"] != "wrong", row["number"]))[
            :MOST_SHOWN
        ],
        counts=counts,
        to_record=counts[NEW] + counts[CHANGED],
        more=max(0, len(upload.rows) - MOST_SHOWN),
    )
    return page(request, "reviews/measurement_import.html", context, part="rows", status=status)
