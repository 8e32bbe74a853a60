"""One contract: drafted, read, changed."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts import overview
from contracts.actions import record as actions
from contracts.forms.record import CreateContractForm, EditContractForm, differing, initial_of
from contracts.models import Contract
from contracts.signing import TERMS, needs
from contracts.versions import agreed_versions, terms_to_show
from contracts.views.frame import OVERVIEW, find_contract, frame
from contracts.views.vendor_choice import choose_vendor, chosen_vendor
from core.advice import advice
from core.editing import save
from core.http import go, page
from vendors.models import Vendor

LINES_SHOWN = 6


@member_view(Perm.CONTRACT_VIEW)
def contract_detail(request: MemberRequest, contract_id: int) -> HttpResponse:
    """What was agreed with whom, where it stands, and what comes next."""
    contract = find_contract(request, contract_id)
    context = frame(request, contract, OVERVIEW)
    today, status = context["today"], context["contract_status"]
    agreed = agreed_versions(contract)
    terms = terms_to_show(contract, today, agreed)
    found = overview.progress(contract, terms)
    lines = request.org.logentry_set.about(contract).visible_to(request.member).newest_first()
    context |= {
        "progress": found,
        "terms_open": sum(need.link == TERMS for need in needs(contract, terms)),
        "step": overview.next_step(contract, status, terms, found, request.member, today),
        "outlook": overview.outlook(contract, today, agreed),
        "award": overview.shown_award(contract),
        "communication": contract.communication.order_by("position", "pk"),
        "children": overview.children(contract, today),
        "lines": lines[:LINES_SHOWN],
    }
    return page(request, "contracts/contract_detail.html", context, part="content")


@member_view(Perm.CONTRACT_EDIT)
def create_contract(request: MemberRequest) -> HttpResponse:
    """A new draft: first the vendor (`?vendor=`), then the record."""
    vendor = chosen_vendor(request)
    if vendor is None:
        return choose_vendor(request, {"contract": None})
    initial = {"manager": _able_owner(vendor)}
    form = CreateContractForm(request.POST or None, vendor=vendor, initial=initial)
    saved = save(form, partial(actions.create_contract, vendor=vendor, by=request.member))
    if saved.row:
        messages.success(request, f"“{saved.row}” is drafted.")
        return go(request, saved.row)
    told = advice(settings.CONTRACT_ADVICE, request.org)
    context = {"vendor": vendor, "advice": told, **saved.context}
    return page(request, "contracts/create_contract.html", context, status=saved.status)


def _able_owner(vendor: Vendor) -> Any:
    """Who looks after the vendor, if they may run contracts."""
    owner = vendor.inside_owner
    return owner if owner and owner.can(Perm.CONTRACT_EDIT) else None


@member_view(Perm.CONTRACT_EDIT)
def edit_contract(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Change the record. Who was slower sees what differs, and can go on from there."""
    contract = find_contract(request, contract_id)
    if refusal := _not_editable(contract):
        messages.info(request, refusal)
        return redirect(contract)
    if "choose" in request.GET and contract.is_draft:
        return choose_vendor(request, {"contract": contract})
    vendor = (chosen_vendor(request) if contract.is_draft else None) or contract.vendor
    form = EditContractForm(
        request.POST or None, vendor=vendor, contract=contract, initial=initial_of(contract)
    )

    def act(values: dict[str, Any], version: int) -> Contract:
        values = values if vendor == contract.vendor else {**values, "vendor": vendor}
        return actions.edit_contract(
            contract=contract, values=values, version=version, by=request.member
        )

    saved = save(form, act, compare=differing)
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, saved.row)
    context = {**frame(request, contract, OVERVIEW), "vendor": vendor, **saved.context}
    return page(request, "contracts/edit_contract.html", context, status=saved.status)


def _not_editable(contract: Contract) -> str:
    if contract.stage == Contract.Stage.IN_APPROVAL:
        return "This contract waits for signature. Somebody who may sign can return it first."
    if contract.stage == Contract.Stage.WITHDRAWN:
        return "This contract was withdrawn; it stays as it was."
    return ""
