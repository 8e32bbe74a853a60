"""Meetings outside the reviews, and both sides' ideas with what became of them."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.models import Contract
from core.editing import Saved, save
from core.http import page
from reviews import improving_queries as queries
from reviews.actions import meetings as actions
from reviews.forms.meetings import (
    CreateIdeaForm,
    CreateMeetingForm,
    DecideIdeaForm,
    EditIdeaForm,
    EditMeetingForm,
)
from reviews.models import Idea, Meeting
from reviews.views.frame import MEETINGS, contract_frame, find_contract
from reviews.views.improving_pages import done, form_page, of_contract, posted

LIST = "meeting_list"


@member_view(Perm.REVIEW_VIEW)
def meeting_list(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Ideas, those not decided yet first, and meetings, the newest first."""
    contract = find_contract(request, contract_id)
    context = {
        **contract_frame(request, contract, MEETINGS),
        "ideas": queries.ideas_page(contract, request.GET.get("ideas")),
        "meetings": queries.meetings_page(contract, request.GET.get("page")),
    }
    return page(request, "reviews/meeting_list.html", context, part="content")


@member_view(Perm.REVIEW_EDIT)
def create_meeting(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Note who met whom, and what was said."""
    contract = find_contract(request, contract_id)
    form = CreateMeetingForm(posted(request), initial={"held_on": timezone.localdate()})
    saved = save(form, partial(actions.create_meeting, contract=contract, by=request.member))
    if saved.row:
        return done(request, "The meeting is noted.", of_contract(request, LIST, contract))
    return _page(request, contract, saved, "New meeting", "Note the meeting")


@member_view(Perm.REVIEW_EDIT)
def edit_meeting(request: MemberRequest, meeting_id: int) -> HttpResponse:
    """Change what was noted."""
    meeting: Meeting = get_object_or_404(request.org.meeting_set, pk=meeting_id)
    meeting.contract = find_contract(request, meeting.contract_id)
    form = EditMeetingForm(posted(request), initial=_stored(meeting, actions.MEETING_FIELDS))
    saved = save(form, partial(actions.edit_meeting, meeting=meeting, by=request.member))
    if saved.row:
        return done(request, "Saved.", of_contract(request, LIST, meeting.contract))
    return _page(request, meeting.contract, saved, f"Edit: {meeting.title}", "Save")


@member_view(Perm.REVIEW_EDIT)
def create_idea(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Note what one side proposed."""
    contract = find_contract(request, contract_id)
    initial = {"proposed_on": timezone.localdate()}
    form = CreateIdeaForm(posted(request), contract=contract, initial=initial)
    saved = save(form, partial(actions.create_idea, contract=contract, by=request.member))
    if saved.row:
        return done(request, "The idea is noted.", of_contract(request, LIST, contract))
    return _page(request, contract, saved, "New idea", "Note the idea")


@member_view(Perm.REVIEW_EDIT)
def edit_idea(request: MemberRequest, idea_id: int) -> HttpResponse:
    """Change what was noted about it."""
    idea = _idea(request, idea_id)
    initial = _stored(idea, actions.IDEA_FIELDS)
    form = EditIdeaForm(posted(request), contract=idea.contract, initial=initial)
    saved = save(form, partial(actions.edit_idea, idea=idea, by=request.member))
    if saved.row:
        return done(request, "Saved.", of_contract(request, LIST, idea.contract))
    return _page(request, idea.contract, saved, f"Edit: {idea.title}", "Save")


@member_view(Perm.REVIEW_EDIT)
def decide_idea(request: MemberRequest, idea_id: int) -> HttpResponse:
    """Say what became of it."""
    idea = _idea(request, idea_id)
    initial = {
        "version": idea.version,
        "outcome_note": idea.outcome_note,
        "decided_on": idea.decided_on or timezone.localdate(),
    }
    if idea.outcome != Idea.Outcome.OPEN:  # nothing is answered beforehand
        initial["outcome"] = idea.outcome
    form = DecideIdeaForm(posted(request), initial=initial)
    saved = save(form, partial(actions.decide_idea, idea=idea, by=request.member))
    if saved.row:
        return done(request, "Saved.", of_contract(request, LIST, idea.contract))
    title = "What became of it?"
    return _page(request, idea.contract, saved, title, "Save", lede=idea.title)


def _idea(request: MemberRequest, idea_id: int) -> Idea:
    rows = request.org.idea_set.select_related("meeting")
    idea: Idea = get_object_or_404(rows, pk=idea_id)
    idea.organization = request.org
    idea.contract = find_contract(request, idea.contract_id)
    return idea


def _stored(row: Any, names: list[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in [*names, "version"]}


def _page(
    request: MemberRequest,
    contract: Contract,
    saved: Saved,
    title: str,
    button: str,
    lede: str = "",
) -> HttpResponse:
    back = of_contract(request, LIST, contract)
    crumbs = [("Meetings and ideas", back)]
    return form_page(
        request,
        contract,
        saved,
        title=title,
        button=button,
        back=back,
        crumbs=crumbs,
        lede=lede,
    )
