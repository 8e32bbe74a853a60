"""Pages of a request for proposals: what it is, who is asked, until when."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import Saved, save
from core.http import page
from evaluations import request_order, request_queries
from evaluations.actions import request_opening, request_sending
from evaluations.actions import requests as actions
from evaluations.forms.requests import (
    DeadlineForm,
    ProposalRequestForm,
    ReasonForm,
    RecipientsForm,
)
from evaluations.forms.setup import VersionOnlyForm
from evaluations.models import Evaluation, ProposalRequest
from evaluations.views.request_frame import (
    QUESTIONS,
    back_to,
    context_of,
    find_evaluation,
    form_page,
    none_yet,
    pressed,
    refused,
    request_of,
    told,
)
from evaluations.views.shared import posted

NAMES = ("title", "introduction", "deadline_at", "questions_until_on", "version")
CHANGED = "Somebody changed this request meanwhile. Look again, then send it."


@member_view(Perm.EVALUATION_VIEW)
def proposal_request(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Where the request stands and who has handed in; never what was answered."""
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    now = timezone.now()
    context = {
        **context_of(request, evaluation, row),
        "may_edit": request.member.can(Perm.EVALUATION_MANAGE),
        "candidates": evaluation.candidates.exclude(vendor=None).count(),
    }
    if row is not None:
        context |= _state(row, now)
    return render(request, "evaluations/proposal_request.html", context)


def _state(row: ProposalRequest, now: Any) -> dict[str, Any]:
    lines = request_queries.recipients(row, now)
    asked = [line for line in lines if line.is_asked]
    handed_in = [line for line in asked if line.delivery.label == request_queries.HANDED_IN]
    is_over = row.deadline_at is not None and row.deadline_at <= now
    messages = list(row.asked.select_related("answered_by__user").order_by("asked_at", "pk"))
    return {
        "lines": lines,
        "asked_count": len(asked),
        "chosen_count": sum(line.proposal is not None for line in lines),
        "handed_in": len(handed_in),
        "question_count": row.questions.count(),
        "is_over": is_over,
        "waits": row.is_sent and not is_over,
        "to_answer": [one for one in messages if not one.answered_at],
        "published": [one for one in messages if one.answered_at],
    }


