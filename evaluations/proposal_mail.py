"""The receipt of a proposal, and what we are told while vendors answer. Never what was answered."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from activity.actions.mail import queue_mail
from activity.models import OutgoingMail
from activity.news import News, send_news
from evaluations.models import Proposal, ProposalRequest, RequestAnswer
from evaluations.proposal_values import code_words
from evaluations.request_mail import deadline_words, moment_in_words


def mail_receipt(proposal: Proposal, answers: int) -> OutgoingMail | None:
    """To whoever was asked; None without an address. `proposal` comes with request and organization."""
    if not proposal.email or proposal.answered_at is None:
        return None
    request_row = proposal.proposal_request
    organization = request_row.organization
    zone = proposal.time_zone or organization.time_zone
    context = {
        "proposal": proposal,
        "asked_for": request_row.title,
        "organization": organization.name,
        "candidate": proposal.candidate.name,
        "code": code_words(proposal.receipt_code),
        "whole_code": proposal.receipt_code,
        "answers": answers,
        "handed_in": moment_in_words(proposal.answered_at, zone, organization),
        "deadline": deadline_words(request_row, proposal.time_zone),
    }
    return queue_mail(
        to=proposal.email,
        key=f"proposal:{proposal.pk}:receipt-{proposal.answered_at.isoformat()}",
        subject=f"Receipt: your proposal for {organization.name}: {request_row.title}"[:300],
        text=render_to_string("evaluations/emails/proposal_receipt.txt", context),
        html=render_to_string("evaluations/emails/proposal_receipt.html", context),
    )


def tell_asked(asked: RequestAnswer, proposal: Proposal) -> None:
    """To whoever sent the request: all vendors wait for the answer."""
    request_row = proposal.proposal_request
    _tell(
        request_row,
        f"A vendor asks: {request_row.title}",
        [f"{proposal.candidate.name} has a question about “{request_row.title}”:"],
        "Answer it to all of them",
        f"proposal-asked:{asked.pk}",
        quoted=asked.question,
    )


def tell_declined(proposal: Proposal) -> None:
    """To whoever sent the request."""
    request_row, at = proposal.proposal_request, proposal.declined_at
    _tell(
        request_row,
        f"{proposal.candidate.name} declines: {request_row.title}",
        [f"{proposal.candidate.name} will not hand in a proposal for “{request_row.title}”."],
        "See who answers",
        f"proposal-declined:{proposal.pk}:{at.isoformat() if at else ''}",
        quoted=proposal.declined_reason,
    )


def _tell(
    request_row: ProposalRequest, subject: str, said: list[str], button: str, key: str, **more: Any
) -> None:
    news = News(
        subject=subject,
        sentences=said,
        button=button,
        url=f"{settings.PUBLIC_URL}{request_row.get_absolute_url()}",
        why="You get this mail because you sent this request for proposals.",
        **more,
    )
    send_news(news, [request_row.sent_by], request_row.organization, key)
