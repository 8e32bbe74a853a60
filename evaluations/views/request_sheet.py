"""The request as a spreadsheet, for a vendor who answers that way, and typing in what came back."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.errors import Refused
from core.exports import XLSX, attached
from core.spreadsheets import SpreadsheetProblem
from evaluations import request_queries
from evaluations.actions import proposal_answers as actions
from evaluations.forms.public_proposal import CURRENCIES
from evaluations.forms.requests import EnterSheetForm
from evaluations.models import Proposal
from evaluations.proposal_sheet import changes_of, read_sheet, sheet_of
from evaluations.proposal_values import Given
from evaluations.views.request_frame import (
    back_to,
    find_evaluation,
    find_proposal,
    form_page,
    none_yet,
    request_of,
    told,
)

SHOWN_PROBLEMS = 10


@member_view(Perm.EVALUATION_MANAGE)
def request_sheet(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """All questions as a workbook, to be filled in elsewhere; without any answer."""
    evaluation = find_evaluation(request, evaluation_id)
    row = request_of(request, evaluation)
    if row is None:
        return none_yet(request, evaluation)
    return attached(sheet_of(request_queries.questions_of(row), {}), XLSX, "proposal.xlsx")


@member_view(Perm.EVALUATION_MANAGE)
def enter_proposal(request: MemberRequest, evaluation_id: int, proposal_id: int) -> HttpResponse:
    """Type in a filled-in spreadsheet for the vendor. It is sealed like every other answer."""
    proposal = find_proposal(request, evaluation_id, proposal_id)
    row = proposal.proposal_request
    is_post = request.method == "POST"
    form = EnterSheetForm(request.POST if is_post else None, request.FILES if is_post else None)
    saved = save(form, partial(_enter, proposal, request.member))
    if saved.row:
        return told(request, _done(saved.row.proposal), evaluation_id)
    is_over = row.deadline_at is None or row.deadline_at <= timezone.now()
    if not form.is_bound and (not row.is_sent or is_over or proposal.answered_at):
        messages.info(request, "Answers can be entered from the sending to the deadline.")
        return back_to(request, evaluation_id)
    return form_page(
        request,
        row,
        row.evaluation,
        saved,
        title=f"Enter the answers of {proposal.candidate.name}",
        button="Enter them",
        lede="For a vendor who sent the spreadsheet back instead of using the page. You have read it, so it is "
        "sealed only for the others; it is noted that you entered it.",
        has_file=True,
        sheet_link=True,
    )


def _enter(proposal: Proposal, by: Any, values: dict[str, Any]) -> actions.Kept:
    """Refused with every cell that can't be read; then nothing is entered."""
    upload = values["file"]
    questions = request_queries.questions_of(proposal.proposal_request)
    try:
        sheet = read_sheet(upload.read(), upload.name, questions)
    except SpreadsheetProblem as error:
        raise Refused(str(error), field="file") from None
    changes = changes_of(sheet, questions, {}, CURRENCIES)
    problems = [*sheet.problems, *(words for change in changes for words in change.errors)]
    if problems or not changes:
        more = len(problems) - SHOWN_PROBLEMS
        shown = problems[:SHOWN_PROBLEMS] + ([f"And {more} more."] if more > 0 else [])
        raise Refused(" ".join(shown) or "There is no answer in this file.", field="file")
    given = {change.question.pk: Given(change.value) for change in changes}
    return actions.enter_answers(proposal=proposal, given=given, by=by, hands_in=values["hands_in"])


def _done(proposal: Proposal) -> str:
    if proposal.answered_at:
        return "Entered and handed in. It is sealed until the deadline."
    return "Entered and sealed. It is not handed in yet."
