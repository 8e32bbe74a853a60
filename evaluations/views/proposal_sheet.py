"""Answering a request in a spreadsheet: taken away, filled in, and looked at before anything is saved."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from activity.links import token_of
from core.exports import XLSX, attached
from core.spreadsheets import SpreadsheetProblem
from core.visits import link_gone, visitor_view
from evaluations.forms.public_proposal import CURRENCIES, SheetForm
from evaluations.models import Proposal
from evaluations.proposal_page import OPEN, OVER, Page, page_of, phase_of
from evaluations.proposal_sheet import changes_of, read_sheet, sheet_of
from evaluations.proposal_values import typed_answer
from evaluations.views.public_proposal import HOME, MOST_VISITS, for_vendor


@visitor_view("proposal", most=MOST_VISITS)
def proposal_sheet(request: HttpRequest, token: str) -> HttpResponse:
    """All questions as a workbook, with what was answered so far."""

    def answer(request: HttpRequest, proposal: Proposal, token: str) -> HttpResponse:
        if phase_of(proposal, timezone.now()) == OVER:
            return link_gone(request)
        page = page_of(proposal, CURRENCIES)
        questions, values = _contents(page)
        return attached(sheet_of(questions, values), XLSX, "proposal.xlsx")

    return for_vendor(request, token, answer)


@visitor_view("proposal", most=MOST_VISITS)
def upload_proposal_sheet(request: HttpRequest, token: str) -> HttpResponse:
    """What a filled-in spreadsheet would change, and what of it can't be read; saved is nothing yet."""

    def answer(request: HttpRequest, proposal: Proposal, token: str) -> HttpResponse:
        if request.method != "POST" or phase_of(proposal, timezone.now()) != OPEN:
            return redirect(HOME, token=token)
        return _preview(request, proposal)

    return for_vendor(request, token, answer)


def _preview(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    form = SheetForm(request.POST, request.FILES)
    context: dict[str, Any] = {
        "form": form,
        "proposal": proposal,
        "asked_for": proposal.proposal_request,
        "org": proposal.organization,
        "token": token_of(proposal),
    }
    if form.is_valid():
        context |= _read(form, page_of(proposal, CURRENCIES))
    status = 422 if form.errors else 200
    return render(request, "evaluations/proposal_sheet.html", context, status=status)


def _read(form: SheetForm, page: Page) -> dict[str, Any]:
    upload = form.cleaned_data["file"]
    questions, values = _contents(page)
    try:
        sheet = read_sheet(upload.read(), upload.name, questions)
    except SpreadsheetProblem as error:
        form.add_error("file", str(error))
        return {}
    marks = {shown.question.pk: shown.mark for shown in page}
    changes = [
        {
            "question": change.question,
            "now": values.get(change.question.pk, {}),
            "new": change.value,
            "errors": change.errors,
            "fields": _fields(change.question, change.value, marks[change.question.pk]),
        }
        for change in changes_of(sheet, questions, values, CURRENCIES)
    ]
    good = sum(1 for change in changes if not change["errors"])
    return {"changes": changes, "good": good, "problems": sheet.problems}


def _fields(question: Any, value: dict[str, Any], mark: str) -> list[tuple[str, str]]:
    """As the page itself would post it: one way in, with the same checks."""
    name = f"q{question.pk}"
    typed = typed_answer(question, value)
    fields = [(f"{name}-{key}" if key else name, said) for key, said in typed.items() if said]
    return [(f"{name}-shown", mark), *fields]


def _contents(page: Page) -> tuple[list[Any], dict[int, Any]]:
    shown = list(page)
    return [one.question for one in shown], {one.question.pk: one.value for one in shown}
