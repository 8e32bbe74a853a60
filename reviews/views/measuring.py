"""What was measured of a contract: the grid, recording several values, correcting one."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.models import Contract
from core import periods
from core.editing import save
from core.errors import Refused
from core.fields import EARLIEST, LATEST
from core.http import go, page
from core.periods import Period
from reviews import measure_page
from reviews.actions import measuring as actions
from reviews.forms.measuring import (
    EditMeasurementForm,
    ValuesForm,
    compare_one,
    compare_values,
)
from reviews.measured import Cell, Measures, text_of
from reviews.models import CorrectiveAction, Measurement, Review
from reviews.views.frame import MEASUREMENTS, contract_frame, find_contract

LIST = "reviews:measurement_list"


@member_view(Perm.REVIEW_VIEW)
def measurement_list(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Each service level over the months of one fiscal year (`on`, a day in it), with charts."""
    contract = find_contract(request, contract_id)
    context = contract_frame(request, contract, MEASUREMENTS)
    measures = Measures(contract, context["today"])
    sheet = measure_page.sheet(measures, _day(request) or context["today"])
    context.update(sheet=sheet, has_levels=bool(measures.spans), strays=measures.strays)
    return page(request, "reviews/measurement_list.html", context, part="content")


def _day(request: MemberRequest) -> dt.date | None:
    """The day that the address names; one that is none is a page that does not exist."""
    asked = request.GET.get("on", "")
    if not asked:
        return None
    try:
        day = parse_date(asked)
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= LATEST:
        raise Http404
    return day


@member_view(Perm.REVIEW_EDIT)
def record_measurements(request: MemberRequest, contract_id: int) -> HttpResponse:
    """The values of one quarter (`on`, a day in it) or of the period of a `review`; whichever are known."""
    contract = find_contract(request, contract_id)
    context = contract_frame(request, contract, MEASUREMENTS)
    measures = Measures(contract, context["today"])
    review = _review(request, contract)
    period, label = _period(request, measures, review)
    stretch = measure_page.stretch(measures, period, label)
    form = ValuesForm(request.POST if request.method == "POST" else None, cells=stretch.cells)
    saved = save(form, partial(_record, request, contract), compare=compare_values)
    if saved.row:
        if review is not None:
            return go(request, "reviews:record_review", org=request.org.slug, review_id=review.pk)
        on = period.first_on.isoformat()
        return go(request, f"{_list_url(request, contract)}?on={on}")
    form = saved.form
    rows = [(line, [(cell, _field(form, cell)) for cell in line.cells]) for line in stretch.lines]
    context |= saved.context
    context.update(stretch=stretch, review=review, rows=rows, has_levels=bool(measures.spans))
    context.update(_neighbours(measures, period, review))
    return page(request, "reviews/record_measurements.html", context, status=saved.status)


def _record(request: MemberRequest, contract: Contract, values: Any) -> tuple[list[Measurement]]:
    rows = actions.record_measurements(
        contract=contract, entries=values["entries"], by=request.member
    )
    if rows:
        what = "1 value is" if len(rows) == 1 else f"{len(rows)} values are"
        messages.success(request, f"{what} saved.")
        tell_started(request, rows.started)
    else:
        messages.info(request, "Nothing was changed.")
    return (rows,)


def tell_started(request: MemberRequest, actions: Sequence[CorrectiveAction]) -> None:
    """Which actions the rules began or opened again by what was just recorded."""
    for action in actions:
        messages.info(request, f"A rule came true: “{action}” is to be done.")


def _field(form: ValuesForm, cell: Cell) -> dict[str, Any] | None:
    """The three fields of a window; None if it can't be recorded yet."""
    if cell.key not in form.fields:
        return None
    return {
        "value": form[cell.key],
        "seen": form[f"seen-{cell.key}"],
        "version": form[f"version-{cell.key}"],
    }


def _review(request: MemberRequest, contract: Contract) -> Review | None:
    asked = request.GET.get("review", "")
    if not asked:
        return None
    if not asked.isascii() or not asked.isdecimal() or len(asked) > 18:
        raise Http404
    review: Review = get_object_or_404(request.org.review_set, contract=contract, pk=int(asked))
    review.organization = request.org
    return review


def _period(
    request: MemberRequest, measures: Measures, review: Review | None
) -> tuple[Period, str]:
    if review is not None:
        return review.period, review.period_label
    day, month = _day(request), measures.fiscal_month
    found = periods.period_of(day, periods.QUARTER, month) if day else None
    found = found or measure_page.usual_period(measures)
    return found, periods.label(found, periods.QUARTER, month)


def _neighbours(measures: Measures, period: Period, review: Review | None) -> dict[str, Any]:
    """The quarters before and after, as days in them, where the contract has any."""
    if review is not None:
        return {}
    month, start = measures.fiscal_month, measures.contract.starts_on
    before = periods.previous_period(period, periods.QUARTER, month)
    after = periods.next_period(period, periods.QUARTER, month)
    return {
        "earlier_on": before.first_on if start and start <= before.last_on else None,
        "later_on": after.first_on if after.first_on <= measures.today else None,
    }


def _list_url(request: MemberRequest, contract: Contract) -> str:
    return reverse(LIST, args=[request.org.slug, contract.pk])


# One value ------------------------------------------------------------------------------------------


def _find(request: MemberRequest, measurement_id: int) -> Measurement:
    rows = request.org.measurement_set.select_related("level", "by__user", "credit")
    row: Measurement = get_object_or_404(rows, pk=measurement_id)
    row.contract = find_contract(request, row.contract_id)
    return row


@member_view(Perm.REVIEW_EDIT)
def edit_measurement(request: MemberRequest, measurement_id: int) -> HttpResponse:
    """Correct a value or its note; its credit follows while nobody has claimed it."""
    row = _find(request, measurement_id)
    contract = row.contract
    context = contract_frame(request, contract, MEASUREMENTS)
    measures = Measures(contract, context["today"])
    cell = measures.find(row.lineage, row.first_on)
    context.update(measurement=row, cell=cell)
    if cell is None:
        return page(request, "reviews/edit_measurement.html", context)
    initial = {"value": text_of(row), "note": row.note, "version": row.version}
    sent = request.POST if request.method == "POST" else None
    form = EditMeasurementForm(sent, cell=cell, initial=initial)
    act = partial(actions.edit_measurement, measurement=row, by=request.member)
    saved = save(form, act, compare=compare_one)
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, f"{_list_url(request, contract)}?on={row.first_on.isoformat()}")
    context |= saved.context
    return page(request, "reviews/edit_measurement.html", context, status=saved.status)


@member_view(Perm.REVIEW_EDIT)
@require_POST
def remove_measurement(request: MemberRequest, measurement_id: int) -> HttpResponse:
    """Take a value back: the window is not measured again."""
    row = _find(request, measurement_id)
    try:
        actions.remove_measurement(measurement=row, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
        return go(request, "reviews:edit_measurement", org=request.org.slug, measurement_id=row.pk)
    messages.success(request, "The value is gone; the window is not measured.")
    return go(request, f"{_list_url(request, row.contract)}?on={row.first_on.isoformat()}")
