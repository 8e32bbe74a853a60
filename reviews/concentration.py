"""How much hangs on one vendor, and when a second one is worth a look."""

from accounts.models import Organization


def advice_for_contract(organization: Organization) -> list[str]:
    """What to know before one more contract is drawn up (settings.CONTRACT_ADVICE)."""
    return []