@member_view(Perm.EVALUATION_MANAGE)
def create_proposal_request(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Begin one, with what the plan says already."""
    evaluation = find_evaluation(request, evaluation_id)
    if request_of(request, evaluation) is not None:
        return none_yet(request, evaluation)
    initial = {
        "title": evaluation.title,
        "introduction": request_queries.first_introduction(evaluation),
        "version": 1,
    }
    form = ProposalRequestForm(posted(request), initial=initial)

    def act(version: int, **values: Any) -> ProposalRequest:
        return actions.create_proposal_request(evaluation=evaluation, by=request.member, **values)

    saved = save(form, act)
    if saved.row:
        return told(request, "Begun. Now the questions.", evaluation.pk, QUESTIONS)
    return form_page(
        request,
        None,
        evaluation,
        saved,
        title="Ask for proposals",
        button="Go on to the questions",
        lede="All candidates get the same request, each by a private link, and answer until one deadline.",
    )


@member_view(Perm.EVALUATION_MANAGE)
def edit_proposal_request(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        return none_yet(request, evaluation)
    if not row.is_draft:
        return refused(request, actions.SENT, evaluation.pk)
    form = ProposalRequestForm(posted(request), initial=_initial(row, NAMES))
    form.was = row.deadline_at
    act = partial(actions.edit_proposal_request, proposal_request=row, by=request.member)
    saved = save(form, act)
    if saved.row:
        return told(request, "Saved.", evaluation.pk)
    return form_page(
        request, row, evaluation, saved, title="Introduction and deadline", button="Save"
    )


def _initial(row: ProposalRequest, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def delete_proposal_request(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    act = actions.delete_proposal_request
    return pressed(request, evaluation_id, act, "The draft is deleted.")


@member_view(Perm.EVALUATION_VIEW)
def preview_request(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """As vendors read it."""
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        return none_yet(request, evaluation)
    sections = request_order.sections(request_queries.questions_of(row))
    context = {**context_of(request, evaluation, row), "sections": sections}
    return render(request, "evaluations/preview_request.html", context)


@member_view(Perm.EVALUATION_MANAGE)
def choose_recipients(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Which candidates, and whom there; once the request is sent: further ones, who are asked at once."""
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        return none_yet(request, evaluation)
    if not (row.is_draft or row.is_sent):
        return back_to(request, evaluation.pk)
    people = request_queries.proposed_people(row)
    form = RecipientsForm(posted(request), people=people, initial={"version": row.version})
    action = actions.choose_recipients if row.is_draft else request_sending.ask_more

    def act(values: dict[str, Any], version: int) -> ProposalRequest:
        return action(
            proposal_request=row, values=values["chosen"], version=version, by=request.member
        )

    saved = save(form, act, compare=_nothing)
    if saved.row:
        words = "Saved. Nobody is asked yet." if row.is_draft else "They are asked."
        return told(request, words, evaluation.pk)
    context = {**context_of(request, evaluation, row), **saved.context}
    return page(request, "evaluations/choose_recipients.html", context, status=saved.status)


def _nothing(form: Any, current: Any) -> list[tuple[str, str, str]]:
    """Beside each other the names would say nothing: the form shows all."""
    return []


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def send_request(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    evaluation = find_evaluation(request, evaluation_id)
    form = VersionOnlyForm(request.POST)
    if not form.is_valid():
        return refused(request, CHANGED, evaluation.pk)
    act = partial(request_sending.send_request, version=form.cleaned_data["version"])
    done = "Sent. Answers are sealed until the deadline, for you as well."
    return pressed(request, evaluation_id, act, done)


@member_view(Perm.EVALUATION_MANAGE)
def move_deadline(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """More time for all; everybody is told."""
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        return none_yet(request, evaluation)
    form = DeadlineForm(
        posted(request), initial=_initial(row, ("deadline_at", "questions_until_on", "version"))
    )
    act = partial(request_sending.move_deadline, proposal_request=row, by=request.member)
    return _form_of_sent(
        request,
        evaluation,
        row,
        save(form, act),
        done="The deadline is moved, and all vendors are told.",
        title="Give more time",
        button="Move the deadline and tell all",
        lede="It can only be moved later: vendors rely on the time they were given.",
    )


@member_view(Perm.EVALUATION_MANAGE)
def withdraw_request(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Call it off; all answers are deleted unread."""
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        return none_yet(request, evaluation)
    form = ReasonForm(posted(request), initial={"version": row.version})
    act = partial(request_sending.withdraw_request, proposal_request=row, by=request.member)
    return _form_of_sent(
        request,
        evaluation,
        row,
        save(form, act, compare=_nothing),
        done="Withdrawn. All vendors are told, and their answers are deleted unread.",
        title="Withdraw the request",
        button="Withdraw and tell all",
        lede="All links stop working, and what vendors have answered is deleted unread. This can’t be undone.",
        danger=True,
    )


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def prepare_again(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    act = request_sending.prepare_again
    return pressed(request, evaluation_id, act, "It is a draft again. Nobody is asked yet.")


def _form_of_sent(
    request: MemberRequest,
    evaluation: Evaluation,
    row: ProposalRequest,
    saved: Saved,
    *,
    done: str,
    **words: Any,
) -> HttpResponse:
    """A form about a request that was sent; of any other there is nothing to show."""
    if saved.row:
        return told(request, done, evaluation.pk)
    if not row.is_sent:
        return back_to(request, evaluation.pk)
    return form_page(request, row, evaluation, saved, **words)


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def open_proposals(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """By hand, where the worker has not been here yet."""
    act, compare = request_opening.open_proposals, "evaluations:proposals_compare"
    return pressed(request, evaluation_id, act, "The proposals are open.", compare)
