"""The end of a signed contract: notice and termination."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.actions import ending as actions
from contracts.forms.record import differing
from contracts.forms.signing import NoticeForm, SendForm, TerminateForm
from contracts.models import Contract
from contracts.notice import Effect, effect
from contracts.views.frame import OVERVIEW, find_contract, frame
from contracts.views.signing import posted, too_late
from core.editing import Saved, save
from core.errors import Refused
from core.http import go, page
from core.templatetags.ui import format_date


@member_view(Perm.CONTRACT_SIGN)
def give_notice(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Record notice, or correct what was recorded; says what it does if it arrives today."""
    contract = find_contract(request, contract_id)
    if not contract.is_signed:
        return too_late(request, contract)
    initial = {**_stored(contract, actions.NOTICE_FIELDS), **_asked(request, contract)}
    form = NoticeForm(posted(request), initial=initial)
    act = partial(actions.give_notice, contract=contract, by=request.member)
    saved = save(form, act, compare=differing)
    if saved.row:
        _tell_effect(request, saved.row)
        return go(request, saved.row)
    context = frame(request, contract, OVERVIEW)
    context["effect_today"] = effect(contract, given_on=context["today"], arrived_on=None)
    return _page(request, "contracts/give_notice.html", context, saved)


def _asked(request: MemberRequest, contract: Contract) -> dict[str, str]:
    """What a link of another page fills in beforehand, such as that of a renewal that was decided."""
    if contract.notice_given_on:
        return {}
    names = ("notice_by", "notice_reason")
    return {name: request.GET[name] for name in names if name in request.GET}


def _stored(contract: Contract, names: list[str]) -> dict[str, Any]:
    return {**{name: getattr(contract, name) for name in names}, "version": contract.version}


def _page(
    request: MemberRequest, template: str, context: dict[str, Any], saved: Saved
) -> HttpResponse:
    return page(request, template, {**context, **saved.context}, status=saved.status)


def _tell_effect(request: MemberRequest, contract: Contract) -> None:
    """In time or late, and what follows."""
    given_on: Any = contract.notice_given_on
    found = effect(contract, given_on=given_on, arrived_on=contract.notice_arrived_on)
    if found is None:
        words = "Notice is recorded. The terms don't say enough to reckon when it ends."
        messages.warning(request, words)
    else:
        (messages.success if found.in_time else messages.warning)(
            request, _effect_words(request, contract, found)
        )


def _effect_words(request: MemberRequest, contract: Contract, found: Effect) -> str:
    ends_on, by_on = (format_date(day, request.org) for day in (found.ends_on, found.by_on))
    words = f"Notice is in time: the contract is over from {ends_on} on."
    if not found.in_time:
        words = (
            f"Notice is late: it had to arrive by {by_on}. It counts for the next term, so the contract"
            f" is over from {ends_on} on."
        )
    if contract.notice_arrived_on is None:
        arrives_on = format_date(found.arrives_on, request.org)
        words += f" That is reckoned with an arrival on {arrives_on}; note it when you know."
    return words


@member_view(Perm.CONTRACT_SIGN)
def terminate_contract(request: MemberRequest, contract_id: int) -> HttpResponse:
    """End it on a day, outside its terms, or correct what was recorded."""
    contract = find_contract(request, contract_id)
    if not contract.is_signed:
        return too_late(request, contract)
    initial = _stored(contract, actions.TERMINATION_FIELDS)
    form = TerminateForm(posted(request), initial=initial)
    act = partial(actions.terminate_contract, contract=contract, by=request.member)
    saved = save(form, act, compare=differing)
    if saved.row:
        day = format_date(saved.row.terminated_on, request.org)
        messages.success(request, f"Terminated: the contract is over from {day} on.")
        return go(request, saved.row)
    context = frame(request, contract, OVERVIEW)
    return _page(request, "contracts/terminate_contract.html", context, saved)


@member_view(Perm.CONTRACT_SIGN)
@require_POST
def take_back_notice(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Notice was an error, or both sides go on."""
    return _take_back(request, contract_id, actions.take_back_notice, "Notice is taken back.")


@member_view(Perm.CONTRACT_SIGN)
@require_POST
def take_back_termination(request: MemberRequest, contract_id: int) -> HttpResponse:
    """The termination was an error."""
    done = "The termination is taken back; the dates decide again."
    return _take_back(request, contract_id, actions.take_back_termination, done)


def _take_back(request: MemberRequest, contract_id: int, action: Any, done: str) -> HttpResponse:
    contract = find_contract(request, contract_id)
    form = SendForm(request.POST)
    try:
        version = form.cleaned_data["version"] if form.is_valid() else 0
        action(contract=contract, version=version, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return go(request, contract)
