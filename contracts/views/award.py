"""From an award to its contract."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.actions.award import draft_from_award as draft
from core.errors import Refused
from core.http import go
from evaluations.models import Evaluation


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def draft_from_award(request: MemberRequest, award_id: int) -> HttpResponse:
    """One click from the decision to the draft; again leads to the same contract."""
    rows = request.org.award_set.select_related("evaluation")
    award = get_object_or_404(rows, pk=award_id, evaluation__state=Evaluation.State.CLOSED)
    award.organization = award.evaluation.organization = request.org
    try:
        contract = draft(award=award, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
        return go(request, award)
    messages.success(
        request, "Here is the contract of the award, with what is known by now. Say the rest next."
    )
    return go(request, contract)
