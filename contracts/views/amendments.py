"""Amendments: begun, changed, sent, signed, returned, withdrawn."""

import datetime as dt
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.actions import amendments as actions
from contracts.comparing import Side, changed, compare
from contracts.forms.amendments import (
    AmendmentForm,
    NewAmendmentForm,
    ReturnAmendmentForm,
    SendAmendmentForm,
    SignAmendmentForm,
    WithdrawAmendmentForm,
)
from contracts.models import Amendment, Contract, ContractTerms
from contracts.seen import fingerprint
from contracts.signing import unsaid
from contracts.terms_page import writer
from contracts.views.frame import TERMS, find_contract, frame
from contracts.views.terms import versions_of
from core.editing import Saved, save
from core.http import go, page

Stage = Amendment.Stage


def find_amendment(request: MemberRequest, contract: Contract, amendment_id: int) -> Amendment:
    """One of this contract's amendments with its terms; 404 else."""
    rows = request.org.amendment_set.filter(contract=contract)
    people = ("sent_by__user", "signed_by__user", "created_by__user")
    row: Amendment = get_object_or_404(rows.select_related(*people), pk=amendment_id)
    row.contract, row.organization = contract, request.org
    return row


def _shown(
    request: MemberRequest, row: Amendment, *, stale: bool = False, **bound: Any
) -> dict[str, Any]:
    """What it changes: its terms beside those that count until then, on the day when they begin; and the
    small forms of its page, empty but for the one that was sent."""
    contract = row.contract
    versions = versions_of(contract)
    terms = next(found for found in versions if found.amendment_id == row.pk)
    earlier = [v for v in versions if v.agreed_at and v.number < terms.number]
    before = earlier[-1] if earlier else versions[0]
    day = terms.from_on or dt.date.max
    one, other = Side(before, day), Side(terms, day)
    return {
        **frame(request, contract, TERMS),
        "amendment": row,
        "terms": terms,
        "before": before,
        "one": one,
        "other": other,
        "differing_terms": changed(compare(one, other, writer(contract))),
        "missing": unsaid(terms),
        "is_open": row.stage in actions.OPEN,
        "stale": stale,
        **_forms(row, terms),
        **bound,
    }


def _forms(row: Amendment, terms: ContractTerms) -> dict[str, Any]:
    version = {"version": row.version}
    return {
        "send_form": SendAmendmentForm(initial=version, prefix="send"),
        "withdraw_form": WithdrawAmendmentForm(initial=version, prefix="withdraw"),
        "sign_form": SignAmendmentForm(initial={**version, "seen": fingerprint(terms)}),
        "return_form": ReturnAmendmentForm(initial=version, prefix="return"),
    }


