"""An award's frozen record: is it still what was decided, and the record as a file."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.http import json_file
from evaluations.award_rows import RELATED
from evaluations.models import Award, Evaluation
from evaluations.verifying import MOST_SHOWN, envelope_of, verify
from evaluations.views.frame import DECIDE, frame


def _frozen_award(request: MemberRequest, evaluation_id: int, award_id: int) -> Award:
    """Approved, of an evaluation that is closed now: while scoring is open, its marks are sealed."""
    award: Award = get_object_or_404(
        request.org.award_set.select_related(*RELATED).filter(
            evaluation_id=evaluation_id, evaluation__state=Evaluation.State.CLOSED
        ),
        pk=award_id,
    )
    if award.record is None and not award.is_decided:
        raise Http404
    return award


@member_view(Perm.EVALUATION_VIEW)
def verify_award(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    """Compute everything again from the record and compare; changes nothing."""
    award = _frozen_award(request, evaluation_id, award_id)
    context = {
        **frame(request, award.evaluation, DECIDE),
        "award": award,
        "record": award.record,
        "verification": verify(award),
        "most_shown": f":{MOST_SHOWN}",
    }
    return render(request, "evaluations/verify_award.html", context)


@member_view(Perm.EVALUATION_VIEW)
def export_record(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    """The record as a file that `manage.py verify_award` checks without a database."""
    award = _frozen_award(request, evaluation_id, award_id)
    if award.record is None:
        raise Http404
    name = f"award-{award.pk}-record-{award.record.number}.json"
    return json_file(envelope_of(award.record), name)
