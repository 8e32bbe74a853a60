"""Stakeholders of a plan: naming them, asking them, reading what they say and answering to it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.errors import Refused
from core.forms import differences
from core.http import go, page
from planning.actions import stakeholders as actions
from planning.forms.stakeholders import (
    USUAL,
    AddStakeholderForm,
    AskStakeholderForm,
    NoteViewForm,
    RespondForm,
    StakeholderForm,
)
from planning.models import Stakeholder
from planning.stakeholder_links import VIEW, asking_of, is_said
from planning.views.found import find_plan

DETAIL = "planning:stakeholder_detail"
RELATED = (
    "mail",
    "asked_by__user",
    "noted_by__user",
    "plan__service",
    "plan__manager__user",
)


def find_stakeholder(request: MemberRequest, plan_id: int, stakeholder_id: int) -> Stakeholder:
    """The stakeholder with the plan, in one query; 404 if it is not this organization's or of another plan."""
    rows = request.org.stakeholder_set.select_related(*RELATED)
    person: Stakeholder = get_object_or_404(rows, pk=stakeholder_id, plan_id=plan_id)
    person.organization = person.plan.organization = request.org
    person.plan.service.organization = request.org
    return person


def _there(request: MemberRequest, person: Stakeholder) -> HttpResponse:
    return go(
        request, DETAIL, org=request.org.slug, plan_id=person.plan_id, stakeholder_id=person.pk
    )


@member_view(Perm.PLAN_VIEW)
def stakeholder_detail(request: MemberRequest, plan_id: int, stakeholder_id: int) -> HttpResponse:
    """Who they are, how far the asking has come, what they said and what we make of it."""
    person = find_stakeholder(request, plan_id, stakeholder_id)
    may_edit = request.member.can(Perm.PLAN_EDIT) and person.plan.is_draft
    context = {
        "plan": person.plan,
        "person": person,
        "asking": asking_of(person, timezone.now()),
        "said": is_said(person),
        "may_edit": may_edit,
        "mail_stays_here": settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"),
    }
    return page(request, "planning/stakeholder_detail.html", context)


