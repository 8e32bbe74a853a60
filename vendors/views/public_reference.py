"""The page on which a client of a vendor says how it is. No account: the link is the key."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from activity.links import LinkGone
from core.editing import Saved, save
from core.visits import link_gone, visiting, visitor_view
from vendors.actions import reference_answers as actions
from vendors.forms.references import AnswersForm, differing, initial_answers
from vendors.models import Reference
from vendors.reference_queries import found_by, referee_of

HAND_IN, AUTOSAVE, SEEN = "hand_in", "autosave", "seen"
# From one network address a minute: a page saves as one goes, and an office may share an address.
MOST_VISITS = 120


@visitor_view("reference", most=MOST_VISITS)
def answer_reference(request: HttpRequest, token: str) -> HttpResponse:
    """One answer for unknown, expired, withdrawn and foreign links; what was handed in can be read."""
    reference = found_by(token)
    if reference is None:
        return link_gone(request)
    with visiting(reference.organization):
        if request.method == "POST" and request.POST.get("do") == SEEN:
            return _seen(reference)
        if reference.answered_at is not None:
            if request.method == "POST":  # sent twice
                return redirect("answer_reference", token=token)
            return _page(request, reference, {})
        return _form(request, reference, token)


def _seen(reference: Reference) -> HttpResponse:
    """The page itself says that it was opened: looking at it changes nothing."""
    try:
        actions.note_first_look(reference=reference)
    except LinkGone:
        pass
    return HttpResponse(status=204)


def _form(request: HttpRequest, reference: Reference, token: str) -> HttpResponse:
    initial = {**initial_answers(reference.answers), "version": reference.version}
    form = AnswersForm(request.POST if request.method == "POST" else None, initial=initial)
    does = request.POST.get("do")
    act = partial(actions.save_answers, reference=reference, hands_in=does == HAND_IN)
    saved = save(form, act, compare=differing)
    if form.is_bound and saved.row is None and found_by(token) is None:  # withdrawn meanwhile
        return link_gone(request)
    if does == AUTOSAVE:
        return _autosaved(request, saved)
    if saved.row:
        if does != HAND_IN:
            messages.success(request, "Saved. Nobody else sees it until you send it.")
        return redirect("answer_reference", token=token)
    return _page(request, reference, saved.context, status=saved.status)


def _autosaved(request: HttpRequest, saved: Saved) -> HttpResponse:
    """For the page's own saving: a line that says how it went, and the version to go on from."""
    status = 200 if saved.row else saved.status or 422
    context = {"saved": saved.row, "stale": status == 409, "errors": saved.form.errors}
    return render(request, "vendors/includes/reference_saved.html", context, status=status)


def _page(
    request: HttpRequest,
    reference: Reference,
    context: dict[str, Any],
    status: int | None = None,
) -> HttpResponse:
    form = context.get("form")
    if status is None:
        status = 422 if form is not None and form.is_bound and form.errors else 200
    found = {
        "reference": reference,
        "referee": referee_of(reference, timezone.now()),
        "vendor": reference.vendor,
        "org": reference.organization,
        **context,
    }
    return render(request, "vendors/answer_reference.html", found, status=status)
