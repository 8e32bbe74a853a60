"""When a survey of a contract comes again: changed, ended."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.http import go, page
from reviews.actions import survey_schedules as actions
from reviews.forms.following import SurveyScheduleForm
from reviews.models import Audience, SurveySchedule
from reviews.views.frame import SURVEYS, contract_frame, find_contract

CONTRACT = "reviews:contract_surveys"


@member_view(Perm.REVIEW_EDIT)
def edit_survey_schedule(request: MemberRequest, contract_id: int, audience: str) -> HttpResponse:
    """How often these people are asked, from when on, and what."""
    contract = find_contract(request, contract_id)
    who = _who(audience)
    stored = contract.survey_schedules.filter(audience=audience).first()
    form = SurveyScheduleForm(
        request.POST if request.method == "POST" else None,
        contract=contract,
        audience=audience,
        initial=_initial(stored),
    )
    act = partial(
        actions.edit_survey_schedule, contract=contract, audience=audience, by=request.member
    )
    saved = save(form, act)
    if saved.row:
        messages.success(request, "Saved. Nobody is asked before you have looked through it.")
        return go(request, CONTRACT, org=request.org.slug, contract_id=contract.pk)
    context = {**contract_frame(request, contract, SURVEYS), **saved.context, "who": who}
    return page(request, "reviews/edit_survey_schedule.html", context, status=saved.status)


def _who(audience: str) -> str:
    if audience not in Audience.values:
        raise Http404
    return Audience(audience).label.lower()


def _initial(stored: SurveySchedule | None) -> dict[str, object]:
    if stored is None:
        return {"version": 0}
    names = ("version", "every", "next_on")
    return {**{name: getattr(stored, name) for name in names}, "template": stored.template_id}


@member_view(Perm.REVIEW_EDIT)
@require_POST
def end_survey_schedule(request: MemberRequest, contract_id: int, audience: str) -> HttpResponse:
    """These people are not asked again by itself."""
    contract = find_contract(request, contract_id)
    who = _who(audience)
    actions.end_survey_schedule(contract=contract, audience=audience, by=request.member)
    messages.success(request, f"Surveys of {who} do not come again by themselves.")
    return go(request, CONTRACT, org=request.org.slug, contract_id=contract.pk)
