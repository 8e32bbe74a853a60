"""What the pages of a request for proposals share: how it is found, and a form on a page of its own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.access import MemberRequest
from core.editing import Saved
from core.errors import Refused
from core.http import go, page
from evaluations.models import Evaluation, Proposal, ProposalRequest
from evaluations.views.frame import SETUP, frame

HERE = "evaluations:proposal_request"
QUESTIONS = "evaluations:request_questions"


def find_evaluation(request: MemberRequest, evaluation_id: int) -> Evaluation:
    rows = request.org.evaluation_set.select_related("plan__service", "created_by__user")
    evaluation: Evaluation = get_object_or_404(rows, pk=evaluation_id)
    evaluation.organization = request.org
    return evaluation


def request_of(request: MemberRequest, evaluation: Evaluation) -> ProposalRequest | None:
    """The request of an evaluation; None as long as there is none."""
    rows = request.org.proposalrequest_set.select_related("sent_by__user", "created_by__user")
    row: ProposalRequest | None = rows.filter(evaluation=evaluation).first()
    if row is not None:
        row.evaluation, row.organization = evaluation, request.org
    return row


def find_proposal(request: MemberRequest, evaluation_id: int, proposal_id: int) -> Proposal:
    """With its request and evaluation; 404 if it is not of this evaluation."""
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        raise Http404
    rows = row.proposals.select_related("candidate", "mail", "receipt_mail", "entered_by__user")
    proposal: Proposal = get_object_or_404(rows, pk=proposal_id)
    proposal.proposal_request, proposal.organization = row, request.org
    return proposal


def context_of(
    request: MemberRequest, evaluation: Evaluation, row: ProposalRequest | None
) -> dict[str, Any]:
    """Of every page about a request."""
    return {**frame(request, evaluation, SETUP), "row": row}


def back_to(request: MemberRequest, evaluation_id: int, name: str = HERE) -> HttpResponse:
    return go(request, name, org=request.org.slug, evaluation_id=evaluation_id)


def none_yet(request: MemberRequest, evaluation: Evaluation) -> HttpResponse:
    """To the page that teaches how to begin."""
    return redirect(HERE, org=request.org.slug, evaluation_id=evaluation.pk)


def told(request: MemberRequest, words: str, evaluation_id: int, name: str = HERE) -> HttpResponse:
    messages.success(request, words)
    return back_to(request, evaluation_id, name)


def refused(
    request: MemberRequest, words: str, evaluation_id: int, name: str = HERE
) -> HttpResponse:
    messages.error(request, words)
    return back_to(request, evaluation_id, name)


def pressed(
    request: MemberRequest,
    evaluation_id: int,
    act: Callable[..., Any],
    done: str,
    name: str = HERE,
) -> HttpResponse:
    """A button about the request: `act(proposal_request=…, by=…)`, then the page `name`."""
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        return none_yet(request, evaluation)
    try:
        act(proposal_request=row, by=request.member)
    except Refused as error:
        return refused(request, str(error), evaluation.pk)
    return told(request, done, evaluation.pk, name)


def form_page(
    request: MemberRequest,
    row: ProposalRequest | None,
    evaluation: Evaluation,
    saved: Saved,
    *,
    title: str,
    button: str,
    lede: str = "",
    back: str = HERE,
    **more: Any,
) -> HttpResponse:
    """One form on a page of its own; `back` is the name of the page where cancelling leads."""
    context = {
        **context_of(request, evaluation, row),
        "form_title": title,
        "button": button,
        "form_lede": lede,
        "back": back,
        **more,
        **saved.context,
    }
    return page(request, "evaluations/request_form.html", context, status=saved.status)
