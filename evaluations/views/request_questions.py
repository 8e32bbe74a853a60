"""The questions of a request for proposals, until it is sent."""

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.errors import Refused
from evaluations import request_order, request_queries
from evaluations.actions import requests as actions
from evaluations.forms.requests import QuestionForm, question_initial
from evaluations.models import Evaluation, ProposalRequest, RequestQuestion
from evaluations.views.request_frame import (
    QUESTIONS,
    context_of,
    find_evaluation,
    form_page,
    none_yet,
    refused,
    request_of,
    told,
)
from evaluations.views.shared import posted

MOVES = {
    "up": (request_order.UP, False),
    "down": (request_order.DOWN, False),
    "section_up": (request_order.UP, True),
    "section_down": (request_order.DOWN, True),
}


@member_view(Perm.EVALUATION_VIEW)
def request_questions(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """All questions, and those that plan and criteria offer besides."""
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        return none_yet(request, evaluation)
    questions = request_queries.questions_of(row)
    may_edit = row.is_draft and request.member.can(Perm.EVALUATION_MANAGE)
    offered = request_queries.offered(evaluation, questions) if may_edit else []
    context = {
        **context_of(request, evaluation, row),
        "sections": request_order.sections(questions),
        "question_count": len(questions),
        "offered": _by_section(offered),
        "offered_count": len(offered),
        "may_edit": may_edit,
    }
    return render(request, "evaluations/request_questions.html", context)


def _by_section(offered: list[Any]) -> list[tuple[str, list[Any]]]:
    found: dict[str, list[Any]] = {}
    for starter in offered:
        found.setdefault(starter.section, []).append(starter)
    return list(found.items())


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def take_starters(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Add the ticked ones of those on offer."""
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        return none_yet(request, evaluation)
    ticked = set(request.POST.getlist("starter"))
    questions = request_queries.questions_of(row)
    chosen = [one for one in request_queries.offered(evaluation, questions) if one.key in ticked]
    try:
        added = actions.take_starters(proposal_request=row, chosen=chosen, by=request.member)
    except Refused as error:
        return refused(request, str(error), evaluation.pk, QUESTIONS)
    if not added:
        return refused(request, "Tick at least one question.", evaluation.pk, QUESTIONS)
    words = "1 question is added." if added == 1 else f"{added} questions are added."
    return told(request, f"{words} Reword them as you like.", evaluation.pk, QUESTIONS)


@member_view(Perm.EVALUATION_MANAGE)
def add_question(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        return none_yet(request, evaluation)
    if not row.is_draft:
        return refused(request, actions.SENT, evaluation.pk, QUESTIONS)
    initial = {"version": row.version, "section": request.GET.get("section", "")[:120]}
    form = QuestionForm(posted(request), proposal_request=row, initial=initial)
    act = partial(actions.add_question, proposal_request=row, by=request.member)
    saved = save(form, act, compare=_nothing)
    if saved.row:
        return told(request, "Added.", evaluation.pk, QUESTIONS)
    return _page(request, evaluation, row, saved, title="Add a question", button="Add it")


@member_view(Perm.EVALUATION_MANAGE)
def edit_question(
    request: MemberRequest, evaluation_id: int, request_question_id: int
) -> HttpResponse:
    evaluation, row, question = _find(request, evaluation_id, request_question_id)
    if not row.is_draft:
        return refused(request, actions.SENT, evaluation.pk, QUESTIONS)
    initial = {**question_initial(question), "version": row.version}
    form = QuestionForm(posted(request), proposal_request=row, initial=initial)
    act = partial(actions.edit_question, question=question, by=request.member)
    saved = save(form, act, compare=_nothing)
    if saved.row:
        return told(request, "Saved.", evaluation.pk, QUESTIONS)
    return _page(request, evaluation, row, saved, title="Edit a question", button="Save")


def _page(
    request: MemberRequest, evaluation: Evaluation, row: ProposalRequest, saved: Any, **words: str
) -> HttpResponse:
    sections = row.questions.order_by("section").values_list("section", flat=True).distinct()
    return form_page(
        request, row, evaluation, saved, back=QUESTIONS, section_names=sections, **words
    )


def _nothing(form: Any, current: Any) -> list[tuple[str, str, str]]:
    """Some part of the request was changed, most often another question."""
    return []


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def remove_question(
    request: MemberRequest, evaluation_id: int, request_question_id: int
) -> HttpResponse:
    evaluation, _, question = _find(request, evaluation_id, request_question_id)
    try:
        actions.remove_question(question=question, by=request.member)
    except Refused as error:
        return refused(request, str(error), evaluation.pk, QUESTIONS)
    return told(request, "Removed.", evaluation.pk, QUESTIONS)


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def move_question(
    request: MemberRequest, evaluation_id: int, request_question_id: int
) -> HttpResponse:
    """`to`: up, down, section_up or section_down."""
    evaluation, _, question = _find(request, evaluation_id, request_question_id)
    step, whole_section = MOVES.get(request.POST.get("to", ""), MOVES["up"])
    try:
        actions.move_question(
            question=question, step=step, whole_section=whole_section, by=request.member
        )
    except Refused as error:
        return refused(request, str(error), evaluation.pk, QUESTIONS)
    return told(request, "Moved.", evaluation.pk, QUESTIONS)


def _find(
    request: MemberRequest, evaluation_id: int, request_question_id: int
) -> tuple[Evaluation, ProposalRequest, RequestQuestion]:
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        raise Http404
    question: RequestQuestion = get_object_or_404(row.questions, pk=request_question_id)
    question.proposal_request = row
    return evaluation, row, question
