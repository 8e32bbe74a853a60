"""Proposals side by side, once they are open: on screen, as a file, one by one."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.exports import file_of
from core.http import send_file
from core.spreadsheets import Value
from evaluations import request_queries
from evaluations.answer_words import in_words
from evaluations.models import ProposalRequest
from evaluations.request_queries import Comparison
from evaluations.views.request_frame import (
    HERE,
    context_of,
    find_evaluation,
    find_proposal,
    request_of,
)
from evaluations.views.shared import ids

SEALED = "The answers are sealed until the deadline. Until then nobody can read them, you neither."


@member_view(Perm.EVALUATION_VIEW)
def proposals_compare(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Questions down, candidates across; `?criterion=` only those that are judged by it."""
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None or not row.is_opened:
        return _sealed(request, evaluation_id)
    criterion = _criterion(request, row)
    context = {
        **context_of(request, evaluation, row),
        "found": request_queries.comparison(row, criterion=criterion.pk if criterion else None),
        "criterion": criterion,
        "may_edit": request.member.can(Perm.EVALUATION_MANAGE),
    }
    return render(request, "evaluations/proposals_compare.html", context)


def _criterion(request: MemberRequest, row: ProposalRequest) -> Any:
    asked = ids([request.GET.get("criterion", "")])
    return row.evaluation.criteria.filter(pk__in=asked).first() if asked else None


def _sealed(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    messages.info(request, SEALED)
    return redirect(HERE, org=request.org.slug, evaluation_id=evaluation_id)


@member_view(Perm.EVALUATION_VIEW)
def export_proposals(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """The same as a workbook."""
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None or not row.is_opened:
        return _sealed(request, evaluation_id)
    rows = _rows(request_queries.comparison(row))
    return file_of(rows, "xlsx", title="Proposals", slug=request.org.slug)


def _rows(found: Comparison) -> Iterator[list[Value]]:
    yield ["Section", "Question", "Judged by", *(one.candidate.name for one in found.proposals)]
    for name, lines in found.sections:
        for line in lines:
            question = line.question
            criterion = question.criterion.name if question.criterion else ""
            answers = [in_words(question, answer) for _, answer in line.pairs]
            yield [name, question.text, criterion, *answers]


@member_view(Perm.EVALUATION_VIEW)
def proposal_detail(request: MemberRequest, evaluation_id: int, proposal_id: int) -> HttpResponse:
    """All that one vendor has answered."""
    proposal = find_proposal(request, evaluation_id, proposal_id)
    row = proposal.proposal_request
    if not row.is_opened:
        return _sealed(request, evaluation_id)
    found = request_queries.comparison(row, proposal=proposal.pk)
    context = {
        **context_of(request, row.evaluation, row),
        "proposal": proposal,
        "sections": [
            (name, [(line.question, line.pairs[0][1]) for line in lines])
            for name, lines in (found.sections if found.proposals else [])
        ],
        "may_edit": request.member.can(Perm.EVALUATION_MANAGE),
    }
    return render(request, "evaluations/proposal_detail.html", context)


@member_view(Perm.EVALUATION_VIEW)
def proposal_file(
    request: MemberRequest, evaluation_id: int, proposal_id: int, request_question_id: int
) -> HttpResponse:
    """A file that a vendor has sent, once it is open."""
    proposal = find_proposal(request, evaluation_id, proposal_id)
    row = proposal.proposal_request
    get_object_or_404(row.questions, pk=request_question_id)
    if not row.is_opened:
        return _sealed(request, evaluation_id)
    answers = proposal.answers.select_related("file")
    answer = answers.filter(question=request_question_id).first()
    if answer is None or answer.file is None or answer.file.is_sealed:
        raise Http404
    at = request.org.slug, evaluation_id, proposal_id
    return send_file(request, answer.file, partial(redirect, "evaluations:proposal_detail", *at))
