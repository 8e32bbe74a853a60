"""The page on which the vendor says how he sees a period. No account: the link is the key."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.editing import save
from core.visits import link_gone, visiting, visitor_view
from reviews.actions import vendor_view as actions
from reviews.forms.vendor_view import VendorViewForm, initial_of
from reviews.models import VendorView
from reviews.vendor_answers import Asked, asked_of, find_view

HAND_IN = "hand_in"


@visitor_view("vendor_view")
def answer_as_vendor(request: HttpRequest, token: str) -> HttpResponse:
    """One answer for unknown, expired, revoked and foreign links; what was handed in can be read."""
    view = find_view(token)
    if view is None:
        return link_gone(request)
    with visiting(view.organization):
        if view.answered_at is not None:
            if request.method == "POST":  # sent twice
                return redirect("answer_as_vendor", token=token)
            return _page(request, view, asked_of(view), {})
        return _form(request, view, token)


def _form(request: HttpRequest, view: VendorView, token: str) -> HttpResponse:
    asked = asked_of(view)
    form = VendorViewForm(
        request.POST if request.method == "POST" else None,
        asked=asked,
        initial=initial_of(view, asked),
    )
    hands_in = request.POST.get("do") == HAND_IN
    act = partial(actions.save_answers, view=view, hands_in=hands_in)
    saved = save(form, act, compare=_differences)
    if saved.row:
        if not hands_in:
            until = "Saved. Nobody else sees it until you send it."
            messages.success(request, until)
        return redirect("answer_as_vendor", token=token)
    if form.is_bound and find_view(token) is None:  # revoked or closed meanwhile
        return link_gone(request)
    return _page(request, view, asked, saved.context, status=saved.status)


def _differences(form: Any, stored: VendorView) -> list[tuple[str, str, str]]:
    """Where somebody else with the same link saved other words in the meantime."""
    rows = []
    for name in ("summary", "client_mark", "client_comment"):
        theirs, mine = getattr(stored, name), form.cleaned_data[name]
        if theirs != mine:
            rows.append((str(form.fields[name].label), str(theirs or ""), str(mine or "")))
    kept = {row.criterion.pk: row for row in asked_of(stored)}
    for pk, (mark, _, comment) in form.cleaned_data["marks"].items():
        row = kept.get(pk)
        said = row.said if row else None
        theirs = (said.mark if said else None, said.comment if said else "")
        if row is not None and theirs != (mark, comment):
            mine = f"{'' if mark is None else mark} {comment}".strip()
            rows.append((row.criterion.name, f"{row.said_text} {theirs[1]}".strip(), mine))
    return rows


def _page(
    request: HttpRequest,
    view: VendorView,
    asked: list[Asked],
    context: dict[str, Any],
    status: int | None = None,
) -> HttpResponse:
    review = view.review
    form = context.get("form")
    if status is None:
        status = 422 if form is not None and form.is_bound and form.errors else 200
    found = {
        "view": view,
        "review": review,
        "contract": review.contract,
        "org": view.organization,
        "asked": asked,
        **context,
    }
    return render(request, "reviews/answer_as_vendor.html", found, status=status)
