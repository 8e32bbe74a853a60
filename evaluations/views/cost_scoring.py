"""The cost of a candidate as its mark, when an evaluator asks for it by a button."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from evaluations.actions.cost_marks import fill_cost_mark
from evaluations.views import scoring


@member_view(Perm.SCORE)
@require_POST
def fill_cost(request: MemberRequest, evaluation_id: int, candidate_id: int) -> HttpResponse:
    """Save what the page holds, then take the candidate's total as one's own mark on the Cost criterion."""
    evaluation, scorecard = scoring.own_or_404(request, evaluation_id)
    candidate = get_object_or_404(evaluation.candidates, pk=candidate_id)
    candidate.evaluation = evaluation
    evaluation.organization = request.org
    answer = scoring.save_cells(request, evaluation, scorecard)[1]
    if answer:
        return answer
    try:
        score = fill_cost_mark(candidate=candidate, by=request.member)
    except Refused as error:
        return scoring.page_again(request, evaluation, scorecard, refusal=str(error))
    messages.success(request, f"{candidate}, {score.criterion}: marked from the total.")
    return scoring.to_score_page(request, evaluation_id, scoring.view_query(request))
