"""The steps of an award: propose, approve or return, announce, withdraw; and its conditions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.versions import Stale
from evaluations import awards
from evaluations.actions import award_conditions
from evaluations.actions import awards as actions
from evaluations.forms.awards import (
    ApproveForm,
    ReturnForm,
    SettleForm,
    WithdrawForm,
    conditions_of,
)
from evaluations.forms.setup import VersionOnlyForm
from evaluations.models import Award, AwardCondition
from evaluations.views.awards import award_page, find_award, may_withdraw, saved
from evaluations.views.frame import DECIDE, frame
from evaluations.views.shared import posted

CHANGED = "Somebody changed this award meanwhile. Look again."


@member_view(Perm.AWARD_PROPOSE)
@require_POST
def propose_award(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    award = find_award(request, evaluation_id, award_id)
    form = VersionOnlyForm(request.POST)
    try:
        if not form.is_valid():
            raise Stale(award)
        award = actions.propose_award(
            award=award, version=form.cleaned_data["version"], by=request.member
        )
    except Stale:
        return award_page(request, _again(request, award), CHANGED, status=409)
    except Refused as error:
        return award_page(request, _again(request, award), str(error), status=422)
    return saved(request, award)


def _again(request: MemberRequest, award: Award) -> Award:
    """As it is stored now. Scoring may have been opened meanwhile: then there is no such page."""
    return find_award(request, award.evaluation_id, award.pk)


@member_view(Perm.EVALUATION_DECIDE)
def approve_award(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    """Look once more at what is frozen, then approve it; or return it with a note (return_award)."""
    award = find_award(request, evaluation_id, award_id)
    form = ApproveForm(posted(request), initial={"version": award.version})
    if request.method != "POST" and award.state != Award.State.PROPOSED:
        return redirect(award)
    if not (form.is_bound and form.is_valid()):
        return _decide_page(request, award, form, 422 if form.is_bound else 200)
    values = form.cleaned_data
    try:
        award = actions.approve_award(
            award=award, version=values["version"], note=values["note"], by=request.member
        )
    except Stale:
        return _decide_again(request, award, form)
    except Refused as error:
        return _refused_step(request, award, error)
    messages.success(request, "Approved, and frozen in a record that can be verified.")
    return redirect(award)


@member_view(Perm.EVALUATION_DECIDE)
@require_POST
def return_award(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    award = find_award(request, evaluation_id, award_id)
    form = ReturnForm(request.POST, prefix="return")
    if not form.is_valid():
        return _decide_page(request, award, form, 422)
    values = form.cleaned_data
    try:
        award = actions.return_award(
            award=award, version=values["version"], note=values["note"], by=request.member
        )
    except Stale:
        return _decide_again(request, award, form)
    except Refused as error:
        return _refused_step(request, award, error)
    messages.success(request, "Returned. Whoever proposed it gets your note in a mail.")
    return redirect(award)


def _decide_page(
    request: MemberRequest,
    award: Award,
    form: ApproveForm | ReturnForm,
    status: int,
    refusal: str = "",
) -> HttpResponse:
    """Both forms; `form` is the one that was sent."""
    start = {"version": award.version}
    returning = isinstance(form, ReturnForm)
    context = {
        **frame(request, award.evaluation, DECIDE),
        "award": award,
        "conditions": conditions_of(award),
        "today": timezone.localdate(),
        "approve_form": ApproveForm(initial=start) if returning else form,
        "return_form": form if returning else ReturnForm(initial=start, prefix="return"),
        "may_approve": awards.may_approve(award, request.member, request.org),
        "approvers": awards.approvers(award, request.org),
        "refusal": refusal,
    }
    return render(request, "evaluations/approve_award.html", context, status=status)


def _decide_again(
    request: MemberRequest, award: Award, form: ApproveForm | ReturnForm
) -> HttpResponse:
    """It was changed and proposed anew: show what is proposed now, with the note as it was typed."""
    award = _again(request, award)
    data = form.data.copy()  # type: ignore[attr-defined]
    data[form.add_prefix("version")] = str(award.version)
    form.data = data
    return _decide_page(request, award, form, 409, CHANGED)


def _refused_step(request: MemberRequest, award: Award, error: Refused) -> HttpResponse:
    return award_page(request, _again(request, award), str(error), status=422)


@member_view(Perm.EVALUATION_DECIDE)
@require_POST
def announce_award(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    award = find_award(request, evaluation_id, award_id)
    try:
        award = actions.announce_award(award=award, by=request.member)
    except Refused as error:
        return _refused_step(request, award, error)
    messages.success(request, "Announced. Everybody who scored gets a mail.")
    return redirect(award)


@member_view(Perm.AWARD_PROPOSE)
def withdraw_award(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    award = find_award(request, evaluation_id, award_id)
    if award.state == Award.State.WITHDRAWN:
        return redirect(award)
    if not may_withdraw(award, request.member):
        raise PermissionDenied
    form = WithdrawForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            actions.withdraw_award(award=award, reason=reason, by=request.member)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The award is withdrawn.")
            return redirect(award)
    context = {**frame(request, award.evaluation, DECIDE), "award": award, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "evaluations/withdraw_award.html", context, status=status)


# Conditions ---------------------------------------------------------------------------------------


def _condition(
    request: MemberRequest, evaluation_id: int, award_id: int, condition_id: int
) -> AwardCondition:
    award = find_award(request, evaluation_id, award_id)
    found: AwardCondition = get_object_or_404(award.conditions, pk=condition_id)
    found.award = award
    return found


@member_view(Perm.AWARD_PROPOSE)
@require_POST
def settle_condition(
    request: MemberRequest, evaluation_id: int, award_id: int, condition_id: int
) -> HttpResponse:
    condition = _condition(request, evaluation_id, award_id, condition_id)
    form = SettleForm(request.POST)
    if not form.is_valid():
        words = f"Not settled yet. {form.errors['note'][0]}"
        return award_page(request, condition.award, words, status=422)
    try:
        note = form.cleaned_data["note"]
        award_conditions.settle_condition(condition=condition, note=note, by=request.member)
    except Refused as error:
        return _refused_step(request, condition.award, error)
    return redirect(condition.award)


@member_view(Perm.AWARD_PROPOSE)
@require_POST
def reopen_condition(
    request: MemberRequest, evaluation_id: int, award_id: int, condition_id: int
) -> HttpResponse:
    condition = _condition(request, evaluation_id, award_id, condition_id)
    try:
        award_conditions.reopen_condition(condition=condition, by=request.member)
    except Refused as error:
        return _refused_step(request, condition.award, error)
    return redirect(condition.award)
