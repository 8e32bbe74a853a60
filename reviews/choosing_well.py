"""Did we choose well: what was promised at the selection against what was measured since."""

from accounts.models import Organization


def advice_for_criteria(organization: Organization) -> list[str]:
    """What past choices teach whoever chooses criteria (settings.CRITERIA_ADVICE)."""
    return []
