"""Were the vendor's promises kept? Answered on the page of the review; each answer saves itself."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts import promise_ledger
from contracts.views.frame import find_contract
from core.editing import save
from core.http import go, page
from reviews import promised
from reviews.actions import promise_checks as actions
from reviews.forms.promise_checks import PromiseCheckForm
from reviews.models import PromiseCheck, Review
from reviews.promised import Asked
from reviews.views.frame import HISTORY, contract_frame


@member_view(Perm.REVIEW_EDIT)
@require_POST
def save_promise_check(request: MemberRequest, review_id: int, promise_id: int) -> HttpResponse:
    """One answer. htmx gets its line anew; everybody else goes back to the review."""
    review: Review = get_object_or_404(request.org.review_set, pk=review_id)
    review.organization = request.org
    review.contract = find_contract(request, review.contract_id)
    promise = get_object_or_404(promise_ledger.rows_of(review.contract), pk=promise_id)
    form = PromiseCheckForm(request.POST)
    act = partial(actions.save_promise_check, review=review, promise=promise, by=request.member)
    saved = save(form, act, compare=_both)
    if saved.row and not request.htmx:
        messages.success(request, "Saved. The review stays open until you close it.")
        return go(request, _back(request, review, promise_id))
    row = next((one for one in promised.of_review(review) if one.pk == promise_id), None)
    if row is None:
        raise Http404
    context: dict[str, Any] = {
        **contract_frame(request, review.contract, HISTORY),
        **saved.context,
        **_typed(form, row, is_saved=bool(saved.row)),
        "review": review,
        "row": row,
        "back": _back(request, review, promise_id),
    }
    status = 200 if saved.row else saved.status or 422
    return page(request, "reviews/promise_check.html", context, part="state", status=status)


def _typed(form: PromiseCheckForm, row: Asked, *, is_saved: bool) -> dict[str, Any]:
    """What the fields show: as typed while it is not saved, with what is wrong."""
    stale_version = form.data.get("version", "")
    return {
        "kept": row.kept if is_saved else form.data.get("kept", ""),
        "note": row.note if is_saved else form.data.get("note", ""),
        "version": row.version if is_saved else stale_version,
        "problems": [error for errors in form.errors.values() for error in errors],
        "is_saved": is_saved,
    }


def _both(form: PromiseCheckForm, stored: PromiseCheck) -> list[tuple[str, str, str]]:
    """Somebody said something else meanwhile: the answer and the note as they are stored now."""
    labels = dict(PromiseCheck.Kept.choices)
    mine = form.cleaned_data
    rows = [
        ("Was it kept?", labels.get(stored.kept, ""), labels[mine["kept"]]),
        ("Note", stored.note, mine["note"]),
    ]
    return [row for row in rows if row[1] != row[2]]


def _back(request: MemberRequest, review: Review, promise_id: int) -> str:
    """The review's own page, at this promise."""
    name = "record_review" if review.is_open else "review_detail"
    return reverse(f"reviews:{name}", args=[request.org.slug, review.pk]) + f"#promise-{promise_id}"
