"""The steps of a contract up to its signature."""

import datetime as dt
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts import commitment
from contracts.actions import signing as actions
from contracts.completeness import MISSING, OK
from contracts.dates import outlook_words, read_standing
from contracts.forms.signing import ReturnForm, SendForm, SignForm, WithdrawForm
from contracts.models import Contract
from contracts.readings import completeness_of
from contracts.seen import fingerprint
from contracts.signing import needs, where
from contracts.terms_page import writer
from contracts.versions import terms_to_show
from contracts.views.frame import OVERVIEW, find_contract, frame
from core.editing import save
from core.http import go, page

Stage = Contract.Stage


def posted(request: MemberRequest) -> Any:
    """What a form is bound to: the data of a POST, even an empty one, else nothing."""
    return request.POST if request.method == "POST" else None


def too_late(request: MemberRequest, contract: Contract) -> HttpResponse:
    """Back to the contract, with the words for where it stands."""
    messages.info(request, where(contract))
    return redirect(contract)


def _see_again(form: Any, stored: Contract) -> list[tuple[str, str, str]]:
    """The same of a stale signature; the next sending is about the terms as they are now."""
    form.data = form.data.copy()
    form.data["seen"] = fingerprint(stored.terms_versions.get(number=1))
    return []


def _nothing_beside(form: Any, stored: Contract) -> list[tuple[str, str, str]]:
    """Of a stale step: the page shows the contract as it is now; there is nothing to compare."""
    return []


def _step(request: MemberRequest, contract: Contract) -> dict[str, Any]:
    """What every step shows: what it would bind us to, what it needs, and what is open."""
    context = frame(request, contract, OVERVIEW)
    findings = completeness_of(contract, context["today"])
    needed = needs(contract, terms_to_show(contract, context["today"]))
    return {
        **context,
        "needs": needed,
        "outlook": _outlook(contract, context["today"]),
        "missing": [found for found in findings if found.state == MISSING and not found.to_sign],
        "open_count": sum(found.state != OK for found in findings),
        "conditions": _open_conditions(contract),
    }


def _outlook(contract: Contract, today: dt.date) -> str:
    """What a signature would bind us to; "" while its terms do not say that."""
    standing = read_standing(contract, today)
    late = commitment.too_late(standing.commitment, write_day=writer(contract))
    return f"{late} {outlook_words(contract, standing)}".strip() if standing.rule else ""


def _open_conditions(contract: Contract) -> list[Any]:
    """What the award wants settled before anything is signed."""
    if contract.award is None:
        return []
    return list(contract.award.conditions.filter(settled_at=None).order_by("position", "pk"))


@member_view(Perm.CONTRACT_EDIT)
def send_for_signature(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Look once more at what is open, then ask those who may sign."""
    contract = find_contract(request, contract_id)
    if request.method != "POST" and not contract.is_draft:
        return too_late(request, contract)
    form = SendForm(posted(request), initial={"version": contract.version})

    def act(values: dict[str, Any], version: int) -> Contract:
        return actions.send_for_signature(contract=contract, version=version, by=request.member)

    saved = save(form, act, compare=_nothing_beside)
    if saved.row:
        messages.success(request, "Sent. Those who may sign get a mail.")
        return go(request, saved.row)
    signers = request.org.memberships.able_to(Perm.CONTRACT_SIGN).by_name()
    context = {**_step(request, contract), **saved.context, "signers": list(signers)}
    return page(request, "contracts/send_for_signature.html", context, status=saved.status)


@member_view(Perm.CONTRACT_SIGN)
def sign_contract(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Record the signature, or return the contract with a note (return_contract)."""
    contract = find_contract(request, contract_id)
    if request.method != "POST" and contract.stage not in {Stage.DRAFT, Stage.IN_APPROVAL}:
        return too_late(request, contract)
    step = _step(request, contract)
    initial = {**_seen(contract), "signed_for_us": request.member.name}
    form = SignForm(posted(request), gaps=bool(step["missing"]), initial=initial)
    act = partial(actions.sign_contract, contract=contract, by=request.member)
    saved = save(form, act, compare=_see_again)
    if saved.row:
        messages.success(request, "Signed. Its days are watched from now on.")
        return go(request, saved.row)
    back = ReturnForm(initial={"version": contract.version}, prefix="return")
    context = {**step, **saved.context, "return_form": back}
    return page(request, "contracts/sign_contract.html", context, status=saved.status)


def _seen(contract: Contract) -> dict[str, Any]:
    """The record and the terms as the page shows them."""
    terms = contract.terms_versions.get(number=1)
    return {"version": contract.version, "seen": fingerprint(terms)}


@member_view(Perm.CONTRACT_SIGN)
@require_POST
def return_contract(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Back to whoever sent it, with a note that says what should change."""
    contract = find_contract(request, contract_id)
    back = ReturnForm(request.POST, prefix="return")

    def act(values: dict[str, Any], version: int) -> Contract:
        return actions.return_contract(
            contract=contract, version=version, note=values["note"], by=request.member
        )

    saved = save(back, act, compare=_nothing_beside)
    if saved.row:
        messages.success(request, "Returned. Whoever sent it gets your note in a mail.")
        return go(request, saved.row)
    step = _step(request, contract)
    form = SignForm(gaps=bool(step["missing"]), initial=_seen(contract))
    context = {**step, **saved.context, "form": form, "return_form": back}
    status = saved.status or 422
    return page(request, "contracts/sign_contract.html", context, status=status)


@member_view(Perm.CONTRACT_EDIT)
def withdraw_contract(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Give up a contract that was never signed."""
    contract = find_contract(request, contract_id)
    if request.method != "POST" and contract.stage not in {Stage.DRAFT, Stage.IN_APPROVAL}:
        return too_late(request, contract)
    form = WithdrawForm(posted(request))

    def act(values: dict[str, Any]) -> Contract:
        return actions.withdraw_contract(contract=contract, by=request.member, **values)

    saved = save(form, act)
    if saved.row:
        messages.success(request, "Withdrawn. It stays readable, with your reason.")
        return go(request, saved.row)
    context = {**frame(request, contract, OVERVIEW), **saved.context}
    return page(request, "contracts/withdraw_contract.html", context, status=saved.status)
