"""Opening proposals once their deadline has passed: what was sealed becomes readable, for all at once."""

import logging
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.files import undone_on_failure, unseal_file
from core.sealing import Tampered, WrongSecretKey
from core.tenancy import organization_scope
from core.versions import lock
from evaluations import costing, request_mail
from evaluations.actions.costing import put_quote
from evaluations.actions.request_sending import delete_answers
from evaluations.actions.requests import lock_request, save_next, watch_deadline
from evaluations.models import (
    Evaluation,
    Proposal,
    ProposalAnswer,
    ProposalRequest,
    RequestQuestion,
)
from evaluations.sealed_answers import file_opener, reveal

logger = logging.getLogger(__name__)
UNREADABLE = (
    "This answer could not be opened: it was changed or lost since it was handed in. Ask the vendor for "
    "it again; the code of their receipt shows what it was."
)


@undone_on_failure
@transaction.atomic
def open_proposals(*, proposal_request: ProposalRequest, by: Membership | None) -> ProposalRequest:
    """Make all proposals readable that were handed in, never before the deadline. What vendors saved
    without handing it in is deleted unread. `by` None: the worker, by itself."""
    lock(Evaluation.objects.all(), proposal_request.evaluation_id)  # as all that changes quotes
    row = lock_request(proposal_request)
    if row.is_opened:
        return row
    if not row.is_sent or row.deadline_at is None:
        raise Refused("Nobody was asked, or the request was withdrawn.")
    if timezone.now() < row.deadline_at:
        raise Refused("The proposals are sealed until the deadline. Nobody can open them before.")
    proposals = list(row.proposals.select_for_update(of=("self",)).order_by("pk"))
    handed_in = [one for one in proposals if _counts(one)]
    if not handed_in:
        raise Refused("Nobody has handed in a proposal. Give more time, or withdraw the request.")
    for proposal in proposals:
        if not _counts(proposal):
            delete_answers(proposal)
    problems = sum(_open(row, proposal) for proposal in handed_in)
    row.state, row.opened_at, row.seal = ProposalRequest.State.OPENED, timezone.now(), b""
    save_next(row)
    _take_quotes(row, handed_in, by)
    watch_deadline(row)
    request_mail.tell_opened(row, len(handed_in))
    log.record(
        by=by,
        verb="proposal.opened",
        target=row,
        after={"proposals": len(handed_in), "answers that could not be opened": problems},
    )
    return row


def _counts(proposal: Proposal) -> bool:
    """As ProposalQuerySet.handed_in."""
    return bool(proposal.answered_at and not proposal.declined_at and not proposal.revoked_at)


def _open(row: ProposalRequest, proposal: Proposal) -> int:
    """Unseal what this vendor handed in; how many answers could not be."""
    problems = 0
    for answer in proposal.answers.select_related("file").order_by("pk"):
        at = {"proposal_id": proposal.pk, "question_id": answer.question_id}
        try:
            value = reveal(row.seal, answer.sealed, **at)
            _open_file(row, answer, value, at)
        except WrongSecretKey as error:
            raise Refused(str(error)) from error
        except (Tampered, FileNotFoundError, ValueError):
            logger.exception("Answer %s could not be opened.", answer.pk)
            value, problems = {"problem": UNREADABLE}, problems + 1
        answer.value, answer.sealed = value, b""
        answer.save()
    return problems


def _open_file(
    row: ProposalRequest, answer: ProposalAnswer, value: dict[str, Any], at: dict[str, int]
) -> None:
    if answer.file is not None:
        answer.file.organization = row.organization
        unseal_file(
            answer.file,
            file_opener(row.seal, **at),
            filename=value["filename"],
            content_type=value["content_type"],
        )


def _take_quotes(
    row: ProposalRequest, proposals: Iterable[Proposal], by: Membership | None
) -> None:
    """The price tables become the candidates' quotes, in place of what we may have typed before. One that
    can't be taken over can still be read, and typed."""
    zone = ZoneInfo(row.organization.time_zone)
    quotes = ProposalAnswer.objects.filter(
        proposal__in=proposals, question__kind=RequestQuestion.Kind.QUOTE
    )
    for answer in quotes.select_related("proposal__candidate__evaluation").order_by("pk"):
        if not answer.value.get("lines"):
            continue
        answered_at = answer.proposal.answered_at
        try:
            values = {
                **costing.values_from_answer(answer.value),
                "quoted_on": timezone.localdate(answered_at, zone) if answered_at else None,
            }
            with transaction.atomic():
                put_quote(candidate=answer.proposal.candidate, values=values, by=by)
        except (Refused, ValueError, DatabaseError) as error:
            logger.warning("The quote of proposal %s was not taken: %s", answer.proposal_id, error)


def open_due(*, requests: Iterable[ProposalRequest]) -> int:
    """Open every request whose deadline has passed; how many were opened. Called by the worker each minute.

    One that can't be opened now is tried again with the next minute, and does not keep back the others.
    """
    opened = 0
    for row in requests:
        try:
            with organization_scope(row.organization):
                open_proposals(proposal_request=row, by=None)
            opened += 1
        except Refused as error:
            logger.error("The proposals of request %s can't be opened: %s", row.pk, error)
        except Exception:  # of one request; the others go on
            logger.exception("The proposals of request %s could not be opened.", row.pk)
    return opened
