"""What the frozen record of a renewal holds: the decision, the votes, and the facts as they were seen."""

from typing import Any

from activity.records import moment
from reviews.models import Choice, RenewalBrief

KIND = "renewal"


def record_data(brief: RenewalBrief) -> dict[str, Any]:
    """The content, from the rows: what is frozen, and what the database is compared with later."""
    contract, organization = brief.contract, brief.organization
    return {
        "organization": {"id": organization.pk, "name": organization.name},
        "contract": {
            "id": contract.pk,
            "title": contract.title,
            "reference": contract.reference,
            "vendor": {"id": contract.vendor_id, "name": contract.vendor.name},
        },
        "renewal": {
            "id": brief.pk,
            "last_safe_on": brief.safe_notice_on.isoformat(),
            "choice": brief.choice,
            "choice_in_words": str(Choice(brief.choice).label),
            "rationale": brief.rationale,
            "decided_by": {
                "id": brief.decided_by_id,
                "name": brief.decided_by.name if brief.decided_by else "",
            },
            "decided_at": moment(brief.decided_at),
        },
        "votes": [
            {
                "member": {"id": vote.member_id, "name": vote.member.name},
                "choice": vote.choice,
                "reason": vote.reason,
                "voted_at": moment(vote.voted_at),
            }
            for vote in brief.votes.first_said_first()
        ],
        "facts": brief.facts,
    }