@member_view(Perm.PLAN_EDIT)
def add_stakeholder(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Name somebody who is affected or has a say."""
    plan = find_plan(request, plan_id)
    form = AddStakeholderForm(request.POST if request.method == "POST" else None)
    saved = save(form, partial(actions.add_stakeholder, plan=plan, by=request.member))
    if saved.row:
        messages.success(request, f"{saved.row.name} is named. Ask them, or note what they say.")
        return _there(request, saved.row)
    context = {
        **saved.context,
        "plan": plan,
        "title": "Add a stakeholder",
        "lede": "Who is affected, or has a say? Those who do the work today know what must not get lost.",
        "button": "Add",
        "back_url": plan.get_absolute_url(),
    }
    return page(request, "planning/stakeholder_form.html", context)


@member_view(Perm.PLAN_EDIT)
def edit_stakeholder(request: MemberRequest, plan_id: int, stakeholder_id: int) -> HttpResponse:
    """Change who they are."""
    return _form(
        request,
        find_stakeholder(request, plan_id, stakeholder_id),
        StakeholderForm,
        actions.edit_stakeholder,
        names=actions.WHO,
        title="Edit",
        lede="With another e-mail address, a link that is open stops working.",
    )


@member_view(Perm.PLAN_EDIT)
def ask_stakeholder(request: MemberRequest, plan_id: int, stakeholder_id: int) -> HttpResponse:
    """Send them a private link, or make one to hand over."""
    person = find_stakeholder(request, plan_id, stakeholder_id)
    mailed = f"A mail with a private link goes to {person.email}."
    by_hand = "No e-mail address is noted: you get a private link to hand over yourself."
    again = " The link before stops working." if person.link_works(timezone.now()) else ""
    return _form(
        request,
        person,
        AskStakeholderForm,
        actions.ask_stakeholder,
        initial={"until_on": timezone.localdate() + USUAL},
        title="Ask for their view",
        lede=f"{mailed if person.email else by_hand} They need no account, and see nothing of the plan but"
        f" its service.{again}",
        button="Send the link" if person.email else "Make the link",
        done="The link is made, see below." if not person.email else "The mail is on its way.",
    )


@member_view(Perm.PLAN_EDIT)
def note_stakeholder_view(
    request: MemberRequest, plan_id: int, stakeholder_id: int
) -> HttpResponse:
    """Write down what they said in a talk."""
    person = find_stakeholder(request, plan_id, stakeholder_id)
    return _form(
        request,
        person,
        NoteViewForm,
        actions.note_stakeholder_view,
        # What they only began to write on their own page is not ours to read.
        names=VIEW if is_said(person) else (),
        title="Note what they said",
        lede="After a talk, in their words. It stands in the plan with your name as the one who noted it.",
    )


@member_view(Perm.PLAN_EDIT)
def respond_to_stakeholder(
    request: MemberRequest, plan_id: int, stakeholder_id: int
) -> HttpResponse:
    """Say what we make of what they said."""
    person = find_stakeholder(request, plan_id, stakeholder_id)
    lede = "Asking and then not answering is worse than not asking."
    return _form(
        request,
        person,
        RespondForm,
        actions.respond_to_stakeholder,
        names=("response",),
        title="What we make of it",
        lede=lede,
    )


def _form(
    request: MemberRequest,
    person: Stakeholder,
    form_class: type[Any],
    action: Callable[..., Any],
    *,
    title: str,
    lede: str,
    names: tuple[str, ...] = (),
    initial: dict[str, Any] | None = None,
    button: str = "Save",
    done: str = "Saved.",
) -> HttpResponse:
    """One of the forms about a stakeholder: shown, checked, done."""
    if request.method != "POST" and not person.plan.is_draft:
        state = person.plan.get_state_display().lower()
        messages.info(request, f"This plan is {state}, so it stays as it is.")
        return _there(request, person)
    values = {name: getattr(person, name) for name in names}
    form = form_class(
        request.POST if request.method == "POST" else None,
        initial={**values, **(initial or {}), "version": person.version},
    )
    act = partial(action, person=person, by=request.member)
    # A form that asks for something new has nothing to compare with what is stored.
    saved = save(form, act, compare=differences if names else _nothing)
    if saved.row:
        messages.success(request, done)
        return _there(request, person)
    context = {
        **saved.context,
        "plan": person.plan,
        "person": person,
        "title": title,
        "lede": lede,
        "button": button,
        "back_url": _address(request, person),
    }
    return page(request, "planning/stakeholder_form.html", context, status=saved.status)


def _nothing(form: Any, stored: Any) -> list[tuple[str, str, str]]:
    return []


def _address(request: MemberRequest, person: Stakeholder) -> str:
    return reverse(DETAIL, args=[request.org.slug, person.plan_id, person.pk])


@member_view(Perm.PLAN_EDIT)
@require_POST
def withdraw_stakeholder_link(
    request: MemberRequest, plan_id: int, stakeholder_id: int
) -> HttpResponse:
    """The link stops working; what was handed in stays."""
    person = find_stakeholder(request, plan_id, stakeholder_id)
    try:
        actions.withdraw_stakeholder_link(person=person, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The link does not work any more.")
    return _there(request, person)


@member_view(Perm.PLAN_EDIT)
@require_POST
def remove_stakeholder(request: MemberRequest, plan_id: int, stakeholder_id: int) -> HttpResponse:
    """Take them out of the plan, with what they said."""
    person = find_stakeholder(request, plan_id, stakeholder_id)
    try:
        actions.remove_stakeholder(person=person, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
        return _there(request, person)
    messages.success(request, f"{person.name} is not in the plan any more.")
    return redirect(f"{person.plan.get_absolute_url()}#stakeholders")
