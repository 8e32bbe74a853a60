"""The mails about a request for proposals: to vendors with their private link, and to us when it is opened."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from activity.actions.mail import queue_mail
from activity.links import url_of
from activity.models import OutgoingMail
from activity.news import News, send_news
from core.templatetags.ui import format_date
from evaluations.models import Proposal, ProposalRequest, RequestAnswer

ANSWER = "answer_proposal"  # the public page
MAILS = {
    "ask": "{org} asks you for a proposal: {title}",
    "again": "Reminder: {org} asks you for a proposal: {title}",
    "link": "Your link again: {title}",
    "moved": "New deadline: {title}",
    "notice": "A message about the request of {org}: {title}",
    "answer": "A question was answered: {title}",
    "withdrawn": "Withdrawn: {title}",
}


def moment_in_words(moment: dt.datetime, zone: str, organization: Any) -> str:
    """ "30 Nov 2026, 17:00 (Europe/Berlin)": on the clock of that zone."""
    local = timezone.localtime(moment, ZoneInfo(zone))
    with timezone.override(ZoneInfo(zone)):
        return f"{format_date(local, organization)}, {local:%H:%M} ({zone})"


def deadline_words(request_row: ProposalRequest, zone: str) -> str:
    """The deadline on the clock of a vendor; on ours if theirs is not known."""
    if request_row.deadline_at is None:
        return ""
    organization = request_row.organization
    return moment_in_words(request_row.deadline_at, zone or organization.time_zone, organization)


def mail_vendor(kind: str, proposal: Proposal, key: str, **said: Any) -> OutgoingMail | None:
    """One mail with the vendor's private link; None without an address. `kind`: one of MAILS. The same
    `key` again is the same mail. `proposal` comes with its request and organization."""
    if not proposal.email:
        return None
    request_row = proposal.proposal_request
    organization = request_row.organization
    ours = deadline_words(request_row, organization.time_zone)
    theirs = deadline_words(request_row, proposal.time_zone)
    context = {
        "kind": kind,
        "proposal": proposal,
        "asked_for": request_row.title,
        "organization": organization.name,
        "deadline": theirs,
        "our_deadline": ours if ours != theirs else "",
        "url": "" if kind == "withdrawn" else url_of(proposal, ANSWER),
        **said,
    }
    subject = MAILS[kind].format(org=organization.name, title=request_row.title)
    return queue_mail(
        to=proposal.email,
        key=f"proposal:{proposal.pk}:{key}",
        secret=True,
        subject=subject[:300],
        text=render_to_string("evaluations/emails/proposal.txt", context),
        html=render_to_string("evaluations/emails/proposal.html", context),
    )


def mail_all(kind: str, proposals: list[Proposal], key: str, **said: Any) -> None:
    for proposal in proposals:
        mail_vendor(kind, proposal, key, **said)


def mail_answer(asked: RequestAnswer, proposals: list[Proposal]) -> None:
    """A question with its answer, or a notice, to everybody; nobody reads who asked."""
    kind = "answer" if asked.question else "notice"
    mail_all(kind, proposals, f"asked-{asked.pk}", question=asked.question, answer=asked.answer)


def tell_opened(request_row: ProposalRequest, count: int) -> None:
    """To whoever sent the request, if they are still there."""
    news = News(
        subject=f"Proposals are open: {request_row.title}",
        sentences=[
            f"The deadline has passed, and {count} {'proposal is' if count == 1 else 'proposals are'} "
            "open now.",
            "You can read them side by side.",
        ],
        button="Compare the proposals",
        url=f"{settings.PUBLIC_URL}{request_row.get_absolute_url()}compare/",
        why="You get this mail because you sent this request for proposals.",
    )
    people = [request_row.sent_by]
    send_news(news, people, request_row.organization, f"proposals-open:{request_row.pk}")
