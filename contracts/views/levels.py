"""The tab “Service levels”: what is promised, in plain words, and what is missing about it."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.actions import levels as actions
from contracts.forms.levels import (
    EditLevelForm,
    LevelForm,
    PackForm,
    SupportHoursForm,
    hours_differences,
    hours_initial,
    initial_of,
    level_differences,
)
from contracts.level_packs import PACKS
from contracts.level_reading import level_of, read_levels, why_not_editable
from contracts.level_words import counted, promise
from contracts.models import Amendment, Contract, ContractTerms
from contracts.plan_wishes import beginning_of, wishes_of
from contracts.versions import editable_terms, terms_to_show
from contracts.views.frame import LEVELS, find_contract, frame
from core.editing import Saved, save
from core.errors import Refused
from core.http import page
from vendors.views.profile import suggestions

OF_AMENDMENT = "amendment"


@member_view(Perm.CONTRACT_VIEW)
def service_level_list(request: MemberRequest, contract_id: int) -> HttpResponse:
    """What is promised and what that means; `?of=amendment` shows what the draft amendment would change."""
    contract = find_contract(request, contract_id)
    context = frame(request, contract, LEVELS)
    editable = editable_terms(contract)
    drafted = editable if editable and contract.is_signed else None
    if contract.is_draft and editable:
        terms = editable
    elif drafted and request.GET.get("of") == OF_AMENDMENT:
        terms = drafted
    else:
        terms = terms_to_show(contract, context["today"])
    may_edit = request.member.can(Perm.CONTRACT_EDIT)
    waiting = None if drafted else _waiting(contract)
    context |= {
        "terms": terms,
        "drafted": drafted,
        "reading": read_levels(terms, context["today"], ZoneInfo(request.org.time_zone)),
        "can_change": may_edit and editable is not None and terms.pk == editable.pk,
        "waiting": waiting,
        "may_edit": may_edit,
        "wishes": wishes_of(contract),
        "why_not": "" if editable else why_not_editable(contract),
    }
    return render(request, "contracts/service_level_list.html", context)


def _waiting(contract: Contract) -> Amendment | None:
    """The amendment of a signed contract that waits for signature."""
    if not contract.is_signed:
        return None
    found: Amendment | None = contract.amendments.filter(stage=Amendment.Stage.IN_APPROVAL).first()
    return found


def _back(request: MemberRequest, contract: Contract, anchor: str = "") -> HttpResponse:
    """To the list that was edited: the draft's, or that of the draft amendment."""
    answer = redirect("contracts:service_level_list", request.org.slug, contract.pk)
    of = f"?of={OF_AMENDMENT}" if contract.is_signed else ""
    answer["Location"] += f"{of}#{anchor}" if anchor else of
    return answer


def _open(request: MemberRequest, contract_id: int) -> tuple[Contract, ContractTerms | None]:
    """The contract and the terms that may be changed now; says why if there are none."""
    contract = find_contract(request, contract_id)
    terms = editable_terms(contract)
    if terms is None:
        messages.error(request, why_not_editable(contract))
    return contract, terms


def _context(
    request: MemberRequest, contract: Contract, terms: ContractTerms, **more: Any
) -> dict[str, Any]:
    of = f"?of={OF_AMENDMENT}" if contract.is_signed else ""
    return {**frame(request, contract, LEVELS), "terms": terms, "of": of, **more}


def _form_page(
    request: MemberRequest,
    contract: Contract,
    terms: ContractTerms,
    saved: Saved,
    **words: str,
) -> HttpResponse:
    context = _context(request, contract, terms, **saved.context, **words)
    return page(request, "contracts/service_level_form.html", context, status=saved.status)


