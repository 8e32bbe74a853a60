"""Pages of scoring: the declaration, one's own scorecard, everybody's progress."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.http import page
from core.versions import Stale
from evaluations import costing_queries, score_known, scorecards
from evaluations.actions import scoring as actions
from evaluations.forms.scoring import (
    BadRequest,
    CellForm,
    DeclarationForm,
    ScorecardForm,
    posted_cell,
)
from evaluations.models import Evaluation, Scorecard
from evaluations.scorecards import Cell, Sheet
from evaluations.views.frame import SCORE, frame

SCORE_PAGE = "evaluations:score_evaluation"


@member_view(Perm.EVALUATION_VIEW)
def score_evaluation(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """One's own scorecard, whole or one candidate (?candidate=); for managers and readers the progress."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    scorecard = scorecards.own_scorecard(evaluation, request.member)
    sheet = None
    if scorecard and scorecard.has_conflict is False and not evaluation.in_setup:
        sheet = _sheet(scorecard, request.GET.get("candidate", ""))
    return _score_page(request, evaluation, scorecard, sheet)


def _sheet(scorecard: Scorecard, wanted: str) -> Sheet:
    """404 for a candidate that is not one of this evaluation's."""
    if not wanted:
        return scorecards.read_scorecard(scorecard)
    is_id = wanted.isascii() and wanted.isdigit() and len(wanted) < 19
    sheet = scorecards.read_scorecard(scorecard, int(wanted) if is_id else 0)
    if sheet.shown is None:
        raise Http404
    return sheet


def _score_page(
    request: MemberRequest,
    evaluation: Evaluation,
    scorecard: Scorecard | None,
    sheet: Sheet | None,
    *,
    status: int = 200,
    refusal: str = "",
    ask_missing: bool = False,
) -> HttpResponse:
    manages = request.member.can(Perm.EVALUATION_MANAGE)
    editable = bool(sheet and evaluation.is_scoring and not sheet.scorecard.submitted_at)
    context: dict[str, Any] = {
        **frame(request, evaluation, SCORE),
        "scorecard": scorecard,
        "sheet": sheet,
        "editable": editable,
        "form": None,
        "refusal": refusal,
        "ask_missing": ask_missing,
        "manages": manages,
        "evidence_choices": scorecards.evidence_choices(),
        "progress": None,
    }
    if sheet:
        context["known"] = score_known.known_for(sheet)
    if sheet and editable:
        marks = costing_queries.marks_for(evaluation, sheet.criteria)
        shown = sheet.shown.pk if sheet.shown else None
        context["cost_marks"] = [row for row in marks if shown in (None, row.candidate.pk)]
    if not evaluation.in_setup and (manages or scorecard is None):
        context["progress"] = scorecards.progress(evaluation)
    if scorecard and scorecard.has_conflict is None and evaluation.is_scoring:
        context["form"] = DeclarationForm(has_marks=False)
    return render(request, "evaluations/score_evaluation.html", context, status=status)


