"""Closing the scoring, the ranking in three layers, and the inputs of every number."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.spreadsheets import write_csv
from evaluations import results
from evaluations.actions.results import close_scoring as close
from evaluations.awards import DECIDED
from evaluations.calculation import rank
from evaluations.models import Evaluation
from evaluations.ranking_body import ranking_body
from evaluations.reading import nameless
from evaluations.scorecards import progress
from evaluations.views.frame import DECIDE, SCORE, frame

MARK_COLUMNS = ["evaluator", "vendor", "criterion", "weight", "score", "evidence", "comment"]


@member_view(Perm.EVALUATION_CLOSE)
def close_scoring(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Show who is ready and what is missing, then close."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    refusal = ""
    if request.method == "POST":
        try:
            close(evaluation=evaluation, by=request.member)
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, "Scoring is closed. Here is the ranking.")
            return redirect(
                "evaluations:ranking", org=request.org.slug, evaluation_id=evaluation.pk
            )
    elif not evaluation.is_scoring:
        return redirect(evaluation)
    lines = progress(evaluation)
    context = {
        **frame(request, evaluation, SCORE),
        "progress": lines,
        "unready": sum(1 for line in lines if line.awaited),
        "refusal": refusal,
    }
    return render(
        request, "evaluations/close_scoring.html", context, status=422 if refusal else 200
    )


def _closed_evaluation(request: MemberRequest, evaluation_id: int) -> Evaluation:
    """Marks are nobody's business before closing: until then there is no such page."""
    return get_object_or_404(
        request.org.evaluation_set.filter(state=Evaluation.State.CLOSED), pk=evaluation_id
    )


@member_view(Perm.EVALUATION_VIEW)
def ranking(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    if not evaluation.is_closed:
        return redirect(evaluation)
    award = evaluation.awards.standing().filter(round=evaluation.round).only("state").first()
    context = {
        **frame(request, evaluation, DECIDE, decided=award is not None and award.state in DECIDED),
        "body": ranking_body(evaluation),
        "award": award,
    }
    return render(request, "evaluations/ranking.html", context)


def _shown(evaluation: Evaluation) -> results.Ranking:
    """The ranking for looking at single marks, without names if the evaluation hides them."""
    if not evaluation.names_hidden:
        return results.ranking(evaluation)
    return rank(nameless(results.read_inputs(evaluation)))


@member_view(Perm.EVALUATION_VIEW)
def candidate_result(request: MemberRequest, evaluation_id: int, candidate_id: int) -> HttpResponse:
    """Where one candidate's points come from, down to each evaluator's mark."""
    evaluation = _closed_evaluation(request, evaluation_id)
    found = _shown(evaluation)
    result = found.of(candidate_id)
    if result is None:
        raise Http404
    context: dict[str, Any] = {
        **frame(request, evaluation, DECIDE),
        "ranking": found,
        "result": result,
    }
    return render(request, "evaluations/candidate_result.html", context)


@member_view(Perm.EVALUATION_VIEW)
def export_marks(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Every mark in one row, in the shape that the import and `rank_scorecard` read again."""
    evaluation = _closed_evaluation(request, evaluation_id)
    found = _shown(evaluation)
    rows: list[list[Any]] = [MARK_COLUMNS]
    for vendor in found.vendors:
        for cell in vendor.cells:
            rows.extend(
                [
                    mark.evaluator,
                    vendor.candidate.name,
                    cell.criterion.name,
                    cell.criterion.weight,
                    "N/A" if mark.not_applicable else mark.mark,
                    mark.evidence,
                    mark.comment,
                ]
                for mark in cell.marks
            )
    return HttpResponse(
        write_csv(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="marks-{evaluation.pk}.csv"'},
    )