@member_view(Perm.CONTRACT_EDIT)
def create_amendment(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Say from when and why; the latest terms are copied, to be changed."""
    contract = find_contract(request, contract_id)
    if not contract.is_signed and request.method != "POST":
        messages.info(request, "Only a signed contract is amended. Change the draft instead.")
        return redirect("contracts:contract_terms", request.org.slug, contract.pk)
    form = NewAmendmentForm(request.POST or None)
    saved = save(form, partial(actions.create_amendment, contract=contract, by=request.member))
    if saved.row:
        messages.success(request, "Begun. Now change the terms that it changes.")
        return go(request, "contracts:edit_terms", request.org.slug, contract.pk)
    context = {**frame(request, contract, TERMS), **saved.context}
    return page(request, "contracts/create_amendment.html", context, status=saved.status)


@member_view(Perm.CONTRACT_VIEW)
def amendment_detail(request: MemberRequest, contract_id: int, amendment_id: int) -> HttpResponse:
    """What it changes, and where it stands."""
    row = find_amendment(request, find_contract(request, contract_id), amendment_id)
    return page(request, "contracts/amendment_detail.html", _shown(request, row))


@member_view(Perm.CONTRACT_EDIT)
def edit_amendment(request: MemberRequest, contract_id: int, amendment_id: int) -> HttpResponse:
    """Change its name, its reason and from when it counts; while it is a draft."""
    contract = find_contract(request, contract_id)
    row = find_amendment(request, contract, amendment_id)
    if row.stage != Stage.DRAFT and request.method != "POST":
        messages.info(request, "Only a draft can be changed.")
        return redirect(*_address(row))
    terms = row.terms
    initial = {"title": row.title, "reason": row.reason, "from_on": terms.from_on}
    form = AmendmentForm(request.POST or None, initial={**initial, "version": row.version})
    act = partial(actions.edit_amendment, amendment=row, by=request.member)
    saved = save(form, act, compare=_differing)
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, *_address(row))
    context = {**frame(request, contract, TERMS), **saved.context, "amendment": row}
    return page(request, "contracts/edit_amendment.html", context, status=saved.status)


def _differing(form: Any, stored: Amendment) -> list[tuple[str, str, str]]:
    theirs = {"title": stored.title, "reason": stored.reason, "from_on": stored.terms.from_on}
    return [
        (str(form.fields[name].label), str(theirs[name]), str(form.cleaned_data[name]))
        for name in theirs
        if theirs[name] != form.cleaned_data[name]
    ]


@member_view(Perm.CONTRACT_SIGN)
def sign_amendment(request: MemberRequest, contract_id: int, amendment_id: int) -> HttpResponse:
    """Look at what it changes, then record the signature or return it."""
    row = find_amendment(request, find_contract(request, contract_id), amendment_id)
    if row.stage not in actions.OPEN and request.method != "POST":
        return redirect(*_address(row))
    form = SignAmendmentForm(request.POST or None)
    act = partial(_sign, row, request)

    saved = save(form, act, compare=_step_differs)
    if saved.row:
        messages.success(request, "Signed. From its day on these terms count.")
        return go(request, *_address(row))
    return _step_page(request, "contracts/sign_amendment.html", row, saved, "sign_form")


def _sign(
    row: Amendment, request: MemberRequest, values: dict[str, Any], version: int
) -> Amendment:
    return actions.sign_amendment(amendment=row, version=version, by=request.member, **values)


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def send_amendment(request: MemberRequest, contract_id: int, amendment_id: int) -> HttpResponse:
    """Ask those who may sign."""
    row = find_amendment(request, find_contract(request, contract_id), amendment_id)
    form = SendAmendmentForm(request.POST, prefix="send")

    def act(values: dict[str, Any], version: int) -> Amendment:
        return actions.send_amendment(amendment=row, version=version, by=request.member)

    saved = save(form, act, compare=_step_differs)
    if saved.row:
        messages.success(request, "Sent. Those who may sign get a mail.")
        return go(request, *_address(row))
    return _step_page(request, "contracts/amendment_detail.html", row, saved, "send_form")


@member_view(Perm.CONTRACT_SIGN)
@require_POST
def return_amendment(request: MemberRequest, contract_id: int, amendment_id: int) -> HttpResponse:
    """Back to whoever sent it, with a note."""
    row = find_amendment(request, find_contract(request, contract_id), amendment_id)
    form = ReturnAmendmentForm(request.POST, prefix="return")

    def act(values: dict[str, Any], version: int) -> Amendment:
        return actions.return_amendment(
            amendment=row, version=version, note=values["note"], by=request.member
        )

    saved = save(form, act, compare=_step_differs)
    if saved.row:
        messages.success(request, "Returned. Whoever sent it gets your note in a mail.")
        return go(request, *_address(row))
    return _step_page(request, "contracts/sign_amendment.html", row, saved, "return_form")


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def withdraw_amendment(request: MemberRequest, contract_id: int, amendment_id: int) -> HttpResponse:
    """Give it up, with the reason."""
    row = find_amendment(request, find_contract(request, contract_id), amendment_id)
    form = WithdrawAmendmentForm(request.POST, prefix="withdraw")

    def act(values: dict[str, Any], version: int) -> Amendment:
        return actions.withdraw_amendment(
            amendment=row, version=version, reason=values["reason"], by=request.member
        )

    saved = save(form, act, compare=_step_differs)
    if saved.row:
        messages.success(request, "Withdrawn. The present terms go on.")
        return go(request, *_address(row))
    return _step_page(request, "contracts/amendment_detail.html", row, saved, "withdraw_form")


def _step_page(
    request: MemberRequest, template: str, row: Amendment, saved: Saved, name: str
) -> HttpResponse:
    """The page again, with what was refused at its form; after a stale one as it is now."""
    if saved.status:
        row = find_amendment(request, row.contract, row.pk)
    bound = {name: saved.form} if saved.form.is_bound and not saved.status else {}
    context = _shown(request, row, stale=bool(saved.status), **bound)
    status = saved.status or (422 if saved.form.is_bound and not saved.form.is_valid() else 200)
    return page(request, template, context, status=status)


def _step_differs(form: Any, stored: Amendment) -> list[tuple[str, str, str]]:
    """A step has nothing to compare: it shows what is stored now."""
    return []


def _address(row: Amendment) -> tuple[Any, ...]:
    return "contracts:amendment_detail", row.organization.slug, row.contract_id, row.pk
