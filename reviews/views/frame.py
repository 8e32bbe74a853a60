"""What stands above the pages of reviews: of one contract, or of all of them."""

from typing import Any

from accounts.access import MemberRequest
from contracts.models import Contract
from contracts.views.frame import find_contract, frame

REVIEWS = "reviews"  # the tab in the contract's header
# The parts of a contract's reviews; and the areas over all contracts.
HISTORY, MEASUREMENTS, CREDITS, SURVEYS = "history", "measurements", "credits", "surveys"
ISSUES, ACTIONS, CHECKS, MEETINGS = "issues", "actions", "checks", "meetings"
STANDING, RENEWALS, CHOICES, CONCENTRATION = "standing", "renewals", "choices", "concentration"
RULES = "rules"

__all__ = ["area_frame", "contract_frame", "find_contract"]


def contract_frame(request: MemberRequest, contract: Contract, part: str) -> dict[str, Any]:
    """Context for a page about one contract: contracts/includes/header.html, then reviews/includes/nav.html."""
    return {**frame(request, contract, REVIEWS), "part": part}


def area_frame(area: str) -> dict[str, Any]:
    """Context for a page over all contracts: reviews/includes/areas.html."""
    return {"area": area}
