"""The mails about renewals: rendered here, queued by the actions."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from accounts.models import Membership, Organization
from activity.news import News, send_news
from core.templatetags.ui import format_date
from reviews.models import Choice, RenewalBrief

MOST_NAMED = 10


def appeared(
    briefs: Sequence[RenewalBrief], people: Sequence[Membership], organization: Organization
) -> None:
    """One mail to each person for all briefs that built themselves at once."""
    if not briefs:
        return
    send_news(
        _appeared(briefs, organization), people, organization, f"renewals-appeared:{briefs[0].pk}"
    )


def _appeared(briefs: Sequence[RenewalBrief], organization: Organization) -> News:
    first = briefs[0]
    if len(briefs) == 1:
        return News(
            subject=f"Keep it or leave? {first.contract.title}",
            sentences=[
                f"The last day to decide about “{first.contract.title}” with"
                f" {first.contract.vendor} is {_day(first, organization)}.",
                "Its renewal brief has gathered what speaks for and against it. Look at it and say"
                " what you would do.",
            ],
            button="Open the brief",
            url=f"{settings.PUBLIC_URL}{first.get_absolute_url()}",
            why="You get this mail because you run this contract or decide about renewals.",
        )
    named = [
        f"“{brief.contract.title}” with {brief.contract.vendor}: {_day(brief, organization)}"
        for brief in briefs[:MOST_NAMED]
    ]
    more = len(briefs) - len(named)
    return News(
        subject=f"{len(briefs)} contracts to keep or leave",
        sentences=[
            f"Renewal briefs of {len(briefs)} contracts are ready. The last day to decide about each:",
            *named,
            *([f"And {more} more."] if more else []),
        ],
        button="See all renewals",
        url=settings.PUBLIC_URL + reverse("reviews:renewal_list", args=[organization.slug]),
        why="You get this mail because you run one of these contracts or decide about renewals.",
    )


def _day(brief: RenewalBrief, organization: Organization) -> str:
    return format_date(brief.safe_notice_on, organization)


def decided(brief: RenewalBrief, by: Membership, people: Sequence[Membership]) -> None:
    """For those who voted, who run the contract, and who could have decided."""
    contract, record = brief.contract, brief.record
    wish = Choice(brief.choice).label
    seal = (
        f"Keep this mail: the seal (SHA-256) of record {record.number} is {record.sha256}."
        if record
        else ""
    )
    news = News(
        subject=f"Decided: {wish.lower()} – {contract.title}",
        sentences=[
            f"{by.name} decided about “{contract.title}” with {contract.vendor}: {wish.lower()}.",
            *([seal] if seal else []),
            "The reason:",
        ],
        button="See the decision",
        url=f"{settings.PUBLIC_URL}{brief.get_absolute_url()}",
        why="You get this mail because you run this contract, voted, or decide about renewals.",
        quoted=brief.rationale,
    )
    send_news(news, people, contract.organization, f"renewal-decided:{brief.pk}")