@member_view(Perm.CONTRACT_EDIT)
def create_service_level(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Promise one more thing."""
    contract, terms = _open(request, contract_id)
    if terms is None:
        return _back(request, contract)
    form = LevelForm(request.POST or None, initial=beginning_of(request.GET))
    saved = save(form, partial(actions.add_level, contract=contract, by=request.member))
    if saved.row:
        messages.success(request, f"“{level_of(saved.row).full_name}” is a service level now.")
        return _back(request, contract, f"level-{saved.row.pk}")
    words = {"title": "Add a service level", "button": "Add the service level"}
    return _form_page(request, contract, terms, saved, **words)


@member_view(Perm.CONTRACT_EDIT)
def edit_service_level(request: MemberRequest, contract_id: int, level_id: int) -> HttpResponse:
    """Promise it differently. Who was slower sees what differs, and can go on from there."""
    contract, terms = _open(request, contract_id)
    levels = request.org.servicelevel_set.select_related("terms").filter(terms__contract=contract)
    level = get_object_or_404(levels, pk=level_id)
    if terms is None or level.terms_id != terms.pk:
        if terms is not None:
            messages.error(request, "That one is in force. Change the one in the draft amendment.")
        return _back(request, contract)
    level.terms.contract = contract
    form = EditLevelForm(request.POST or None, initial=initial_of(level))
    act = partial(actions.change_level, level=level, by=request.member)
    saved = save(form, act, compare=level_differences)
    if saved.row:
        messages.success(request, "Saved.")
        return _back(request, contract, f"level-{level.pk}")
    words = {"title": f"Edit {level_of(level).full_name}", "button": "Save"}
    return _form_page(request, contract, terms, saved, **words)


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def remove_service_level(request: MemberRequest, contract_id: int, level_id: int) -> HttpResponse:
    """Promise it no longer. Removed already is removed."""
    contract = find_contract(request, contract_id)
    levels = request.org.servicelevel_set.select_related("terms").filter(terms__contract=contract)
    level = get_object_or_404(levels, pk=level_id)
    level.terms.contract = contract
    try:
        actions.remove_level(level=level, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{level_of(level).full_name}” is no service level any more.")
    return _back(request, contract)


@member_view(Perm.CONTRACT_EDIT)
def add_level_pack(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Choose from the standard packs what to start with; none is chosen beforehand."""
    contract, terms = _open(request, contract_id)
    if terms is None:
        return _back(request, contract)
    form = PackForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            keys = form.cleaned_data["levels"]
            added = actions.add_pack(contract=contract, keys=keys, by=request.member)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            _tell_added(request, len(added))
            return _back(request, contract)
    context = _context(request, contract, terms, form=form, packs=_packs(form))
    return page(request, "contracts/service_level_packs.html", context)


def _tell_added(request: MemberRequest, count: int) -> None:
    if not count:
        messages.success(request, "Nothing added: they were there already.")
        return
    what = "1 service level" if count == 1 else f"{count} service levels"
    then = "its value is a usual one" if count == 1 else "their values are usual ones"
    messages.success(request, f"{what} added; {then}. Edit what you agree otherwise.")


def _packs(form: PackForm) -> list[dict[str, Any]]:
    chosen = set(form.data.getlist("levels")) if form.is_bound else set()  # type: ignore[attr-defined]
    return [
        {
            "pack": pack,
            "choices": [
                {
                    "key": each.key,
                    "name": each.level.full_name,
                    "promise": promise(each.level),
                    "counted": counted(each.level),
                    "why": each.why,
                    "credits": bool(each.level.credits),
                    "chosen": each.key in chosen,
                }
                for each in pack.levels
            ],
        }
        for pack in PACKS
    ]


@member_view(Perm.CONTRACT_EDIT)
def change_support_hours(request: MemberRequest, contract_id: int) -> HttpResponse:
    """When support works: the hours in which service levels count."""
    contract, terms = _open(request, contract_id)
    if terms is None:
        return _back(request, contract)
    terms.contract = contract
    form = SupportHoursForm(request.POST or None, initial=hours_initial(terms))
    act = partial(actions.change_support_hours, terms=terms, by=request.member)
    saved = save(form, act, compare=hours_differences)
    if saved.row:
        messages.success(request, "Saved.")
        return _back(request, contract)
    context = _context(request, contract, terms, **saved.context, **suggestions())
    return page(request, "contracts/change_support_hours.html", context, status=saved.status)
