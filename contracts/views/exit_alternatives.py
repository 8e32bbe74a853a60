"""The bench of a contract: whom we would take instead, and for how much."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import BIGGEST_ID, MemberRequest, member_view
from accounts.permissions import Perm
from contracts.actions import exits as actions
from contracts.forms.exits import AlternativeForm, EditAlternativeForm, stored_quote
from contracts.models import Alternative, Contract
from contracts.views.frame import EXIT, find_contract, frame
from core.editing import save
from core.errors import Refused
from core.http import go, page
from vendors.models import Vendor

SHOWN = 25


@member_view(Perm.CONTRACT_EDIT)
def choose_alternative(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Search the register for a vendor that could take over."""
    contract = find_contract(request, contract_id)
    words = request.GET.get("q", "").replace("\0", "")[:200]
    there = set(contract.alternatives.values_list("vendor_id", flat=True))
    register = request.org.vendor_set.current().exclude(
        pk__in=[contract.vendor_id, *(pk for pk in there if pk)]
    )
    found = list(register.matching(words).by_name()[: SHOWN + 1])
    context = {
        **frame(request, contract, EXIT),
        "words": words,
        "found": found[:SHOWN],
        "more": len(found) > SHOWN,
        "has_ourselves": None in there,
    }
    return page(request, "contracts/choose_alternative.html", context, part="results")


def _vendor(request: MemberRequest) -> Vendor | None:
    """The vendor in `?vendor=`; None is doing it ourselves."""
    text = request.GET.get("vendor", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= BIGGEST_ID):
        raise Http404
    vendor: Vendor = get_object_or_404(request.org.vendor_set.current(), pk=int(text))
    return vendor


@member_view(Perm.CONTRACT_EDIT)
def add_alternative(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Put a vendor (`?vendor=`) or doing it ourselves on the bench, with a quote if there is one."""
    contract = find_contract(request, contract_id)
    vendor = _vendor(request)
    initial = {"currency": contract.currency or request.org.currency}
    form = AlternativeForm(request.POST if request.method == "POST" else None, initial=initial)
    act = partial(actions.add_alternative, contract=contract, vendor=vendor, by=request.member)
    saved = save(form, act)
    if saved.row:
        messages.success(request, f"{saved.row} is on the bench.")
        return _go(request, contract)
    name = vendor.name if vendor else "Do it ourselves"
    context = {**frame(request, contract, EXIT), "name": name, "alternative": None, **saved.context}
    return page(request, "contracts/edit_alternative.html", context)


def _find(request: MemberRequest, contract: Contract, alternative_id: int) -> Alternative:
    rows = contract.alternatives.select_related("vendor")
    row: Alternative = get_object_or_404(rows, pk=alternative_id)
    row.contract = contract
    return row


def _go(request: MemberRequest, contract: Contract) -> HttpResponse:
    return go(request, "contracts:exit_plan", org=request.org.slug, contract_id=contract.pk)


@member_view(Perm.CONTRACT_EDIT)
def edit_alternative(request: MemberRequest, contract_id: int, alternative_id: int) -> HttpResponse:
    """A new quote, or what is known of it."""
    contract = find_contract(request, contract_id)
    row = _find(request, contract, alternative_id)
    initial = stored_quote(row)
    initial["currency"] = initial["currency"] or contract.currency or request.org.currency
    form = EditAlternativeForm(request.POST if request.method == "POST" else None, initial=initial)
    saved = save(form, partial(actions.edit_alternative, alternative=row, by=request.member))
    if saved.row:
        messages.success(request, "Saved.")
        return _go(request, contract)
    context = {
        **frame(request, contract, EXIT),
        "alternative": row,
        "name": str(row),
        **saved.context,
    }
    return page(request, "contracts/edit_alternative.html", context, status=saved.status)


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def remove_alternative(
    request: MemberRequest, contract_id: int, alternative_id: int
) -> HttpResponse:
    """Take somebody off the bench."""
    contract = find_contract(request, contract_id)
    row = _find(request, contract, alternative_id)
    try:
        actions.remove_alternative(alternative=row, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{row} is off the bench.")
    return _go(request, contract)
