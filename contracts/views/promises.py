"""The promises of a contract's vendor, and where each of them stands."""

import datetime as dt
import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts import promise_ledger
from contracts.actions import promises as actions
from contracts.forms.promises import KINDS, PlaceForm
from contracts.models import Contract, PromisePlace
from contracts.promise_ledger import Ledger, PromiseLine
from contracts.versions import terms_to_show
from contracts.views.frame import PROMISES, find_contract, frame
from core.editing import save
from core.errors import Refused
from core.http import go, page

LIST = "contracts:contract_promises"


@member_view(Perm.CONTRACT_VIEW)
def contract_promises(request: MemberRequest, contract_id: int) -> HttpResponse:
    """What the vendor promised before the award, and in which document it stands."""
    contract = find_contract(request, contract_id)
    context = frame(request, contract, PROMISES)
    ledger = _ledger(contract, context["today"])
    context |= {
        "ledger": ledger,
        "verdict": ledger.count.words(is_signed=contract.is_signed),
        "groups": [
            ("nowhere", "In no document", ledger.nowhere),
            ("placed", "In what is signed", ledger.placed),
            ("dropped", "Knowingly dropped", ledger.dropped),
        ],
        "may_edit": request.member.can(Perm.CONTRACT_EDIT)
        and contract.stage != Contract.Stage.WITHDRAWN,
        "award": contract.award,
    }
    return page(request, "contracts/contract_promises.html", context)


def _levels(contract: Contract, today: dt.date) -> dict[uuid.UUID, str]:
    return promise_ledger.levels_of(terms_to_show(contract, today))


def _ledger(contract: Contract, today: dt.date) -> Ledger:
    if contract.award_id is None:
        return Ledger(())
    return promise_ledger.ledger_of(contract, _levels(contract, today))


def _go(request: MemberRequest, contract: Contract) -> HttpResponse:
    return go(request, LIST, org=request.org.slug, contract_id=contract.pk)


@member_view(Perm.CONTRACT_EDIT)
def place_promise(request: MemberRequest, contract_id: int, promise_id: int) -> HttpResponse:
    """Put it into a clause, a service level or a deliverable; or drop it, and say why."""
    contract = find_contract(request, contract_id)
    context = frame(request, contract, PROMISES)
    promise = get_object_or_404(promise_ledger.rows_of(contract), pk=promise_id)
    levels = _levels(contract, context["today"])
    line = promise_ledger.line_of(promise, contract, levels)
    form = PlaceForm(
        request.POST if request.method == "POST" else None,
        contract=contract,
        levels=levels,
        initial=_initial(line),
    )
    act = partial(actions.place_promise, contract=contract, promise=promise, by=request.member)
    saved = save(form, act, compare=partial(_both, contract, levels))
    if saved.row:
        messages.success(request, "Saved.")
        if request.POST.get("do") == "next":
            following = _ledger(contract, context["today"]).after(promise.pk)
            if following:
                place = {"contract_id": contract.pk, "promise_id": following.promise.pk}
                return go(request, "contracts:place_promise", org=request.org.slug, **place)
        return _go(request, contract)
    context |= {"line": line, "levels": levels, **saved.context}
    return page(request, "contracts/place_promise.html", context, status=saved.status)


def _initial(line: PromiseLine) -> dict[str, Any]:
    place = line.place
    words = {"version": line.version, "title": line.promise.text[:200]}
    if place is None:
        return words
    return {
        **words,
        "kind": place.kind,
        "clause": place.clause.key if place.clause else "",
        "level": place.level_lineage,
        "deliverable": place.deliverable_id,
        "note": place.note,
    }


def _both(
    contract: Contract, levels: dict[uuid.UUID, str], form: PlaceForm, stored: PromisePlace
) -> list[tuple[str, str, str]]:
    """Of a stale form: where somebody else put it meanwhile, and where this person wants it."""
    labels = dict(KINDS)
    theirs = labels.get(stored.kind, "Not placed")
    if stored.pk:
        rows = promise_ledger.rows_of(contract)
        line = promise_ledger.line_of(rows.get(pk=stored.promise_id), contract, levels)
        theirs = f"{theirs}: {line.where}" if line.where else theirs
    return [("Where it goes", theirs, labels[form.cleaned_data["kind"]])]


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def unplace_promise(request: MemberRequest, contract_id: int, promise_id: int) -> HttpResponse:
    """It stands nowhere again."""
    contract = find_contract(request, contract_id)
    promise = get_object_or_404(promise_ledger.rows_of(contract), pk=promise_id)
    try:
        actions.unplace_promise(contract=contract, promise=promise, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "It stands nowhere again. Place it, or drop it knowingly.")
    return _go(request, contract)