@member_view(Perm.SCORE)
def declare_conflict(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    evaluation, scorecard = own_or_404(request, evaluation_id)
    if request.method == "GET" and not evaluation.is_scoring:
        return to_score_page(request, evaluation_id)
    form = DeclarationForm(
        request.POST if request.method == "POST" else None,
        has_marks=scorecards.has_marks(scorecard),
        initial=_declared(scorecard),
    )
    if request.method == "POST" and form.is_valid():
        try:
            scorecard = actions.declare_conflict(
                evaluation_id=evaluation_id,
                has_conflict=form.has_conflict,
                note=form.cleaned_data["note"],
                confirmed=form.cleaned_data.get("confirm", False),
                by=request.member,
            )
        except Refused as error:
            form.add_error(
                "confirm" if isinstance(error, actions.ConflictAfterMarking) else None, str(error)
            )
        else:
            if scorecard.has_conflict:
                messages.success(request, "Thank you for saying so. Your marks will not count.")
            return to_score_page(request, evaluation_id)
    context = {**frame(request, evaluation, SCORE), "form": form, "scorecard": scorecard}
    return page(request, "evaluations/declare_conflict.html", context)


def _declared(scorecard: Scorecard) -> dict[str, str]:
    """What was declared before, to be changed; nothing is chosen the first time."""
    if scorecard.has_conflict is None:
        return {}
    said = DeclarationForm.CONFLICT if scorecard.has_conflict else DeclarationForm.NONE
    return {"declaration": said, "note": scorecard.conflict_note}


def own_or_404(request: MemberRequest, evaluation_id: int) -> tuple[Evaluation, Scorecard]:
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    scorecard = scorecards.own_scorecard(evaluation, request.member)
    if scorecard is None:
        raise Http404
    return evaluation, scorecard


def to_score_page(request: MemberRequest, evaluation_id: int, query: str = "") -> HttpResponse:
    url = reverse(SCORE_PAGE, kwargs={"org": request.org.slug, "evaluation_id": evaluation_id})
    return HttpResponseRedirect(url + query)


@member_view(Perm.SCORE)
@require_POST
def save_score(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """One cell, for the page's script. 200 with what is stored, 409 with what somebody stored instead,
    422 with what is wrong, 404 if the cell is not this person's."""
    try:
        form = CellForm(posted_cell(request))
    except BadRequest as error:
        return JsonResponse({"error": str(error)}, status=400)
    if not form.is_valid():
        return JsonResponse({"error": form.first_error}, status=422)
    try:
        score = actions.save_score(
            evaluation_id=evaluation_id,
            scorecard_id=form.cleaned_data["scorecard"],
            cell=form.cell,
            by=request.member,
        )
    except Stale as error:
        current = _plain(scorecards.as_cell(error.current))
        return JsonResponse({"error": str(error), "current": current}, status=409)
    except actions.NotOnScorecard as error:
        return JsonResponse({"error": str(error)}, status=404)
    except Refused as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse(_plain(scorecards.as_cell(score)))


def _plain(cell: Cell) -> dict[str, Any]:
    return {
        "version": cell.version,
        "mark": cell.mark,
        "evidence": cell.evidence,
        "comment": cell.comment,
    }


@member_view(Perm.SCORE)
@require_POST
def save_scorecard(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """All cells of the page at once; what is refused comes back with its reason, the rest is kept."""
    evaluation, scorecard = own_or_404(request, evaluation_id)
    saved, answer = save_cells(request, evaluation, scorecard)
    if answer:
        return answer
    if saved:
        messages.success(request, f"Saved: {saved} cell{'' if saved == 1 else 's'}.")
    else:
        messages.info(request, "Nothing was changed.")
    return to_score_page(request, evaluation_id, view_query(request))


def view_query(request: MemberRequest) -> str:
    """Back to the same candidate, or on to the next one if that was the button."""
    wanted = request.POST.get("then") or request.POST.get("candidate", "")
    return f"?candidate={wanted}" if wanted.isascii() and wanted.isdigit() else ""


def save_cells(
    request: MemberRequest, evaluation: Evaluation, scorecard: Scorecard
) -> tuple[int, HttpResponse | None]:
    """(cells saved, None), or the page again with what was refused."""
    form = ScorecardForm(request.POST)
    refused = {(cell.candidate_id, cell.criterion_id): cell for cell in form.refused}
    saved = 0
    if form.cells:
        try:
            outcome = actions.save_scores(
                evaluation_id=evaluation.pk,
                scorecard_id=form.scorecard_id,
                cells=form.cells,
                by=request.member,
            )
        except Refused as error:
            return 0, page_again(request, evaluation, scorecard, refusal=str(error))
        saved = outcome.saved
        inputs = {cell.key: cell for cell in form.cells}
        refused |= {key: _refused(inputs[key], why) for key, why in outcome.refused.items()}
    if refused:
        one = len(refused) == 1
        said = f"{len(refused)} {'cell was' if one else 'cells were'} not saved; see below."
        return saved, page_again(request, evaluation, scorecard, refused, refusal=said)
    return saved, None


def _refused(cell: actions.CellInput, why: Refused) -> Cell:
    return Cell(
        cell.candidate_id,
        cell.criterion_id,
        cell.mark,
        cell.evidence or "",
        cell.comment or "",
        cell.version,
        str(why),
    )


def page_again(
    request: MemberRequest,
    evaluation: Evaluation,
    scorecard: Scorecard,
    refused: dict[tuple[int, int], Cell] | None = None,
    *,
    refusal: str,
    ask_missing: bool = False,
) -> HttpResponse:
    evaluation.refresh_from_db()
    scorecard.refresh_from_db(fields=["has_conflict", "submitted_at"])
    sheet = None
    if scorecard.has_conflict is False:
        sheet = _sheet(scorecard, request.POST.get("candidate", ""))
        scorecards.with_refused(sheet, (refused or {}).values())
    return _score_page(
        request,
        evaluation,
        scorecard,
        sheet,
        status=422,
        refusal=refusal,
        ask_missing=ask_missing,
    )


@member_view(Perm.SCORE)
@require_POST
def submit_scorecard(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Save what the page holds, then hand the scorecard in, or say what is missing."""
    evaluation, scorecard = own_or_404(request, evaluation_id)
    answer = save_cells(request, evaluation, scorecard)[1]
    if answer:
        return answer
    try:
        actions.submit_scorecard(evaluation_id=evaluation_id, by=request.member)
    except Refused as error:
        missing = isinstance(error, actions.NotComplete)
        return page_again(request, evaluation, scorecard, refusal=str(error), ask_missing=missing)
    messages.success(request, "Your scorecard is submitted. Thank you.")
    return to_score_page(request, evaluation_id)


@member_view(Perm.SCORE)
@require_POST
def reopen_scorecard(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    own_or_404(request, evaluation_id)
    try:
        actions.reopen_scorecard(evaluation_id=evaluation_id, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, "You have your scorecard back. Submit it again when you are done."
        )
    return to_score_page(request, evaluation_id)


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def remind_evaluator(request: MemberRequest, evaluation_id: int, scorecard_id: int) -> HttpResponse:
    scorecard = get_object_or_404(
        request.org.scorecard_set, pk=scorecard_id, evaluation_id=evaluation_id
    )
    try:
        sent = actions.remind_evaluator(
            scorecard=scorecard, on=timezone.localdate(), by=request.member
        )
    except Refused as error:
        messages.error(request, str(error))
    else:
        name = scorecard.evaluator_name
        if sent:
            messages.success(request, f"{name} gets a mail.")
        else:
            messages.info(request, f"{name} was reminded today already; once a day is enough.")
    return redirect(SCORE_PAGE, org=request.org.slug, evaluation_id=evaluation_id)
