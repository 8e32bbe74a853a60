"""The mails about a signature: rendered here, queued by the actions."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from accounts.models import Membership
from activity.news import News, send_news
from contracts.models import Contract


def _address(contract: Contract, name: str) -> str:
    at = [contract.organization.slug, contract.pk]
    return f"{settings.PUBLIC_URL}{reverse(f'contracts:{name}', args=at)}"


def sent(contract: Contract, by: Membership) -> News:
    """For those who may sign."""
    return News(
        subject=f"Please sign: {contract.title}",
        sentences=[
            f"{by.name} sends the contract “{contract.title}” with {contract.vendor} for signature.",
            "Look through what was agreed and what is still open, then record the signature or"
            " return it with a note.",
        ],
        button="Look at it",
        url=_address(contract, "sign_contract"),
        why="You get this mail because you may sign contracts.",
    )


def returned(contract: Contract, by: Membership) -> News:
    """For whoever sent it, and the delegated manager."""
    return News(
        subject=f"Returned: {contract.title}",
        sentences=[
            f"{by.name} returned the contract “{contract.title}” with {contract.vendor} with this note:"
        ],
        button="Change the draft",
        url=_address(contract, "contract_detail"),
        why="You get this mail because you sent or manage this contract.",
        quoted=contract.returned_note,
    )


def signed(contract: Contract, by: Membership) -> News:
    """For whoever sent it, and the delegated manager."""
    return News(
        subject=f"Signed: {contract.title}",
        sentences=[
            f"{by.name} recorded the signature of “{contract.title}” with {contract.vendor}.",
            "Its days are watched from now on: whoever manages it is reminded in time.",
        ],
        button="Open the contract",
        url=_address(contract, "contract_detail"),
        why="You get this mail because you sent or manage this contract.",
    )


def queue(news: News, people: Iterable[Membership], contract: Contract, step: str) -> None:
    """Promise the mail to each of these people, once for each step at this version."""
    key = f"contract:{contract.pk}:{step}:{contract.version}"
    send_news(news, people, contract.organization, key)
