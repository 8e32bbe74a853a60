"""Who may get the result of a review, and who gets it if nobody is named."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import Membership
from reviews.models import Review, ReviewPlan, ReviewRecipient
from vendors.models import Contact


@dataclass(frozen=True)
class Possible:
    """Members of the organization, and the vendor's contacts with an address, each by name."""

    members: Sequence[Membership]
    contacts: Sequence[Contact]


def possible(review: Review) -> Possible:
    """Two queries."""
    members = review.organization.memberships.current().select_related("user")
    contacts = Contact.objects.filter(vendor_id=review.contract.vendor_id).exclude(email="")
    return Possible(
        members=sorted(members, key=lambda member: (member.name.lower(), member.pk)),
        contacts=list(contacts.main_first()),
    )


def reviewer_of(review: Review) -> Membership | None:
    """To whom the review was delegated, else whoever the plan names, else whoever runs the contract."""
    if review.reviewer is not None:
        return review.reviewer
    plan = (
        ReviewPlan.objects.filter(contract_id=review.contract_id)
        .select_related("reviewer__user")
        .first()
    )
    if plan is not None and plan.reviewer is not None:
        return plan.reviewer
    found: Membership | None = review.contract.manager
    return found


def usual_members(review: Review) -> list[Membership]:
    """Whoever runs the contract and whoever holds the review, without those who have left."""
    people = [review.contract.manager, reviewer_of(review)]
    found = {member.pk: member for member in people if member is not None and not member.ended_at}
    return list(found.values())


Key = tuple[str, int | None]


def key_of(recipient: ReviewRecipient) -> Key:
    """Who it is: ("member", 3) or ("contact", 7)."""
    if recipient.member_id:
        return "member", recipient.member_id
    return "contact", recipient.contact_id


def list_version(recipients: Iterable[ReviewRecipient]) -> int:
    """A number that changes with the list, as the version of a row does with the row."""
    keys = sorted(f"{kind}{pk}" for kind, pk in map(key_of, recipients))
    return zlib.crc32(",".join(keys).encode()) + 1


def address_of(recipient: ReviewRecipient) -> tuple[str, str]:
    """Name and e-mail address; no address for a contact who has none, or a member who has left."""
    member, contact = recipient.member, recipient.contact
    if member is not None:
        return member.name, "" if member.ended_at else member.user.email
    return (contact.name, contact.email) if contact is not None else ("", "")
