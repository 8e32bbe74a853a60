"""What is done about one vendor who was asked, and what is told to all of them meanwhile."""

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from activity.links import url_of
from core.editing import save
from core.errors import Refused
from evaluations import request_mail
from evaluations.actions import request_sending as actions
from evaluations.forms.requests import AnswerForm, NoticeForm, ResendForm
from evaluations.views.request_frame import (
    back_to,
    context_of,
    find_evaluation,
    find_proposal,
    form_page,
    none_yet,
    refused,
    request_of,
    told,
)
from evaluations.views.shared import posted


@member_view(Perm.EVALUATION_MANAGE)
def resend_proposal(request: MemberRequest, evaluation_id: int, proposal_id: int) -> HttpResponse:
    """Mail the link again, or to somebody else."""
    proposal = find_proposal(request, evaluation_id, proposal_id)
    row = proposal.proposal_request
    names = ("name", "email", "time_zone", "version")
    form = ResendForm(posted(request), initial={name: getattr(proposal, name) for name in names})
    act = partial(actions.resend_proposal, proposal=proposal, by=request.member)
    saved = save(form, act)
    if saved.row:
        words = f"{saved.row.name} gets the link by mail." if saved.row.email else "Saved."
        return told(request, words, evaluation_id)
    return form_page(
        request,
        row,
        row.evaluation,
        saved,
        title=f"Ask {proposal.candidate.name} again",
        button="Send the link",
        lede="What they have answered stays. If somebody got the link who should not have it, withdraw it "
        "first.",
    )


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def withdraw_proposal_link(
    request: MemberRequest, evaluation_id: int, proposal_id: int
) -> HttpResponse:
    proposal = find_proposal(request, evaluation_id, proposal_id)
    try:
        actions.withdraw_proposal_link(proposal=proposal, by=request.member)
    except Refused as error:
        return refused(request, str(error), evaluation_id)
    return told(request, "The link does not work any more.", evaluation_id)


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def show_proposal_link(
    request: MemberRequest, evaluation_id: int, proposal_id: int
) -> HttpResponse:
    """The link to copy, as long as the vendor has not begun; that somebody looked is written down."""
    proposal = find_proposal(request, evaluation_id, proposal_id)
    row = proposal.proposal_request
    try:
        actions.note_link_shown(proposal=proposal, by=request.member)
    except Refused as error:
        return refused(request, str(error), evaluation_id)
    context = {
        **context_of(request, row.evaluation, row),
        "proposal": proposal,
        "link": url_of(proposal, request_mail.ANSWER),
    }
    return render(request, "evaluations/show_proposal_link.html", context)


# Questions of vendors -------------------------------------------------------------------------------


@member_view(Perm.EVALUATION_MANAGE)
def answer_vendor_question(
    request: MemberRequest, evaluation_id: int, asked_id: int
) -> HttpResponse:
    """To all vendors; who asked stands nowhere."""
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        raise Http404
    asked = get_object_or_404(row.asked, pk=asked_id)
    asked.proposal_request = row
    names = ("question", "answer", "version")
    form = AnswerForm(posted(request), initial={name: getattr(asked, name) for name in names})
    saved = save(form, partial(actions.answer_vendor_question, asked=asked, by=request.member))
    if saved.row:
        return told(request, "Answered. All vendors get a mail.", evaluation.pk)
    if asked.answered_at and not form.is_bound:
        return back_to(request, evaluation.pk)
    return form_page(
        request, row, evaluation, saved, title="Answer a question", button="Answer to all vendors"
    )


@member_view(Perm.EVALUATION_MANAGE)
def publish_notice(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        return none_yet(request, evaluation)
    form = NoticeForm(posted(request))
    act: Any = partial(actions.publish_notice, proposal_request=row, by=request.member)
    saved = save(form, act)
    if saved.row:
        return told(request, "Published. All vendors get a mail.", evaluation.pk)
    if not row.is_sent or (row.deadline_at and row.deadline_at <= timezone.now()):
        return back_to(request, evaluation.pk)
    return form_page(
        request,
        row,
        evaluation,
        saved,
        title="Tell all vendors something",
        button="Publish and mail to all",
        lede="For what you forgot to say, or to correct something.",
    )
