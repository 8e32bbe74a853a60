"""The checklist of clauses, and what a contract still lacks."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts import completeness as checking
from contracts.actions import clauses as actions
from contracts.clauses import BY_KEY, CLAUSES
from contracts.completeness import Finding
from contracts.forms.clauses import STATES, ClausesForm, differing
from contracts.models import Clause, Contract
from contracts.promise_ledger import in_clauses
from contracts.readings import completeness_of
from contracts.views.frame import CLAUSES as TAB
from contracts.views.frame import OVERVIEW, find_contract, frame
from core.editing import Saved, save
from core.http import go, page

LIST = "contracts:clause_list"
# Where a finding is mended. Who may not edit is shown where it is said.
PLACES = {
    "edit": "edit_contract",
    "communication": "edit_communication",
    "terms": "contract_terms",
    "levels": "service_level_list",
    "clauses": "clause_list",
    "documents": "document_list",
    "keys": "key_list",
    "transition": "transition_plan",
    "exit": "exit_plan",
    "promises": "contract_promises",
    "parent": "contract_detail",
}


@member_view(Perm.CONTRACT_VIEW)
def clause_list(request: MemberRequest, contract_id: int) -> HttpResponse:
    """All standard clauses on one page; `?state=` shows those of one state."""
    contract = find_contract(request, contract_id)
    stored = _stored(contract)
    form = ClausesForm(keys=_keys_in(stored, request.GET.get("state", "")), stored=stored)
    return _show(request, contract, Saved(form), stored)


@member_view(Perm.CONTRACT_EDIT)
def save_clauses(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Save what was changed on the page; asked for without a form, it shows the page."""
    contract = find_contract(request, contract_id)
    if request.method != "POST":
        return go(request, _address(request, contract))
    stored = _stored(contract)
    form = ClausesForm(request.POST, keys=_keys_posted(request), stored=stored)
    act = partial(actions.save_clauses, contract=contract, by=request.member)
    saved = save(form, _counted(act), compare=differing)
    if saved.row:
        messages.success(request, _saved_words(saved.row.count))
        return go(request, _address(request, contract))
    if saved.status == 409:
        form.merge(_stored(contract))
    return _show(request, contract, saved, stored)


def _show(
    request: MemberRequest, contract: Contract, saved: Saved, stored: dict[str, Clause]
) -> HttpResponse:
    context: dict[str, Any] = {
        **frame(request, contract, TAB),
        **saved.context,
        "lines": saved.form.lines(),
        "filters": _filters(stored),
        "wanted": request.GET.get("state", ""),
        "held": in_clauses(contract),
    }
    return page(request, "contracts/clause_list.html", context, part="clauses", status=saved.status)


class _Count:
    """How many rows changed; true even when none did."""

    def __init__(self, count: int) -> None:
        self.count = count


def _counted(act: Any) -> Any:
    return lambda **given: _Count(act(**given))


def _saved_words(count: int) -> str:
    if not count:
        return "Nothing was changed."
    return "1 clause is saved." if count == 1 else f"{count} clauses are saved."


def _stored(contract: Contract) -> dict[str, Clause]:
    return {row.key: row for row in contract.clauses.order_by("pk")}


def _keys_posted(request: MemberRequest) -> list[str]:
    """The rows that the page showed, in their order."""
    return [clause.key for clause in CLAUSES if f"{clause.key}-seen" in request.POST]


def _state(stored: dict[str, Clause], key: str) -> str:
    return stored[key].state if key in stored else Clause.State.UNCHECKED.value


def _keys_in(stored: dict[str, Clause], state: str) -> list[str]:
    known = {value for value, _ in STATES}
    return [key for key in BY_KEY if state not in known or _state(stored, key) == state]


def _filters(stored: dict[str, Clause]) -> list[tuple[str, str, int]]:
    """(state, its words, how many clauses are in it), all of them first."""
    states = [_state(stored, key) for key in BY_KEY]
    return [
        ("", "All", len(states)),
        *((value, label, states.count(value)) for value, label in STATES if value in states),
    ]


def _address(request: MemberRequest, contract: Contract) -> str:
    """Back to the same filter, as long as something is in it."""
    state = request.GET.get("state", "")
    url = reverse(LIST, args=[request.org.slug, contract.pk])
    known = {value for value, _ in STATES}
    left = state in known and any(_state(_stored(contract), key) == state for key in BY_KEY)
    return f"{url}?state={state}" if left else url


# Completeness -----------------------------------------------------------------------------------------


@member_view(Perm.CONTRACT_VIEW)
def completeness(request: MemberRequest, contract_id: int) -> HttpResponse:
    """What is missing, what is weak, what is in order, each with the place to mend it."""
    contract = find_contract(request, contract_id)
    context = frame(request, contract, OVERVIEW)
    context |= completeness_view_data(request, contract, context["today"])
    return page(request, "contracts/completeness.html", context)


def completeness_view_data(
    request: MemberRequest, contract: Contract, today: Any
) -> dict[str, Any]:
    """Template context: `groups` of (state, badge, heading, lines), each line (finding, address), `counts`
    by state, and for who may mend it `first`, the finding to begin with."""
    findings = completeness_of(contract, today)
    lines = [(finding, _place(request, contract, finding)) for finding in findings]
    headings = {
        checking.MISSING: ("bad", "Missing"),
        checking.WARNING: ("warn", "Look at it again"),
        checking.OK: ("ok", "In order"),
    }
    groups = [
        (state, badge, heading, [line for line in lines if line[0].state == state])
        for state, (badge, heading) in headings.items()
    ]
    open_ones = [finding for _, _, _, group in groups[:2] for finding, _ in group]
    can_mend = request.member.can(Perm.CONTRACT_EDIT)
    return {
        "groups": groups,
        "counts": checking.counts(findings),
        "can_mend": can_mend,
        "first": open_ones[0] if open_ones and can_mend else None,
    }


def _place(request: MemberRequest, contract: Contract, finding: Finding) -> str:
    name = PLACES[finding.link]
    if name.startswith("edit_") and not request.member.can(Perm.CONTRACT_EDIT):
        name = "contract_detail"
    target = contract.parent_id if finding.link == "parent" else contract.pk
    return reverse(f"contracts:{name}", args=[request.org.slug, target])
