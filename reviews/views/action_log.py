"""Corrective actions: of all contracts, and each from what is to be done to whether it helped."""

import datetime as dt
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import Saved, save
from core.http import page
from reviews import improving_queries as queries
from reviews.actions import action_log as actions
from reviews.forms.action_log import (
    ActionForm,
    CancelForm,
    CheckForm,
    ComeBackForm,
    EditActionForm,
    FinishForm,
    initial_of,
)
from reviews.improving_days import check_window
from reviews.improving_filters import ActionFilter
from reviews.improving_tables import ActionTable
from reviews.models import CorrectiveAction, Idea, Issue
from reviews.views.frame import ACTIONS, ISSUES, contract_frame, find_contract
from reviews.views.improving_pages import done, form_page, list_page, of_contract, posted
from reviews.views.issues import nothing

USUAL_CHECK_DAYS = 60
PEOPLE = ("owner__user", "contact", "issue__measurement", "review", "rule", "checked_by__user")


@member_view(Perm.REVIEW_VIEW)
def action_list(request: MemberRequest) -> HttpResponse:
    """Actions of all contracts; without a filter, those that are not settled."""
    rows = request.org.correctiveaction_set.select_related(
        "contract__vendor", "contract__manager__user", "owner__user"
    )
    return list_page(request, ACTIONS, ActionFilter, ActionTable, rows, "reviews/action_list.html")


@member_view(Perm.REVIEW_EDIT)
def create_action(request: MemberRequest, contract_id: int) -> HttpResponse:
    """What is to be done; a link may say about which `issue` it is, or which `idea` it carries out."""
    contract = find_contract(request, contract_id)
    log = of_contract(request, "contract_issues", contract)
    crumbs = [("Issues and actions", log)]
    issue: Issue | None = _asked(request, "issue", contract.issues)
    idea: Idea | None = _asked(request, "idea", contract.ideas)
    initial = {"issue": issue, **({"title": idea.title} if idea else {})}
    if issue:
        issue.organization = request.org
        crumbs.append((issue.title, issue.get_absolute_url()))
    form = ActionForm(posted(request), contract=contract, initial=initial)
    saved = save(form, partial(actions.create_action, contract=contract, by=request.member))
    if saved.row:
        return done(request, "The action is opened.", saved.row)
    return form_page(
        request,
        contract,
        saved,
        title="New action",
        button="Open the action",
        back=crumbs[-1][1],
        crumbs=crumbs,
        lede="Mend it, and keep it from coming back. Leave open what you don’t know yet.",
    )


def _asked(request: MemberRequest, name: str, among: Any) -> Any:
    """The row of this contract that the address names, if it does."""
    said = request.GET.get(name, "")
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        return None
    return among.filter(pk=int(said)).first()


@member_view(Perm.REVIEW_VIEW)
def action_detail(request: MemberRequest, action_id: int) -> HttpResponse:
    """What is done about it, where it stands, and whether it helped."""
    action = _action(request, action_id)
    context = {**contract_frame(request, action.contract, ISSUES), "action": action}
    if action.done_on:
        context["helped_from_on"], _ = check_window(action.done_on)
        context["since"] = queries.measured_since(action)
    return page(request, "reviews/action_detail.html", context, part="content")


@member_view(Perm.REVIEW_EDIT)
def edit_action(request: MemberRequest, action_id: int) -> HttpResponse:
    """Change what is to be done, by whom or until when."""
    action = _action(request, action_id)
    form = EditActionForm(posted(request), contract=action.contract, initial=initial_of(action))
    saved = save(form, partial(actions.edit_action, action=action, by=request.member))
    if saved.row:
        return done(request, "Saved.", saved.row)
    return _page(request, action, saved, "Edit the action", "Save")


@member_view(Perm.REVIEW_EDIT)
def finish_action(request: MemberRequest, action_id: int) -> HttpResponse:
    """It was done; the evidence, and when to look whether it helped."""
    action = _action(request, action_id)
    today = timezone.localdate()
    initial = {
        "version": action.version,
        "evidence": action.evidence,
        "done_on": action.done_on or today,
        "check_on": action.check_on or today + dt.timedelta(days=USUAL_CHECK_DAYS),
    }
    form = FinishForm(posted(request), initial=initial)
    saved = save(form, partial(actions.finish_action, action=action, by=request.member))
    if saved.row:
        return done(request, "Done. You are reminded to look whether it helped.", saved.row)
    return _page(request, action, saved, "It was done", "Note that it was done", action.title)


@member_view(Perm.REVIEW_EDIT)
def check_action(request: MemberRequest, action_id: int) -> HttpResponse:
    """Did it help?"""
    action = _action(request, action_id)
    form = CheckForm(posted(request), initial={"version": action.version})
    act = partial(actions.check_action, action=action, by=request.member)
    saved = save(form, act, compare=nothing)
    if saved.row:
        helped = saved.row.state == CorrectiveAction.State.EFFECTIVE
        words = "Good: it helped." if helped else "It is open again."
        return done(request, words, saved.row)
    return _page(request, action, saved, "Did it help?", "Save", action.title)


@member_view(Perm.REVIEW_EDIT)
def reopen_action(request: MemberRequest, action_id: int) -> HttpResponse:
    """It had helped, and came back."""
    action = _action(request, action_id)
    form = ComeBackForm(posted(request), initial={"version": action.version})
    act = partial(actions.reopen_action, action=action, by=request.member)
    saved = save(form, act, compare=nothing)
    if saved.row:
        return done(request, "The action is open again.", saved.row)
    return _page(request, action, saved, "It came back", "Open it again", action.title)


@member_view(Perm.REVIEW_EDIT)
def cancel_action(request: MemberRequest, action_id: int) -> HttpResponse:
    """It is not needed any more."""
    action = _action(request, action_id)
    form = CancelForm(posted(request), initial={"version": action.version})
    saved = save(form, partial(actions.cancel_action, action=action, by=request.member))
    if saved.row:
        return done(request, "The action is cancelled.", saved.row)
    return _page(request, action, saved, "Cancel the action", "Cancel it", action.title)


def _action(request: MemberRequest, action_id: int) -> CorrectiveAction:
    rows = request.org.correctiveaction_set.select_related(*PEOPLE)
    action: CorrectiveAction = get_object_or_404(rows, pk=action_id)
    action.organization = request.org
    action.contract = find_contract(request, action.contract_id)
    for row in (action.issue, action.review):
        if row:
            row.organization = request.org
    return action


def _page(
    request: MemberRequest,
    action: CorrectiveAction,
    saved: Saved,
    title: str,
    button: str,
    lede: str = "",
    **more: Any,
) -> HttpResponse:
    back = action.get_absolute_url()
    log = of_contract(request, "contract_issues", action.contract)
    crumbs = [("Issues and actions", log), (action.title, back)]
    return form_page(
        request,
        action.contract,
        saved,
        title=title,
        button=button,
        back=back,
        crumbs=crumbs,
        lede=lede,
        **more,
    )
