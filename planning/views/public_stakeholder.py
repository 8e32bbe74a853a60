"""The page on which a stakeholder says what they think of a plan. No account: the link is the key."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from activity.links import LinkGone
from core.editing import save
from core.visits import link_gone, visiting, visitor_view
from planning.actions import stakeholder_answers as actions
from planning.forms.stakeholders import ViewForm
from planning.models import Stakeholder
from planning.stakeholder_links import VIEW, find_stakeholder

HAND_IN, SEEN = "hand_in", "seen"
HERE = "answer_as_stakeholder"


@visitor_view("stakeholder")
def answer_as_stakeholder(request: HttpRequest, token: str) -> HttpResponse:
    """One answer for unknown, expired, withdrawn and foreign links; what was handed in can be read."""
    person = find_stakeholder(token)
    if person is None:
        return link_gone(request)
    with visiting(person.organization):
        if request.POST.get("do") == SEEN:
            return _seen(person)
        if person.answered_at is not None:
            if request.method == "POST":  # sent twice
                return redirect(HERE, token=token)
            return _page(request, person, {})
        return _form(request, person, token)


def _seen(person: Stakeholder) -> HttpResponse:
    """The page says by itself that it was opened: showing it writes nothing."""
    try:
        actions.note_stakeholder_page_seen(person=person)
    except LinkGone:
        return HttpResponse(status=404)
    return HttpResponse(status=204)


def _form(request: HttpRequest, person: Stakeholder, token: str) -> HttpResponse:
    form = ViewForm(
        request.POST if request.method == "POST" else None,
        initial={**{name: getattr(person, name) for name in VIEW}, "version": person.version},
    )
    hands_in = request.POST.get("do") == HAND_IN
    act = partial(actions.save_stakeholder_view, person=person, hands_in=hands_in)
    saved = save(form, act)
    if saved.row:
        if not hands_in:
            messages.success(request, "Saved. Nobody else sees it until you send it.")
        return redirect(HERE, token=token)
    if form.is_bound and find_stakeholder(token) is None:  # withdrawn or decided meanwhile
        return link_gone(request)
    return _page(request, person, saved.context, status=saved.status)


def _page(
    request: HttpRequest, person: Stakeholder, context: dict[str, Any], status: int | None = None
) -> HttpResponse:
    form = context.get("form")
    if status is None:
        status = 422 if form is not None and form.is_bound and form.errors else 200
    found = {"person": person, "org": person.organization, "plan": person.plan, **context}
    return render(request, "planning/answer_as_stakeholder.html", found, status=status)
