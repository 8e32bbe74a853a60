"""The mails about an amendment, in the frame of those about a signature."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from accounts.models import Membership
from activity.news import News
from contracts.models import Amendment
from contracts.signing_mail import queue


def _address(row: Amendment, name: str) -> str:
    at = [row.organization.slug, row.contract_id, row.pk]
    return f"{settings.PUBLIC_URL}{reverse(f'contracts:{name}', args=at)}"


def sent(row: Amendment, by: Membership, people: Iterable[Membership]) -> None:
    """For those who may sign."""
    news = News(
        subject=f"Please sign: {row.title}, {row.contract.title}",
        sentences=[
            f"{by.name} sends amendment {row.number}, “{row.title}”, of the contract"
            f" “{row.contract.title}” for signature.",
            "Look at what it changes, then record the signature or return it with a note.",
        ],
        button="Look at it",
        url=_address(row, "sign_amendment"),
        why="You get this mail because you may sign contracts.",
    )
    _queue(news, row, people, "sent")


def returned(row: Amendment, by: Membership, people: Iterable[Membership]) -> None:
    """For whoever sent it, and the delegated manager."""
    news = News(
        subject=f"Returned: {row.title}, {row.contract.title}",
        sentences=[f"{by.name} returned the amendment “{row.title}” with this note:"],
        button="Change the amendment",
        url=_address(row, "amendment_detail"),
        why="You get this mail because you sent it or manage this contract.",
        quoted=row.returned_note,
    )
    _queue(news, row, people, "returned")


def signed(row: Amendment, by: Membership, people: Iterable[Membership]) -> None:
    """For whoever sent it, and the delegated manager."""
    news = News(
        subject=f"Signed: {row.title}, {row.contract.title}",
        sentences=[
            f"{by.name} recorded the signature of the amendment “{row.title}” of"
            f" “{row.contract.title}”. The contract’s days follow the new terms."
        ],
        button="Open the terms",
        url=_address(row, "amendment_detail"),
        why="You get this mail because you sent it or manage this contract.",
    )
    _queue(news, row, people, "signed")


def _queue(news: News, row: Amendment, people: Iterable[Membership], step: str) -> None:
    queue(news, people, row.contract, f"amendment-{row.pk}-{step}-{row.version}")
