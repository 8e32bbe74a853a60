"""The keys register of a contract: who could lock us out."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts import leaving_queries
from contracts.actions import keys as actions
from contracts.forms.keys import EditKeyForm, KeyForm
from contracts.models import Contract, Key
from contracts.readiness import QUESTIONS
from contracts.views.frame import KEYS, find_contract, frame
from core.editing import save
from core.errors import Refused
from core.http import go, page

LIST = "contracts:key_list"
# A secret that was pasted by mistake stands in no error report either.
no_secrets = sensitive_post_parameters(*actions.TEXTS)


@member_view(Perm.CONTRACT_VIEW)
def key_list(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Every key with who owns it and who gets in, how independent we are, and what would help most."""
    contract = find_contract(request, contract_id)
    context = frame(request, contract, KEYS)
    keys = leaving_queries.keys_of(contract)
    lines = leaving_queries.key_lines(contract, keys, context["today"])
    kinds = {key.kind for key in keys}
    context.update(
        lines=lines,
        independence=leaving_queries.independence_of(keys, context["today"]),
        overdue=[line for line in lines if line.due_on and line.due_on < context["today"]],
        questions=QUESTIONS,
        may_edit=request.member.can(Perm.CONTRACT_EDIT),
        some_missing=bool(set(actions.STANDARD) - kinds),
    )
    return page(request, "contracts/key_list.html", context, part="content")


def _key(request: MemberRequest, contract: Contract, key_id: int) -> Key:
    key: Key = get_object_or_404(contract.keys, pk=key_id)
    key.contract = contract
    return key


def _go(request: MemberRequest, contract: Contract) -> HttpResponse:
    return go(request, LIST, org=request.org.slug, contract_id=contract.pk)


@member_view(Perm.CONTRACT_EDIT)
@no_secrets
def add_key(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Note something that we could be locked out of."""
    contract = find_contract(request, contract_id)
    form = KeyForm(request.POST if request.method == "POST" else None)
    saved = save(form, partial(actions.add_key, contract=contract, by=request.member))
    if saved.row:
        messages.success(request, f"{saved.row} is on the register.")
        return _go(request, contract)
    context = {**frame(request, contract, KEYS), **saved.context}
    return page(request, "contracts/add_key.html", context)


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def add_standard_keys(request: MemberRequest, contract_id: int) -> HttpResponse:
    """The usual list, one of each kind that is missing, with nothing answered."""
    contract = find_contract(request, contract_id)
    try:
        added = actions.add_standard_keys(contract=contract, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        if added:
            messages.success(request, "The usual keys are listed. Now say who holds each.")
        else:
            messages.info(request, "Each of the usual keys is there already.")
    return _go(request, contract)


@member_view(Perm.CONTRACT_EDIT)
@no_secrets
def edit_key(request: MemberRequest, contract_id: int, key_id: int) -> HttpResponse:
    """Say who owns it, who gets in, and where the secret is kept."""
    contract = find_contract(request, contract_id)
    key = _key(request, contract, key_id)
    initial: dict[str, Any] = {name: getattr(key, name) for name in [*actions.FIELDS, "version"]}
    form = EditKeyForm(request.POST if request.method == "POST" else None, initial=initial)
    saved = save(form, partial(actions.edit_key, key=key, by=request.member))
    if saved.row:
        messages.success(request, "Saved.")
        following = _next(contract, key) if request.POST.get("do") == "next" else None
        if following:
            place = {"org": request.org.slug, "contract_id": contract.pk, "key_id": following.pk}
            return go(request, "contracts:edit_key", **place)
        return _go(request, contract)
    context = {**frame(request, contract, KEYS), "key": key, **saved.context}
    return page(request, "contracts/edit_key.html", context, status=saved.status)


def _next(contract: Contract, key: Key) -> Key | None:
    """The next key of the list about which something is not said yet, round to the first."""
    keys = leaving_queries.keys_of(contract)
    at = next((place for place, row in enumerate(keys) if row.pk == key.pk), 0)
    others = [*keys[at + 1 :], *keys[:at]]
    return next((row for row in others if leaving_queries.is_open(row)), None)


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def verify_key(request: MemberRequest, contract_id: int, key_id: int) -> HttpResponse:
    """Somebody of ours got in today."""
    contract = find_contract(request, contract_id)
    key = _key(request, contract, key_id)
    try:
        actions.verify_key(key=key, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{key}: verified today.")
    return _go(request, contract)


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def remove_key(request: MemberRequest, contract_id: int, key_id: int) -> HttpResponse:
    """Take it off the register."""
    contract = find_contract(request, contract_id)
    key = _key(request, contract, key_id)
    try:
        actions.remove_key(key=key, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{key} is off the register.")
    return _go(request, contract)
