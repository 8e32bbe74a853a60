"""The terms of a contract: in words and money on any day, side by side, and as a form."""

import datetime as dt
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.actions import terms as actions
from contracts.comparing import Side, changed, compare
from contracts.dates import outlook_words
from contracts.forms.prices import TermsEditor, shown_terms
from contracts.models import Amendment, Contract, ContractTerms
from contracts.standing import standing
from contracts.terms_page import read_page, writer
from contracts.terms_words import price_facts
from contracts.versions import editable_terms, new_lines, sorted_lines, version_on
from contracts.views.frame import TERMS, find_contract, frame
from core.editing import Saved, save
from core.fields import EARLIEST, LATEST
from core.forms import differences
from core.holidays import are_known, holidays_in
from core.http import go

OPEN = (Amendment.Stage.DRAFT, Amendment.Stage.IN_APPROVAL)


def versions_of(contract: Contract) -> list[ContractTerms]:
    """Every version with its prices and levels, in the order in which they count; drafts last."""
    rows = contract.terms_versions.select_related("amendment")
    rows = rows.prefetch_related("price_lines", "service_levels")
    found = sorted(rows, key=lambda row: (row.from_on or LATEST, row.number))
    for terms in found:
        terms.contract, terms.organization = contract, contract.organization
    return [row for row in found if row.agreed_at] + [row for row in found if not row.agreed_at]


def counting(contract: Contract, versions: list[ContractTerms]) -> list[ContractTerms]:
    """The agreed ones; of a contract that is not signed its own."""
    agreed = [terms for terms in versions if terms.agreed_at]
    return agreed or [terms for terms in versions if terms.number == 1]


@member_view(Perm.CONTRACT_VIEW)
def contract_terms(request: MemberRequest, contract_id: int) -> HttpResponse:
    """What was agreed, in plain words and money; `?on=2026-12-31` as it is on that day."""
    contract = find_contract(request, contract_id)
    context = frame(request, contract, TERMS)
    today = context["today"]
    asked = request.GET.get("on", "").strip()
    on = _day(asked)
    versions = versions_of(contract)
    counted = counting(contract, versions)
    found = standing(contract, counted, today, holidays_in(request.org.country))
    shown = version_on(counted, on or today) or counted[0]
    amendments = list(contract.amendments.select_related("terms").order_by("-number"))
    context |= {
        "page": read_page(contract, shown, found, counted, day=on or today, today=today),
        "sentence": outlook_words(contract, found),
        "standing": found,
        "on": on,
        "asked": asked,
        "wrong_day": bool(asked) and on is None,
        "history": list(reversed(counted)),
        "amendments": amendments,
        "open_amendment": next((row for row in amendments if row.stage in OPEN), None),
        "may_edit": contract.is_draft,
        "holidays_known": are_known(request.org.country),
    }
    return render(request, "contracts/contract_terms.html", context)


@member_view(Perm.CONTRACT_EDIT)
def edit_terms(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Change the terms of a draft, or of the amendment that is a draft."""
    contract = find_contract(request, contract_id)
    terms = editable_terms(contract)
    if terms is None:
        messages.info(request, actions.AGREED if contract.is_signed else actions.WAITING)
        return redirect("contracts:contract_terms", request.org.slug, contract.pk)
    terms.contract, terms.organization = contract, request.org
    data = request.POST if request.method == "POST" else None
    lines = list(terms.price_lines.order_by("position", "pk"))
    editor = TermsEditor(data=data, initial=shown_terms(terms), lines=lines)
    saved = Saved(editor.form)
    if editor.is_valid():
        act = partial(actions.edit_terms, terms=terms, lines=editor.lines, by=request.member)
        saved = save(editor.form, act, compare=partial(_differences, editor))
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, *_back(request, contract, terms))
    context = {**frame(request, contract, TERMS), **saved.context, "editor": editor, "terms": terms}
    status = saved.status or (422 if editor.refused else 200)
    return render(request, "contracts/edit_terms.html", context, status=status)


def _back(request: MemberRequest, contract: Contract, terms: ContractTerms) -> tuple[Any, ...]:
    if terms.amendment_id:
        name = "contracts:amendment_detail"
        return name, request.org.slug, contract.pk, terms.amendment_id
    return "contracts:contract_terms", request.org.slug, contract.pk


def _differences(
    editor: TermsEditor, form: Any, stored: ContractTerms
) -> list[tuple[str, str, str]]:
    """What somebody else saved meanwhile, the price lines too."""
    rows = differences(form, stored)
    write_day = writer(stored.contract)
    theirs = price_facts(sorted_lines(stored.price_lines.all()), stored.currency, write_day)
    mine = price_facts(new_lines(stored, editor.lines), stored.currency, write_day)
    names = dict.fromkeys([*theirs, *mine])
    return rows + [
        (name.capitalize(), theirs.get(name, ""), mine.get(name, ""))
        for name in names
        if theirs.get(name) != mine.get(name)
    ]


# Side by side --------------------------------------------------------------------------------------


@member_view(Perm.CONTRACT_VIEW)
def compare_terms(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Two versions (`?from=v1&to=v2`) or two days (`?from=2026-01-01&to=2027-01-01`) side by side."""
    contract = find_contract(request, contract_id)
    context = frame(request, contract, TERMS)
    versions = versions_of(contract)
    counted = counting(contract, versions)
    today = context["today"]
    last, first = versions[-1], versions[-2] if len(versions) > 1 else versions[-1]
    one = _side(request.GET.get("from", ""), versions, counted) or Side(first, today)
    other = _side(request.GET.get("to", ""), versions, counted) or Side(last, today)
    if request.GET.get("from", "").startswith("v") or not request.GET.get("from"):
        # Prices of two versions are compared as they are when the later one begins to count.
        day = max(_begins(one.terms, today), _begins(other.terms, today))
        one, other = Side(one.terms, day), Side(other.terms, day)
    groups = compare(one, other, writer(contract))
    context |= {
        "one": one,
        "other": other,
        "groups": groups,
        "differing": changed(groups),
        "versions": versions,
        "by_day": bool(_day(request.GET.get("from", ""))),
    }
    return render(request, "contracts/compare_terms.html", context)


def _begins(terms: ContractTerms, today: dt.date) -> dt.date:
    return terms.from_on or terms.start_on or today


def _side(asked: str, versions: list[ContractTerms], counted: list[ContractTerms]) -> Side | None:
    day = _day(asked)
    if day:
        terms = version_on(counted, day) or counted[0]
        return Side(terms, day)
    numbers = {f"v{terms.number}": terms for terms in versions}
    return Side(numbers[asked], dt.date.min) if asked in numbers else None


def _day(text: str) -> dt.date | None:
    """A day of this century written 2026-12-31, else None."""
    try:
        day = dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
