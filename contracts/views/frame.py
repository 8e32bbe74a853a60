"""What stands above every page of one contract: its name, vendor, status and tabs."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.access import MemberRequest
from contracts.models import Contract

OVERVIEW, TERMS, LEVELS, CLAUSES = "overview", "terms", "levels", "clauses"
DOCUMENTS, KEYS, TRANSITION, EXIT = "documents", "keys", "transition", "exit"
PROMISES = "promises"


def find_contract(request: MemberRequest, contract_id: int) -> Contract:
    """The contract with its vendor and people, in one query; 404 if it is not this organization's."""
    rows = request.org.contract_set.select_related("vendor", "manager__user", "counterpart")
    contract: Contract = get_object_or_404(rows, pk=contract_id)
    contract.organization = contract.vendor.organization = request.org
    return contract


def frame(request: MemberRequest, contract: Contract, tab: str) -> dict[str, Any]:
    """Template context for contracts/includes/header.html: `contract`, its `contract_status`, `tab`."""
    today = timezone.localdate()  # in the organization's time zone; see member_view
    return {
        "contract": contract,
        "contract_status": contract.status(today),
        "today": today,
        "tab": tab,
    }
