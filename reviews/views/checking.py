"""One question on the page of a review that saves itself, asked of a goal or a promise."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.access import MemberRequest
from contracts.views.frame import find_contract
from core.editing import Saved
from core.http import go, page
from reviews.models import Review
from reviews.views.frame import HISTORY, contract_frame

Rows = Callable[[Review], Sequence[Any]]


def find_review(request: MemberRequest, review_id: int) -> Review:
    """With its contract and organization."""
    review: Review = get_object_or_404(request.org.review_set, pk=review_id)
    review.organization = request.org
    review.contract = find_contract(request, review.contract_id)
    return review


def answered(
    request: MemberRequest,
    review: Review,
    saved: Saved,
    *,
    template: str,
    place: str,
    pk: int,
    rows: Rows,
) -> HttpResponse:
    """htmx gets the line of the answer anew; everybody else goes back to the review, or to a page that says
    what is wrong. `place` begins the anchor on the review; `rows` reads what the review asks, each with `pk`."""
    name = "record_review" if review.is_open else "review_detail"
    back = f"{reverse(f'reviews:{name}', args=[request.org.slug, review.pk])}#{place}-{pk}"
    if saved.row and not request.htmx:
        messages.success(request, "Saved. The review stays open until you close it.")
        return go(request, back)
    row = next((one for one in rows(review) if one.pk == pk), None)
    if row is None:
        raise Http404
    context: dict[str, Any] = {
        **contract_frame(request, review.contract, HISTORY),
        **saved.context,
        **_shown(saved, row),
        "review": review,
        "row": row,
        "back": back,
    }
    status = 200 if saved.row else saved.status or 422
    return page(request, template, context, part="state", status=status)


def _shown(saved: Saved, row: Any) -> dict[str, Any]:
    """What the fields show: as typed while it is not saved, with what is wrong."""
    form, is_saved = saved.form, bool(saved.row)
    shown = {
        name: getattr(row, name) if is_saved else form.data.get(name, "") for name in form.fields
    }
    problems = [error for errors in form.errors.values() for error in errors]
    return {**shown, "problems": problems, "is_saved": is_saved}
