"""What a vendor does behind the private link: answers, asks, hands in. Everything is sealed at once.

Whoever saves holds the request and then the proposal, as all that changes a request does (request_sending,
request_opening): so no answer slips in after the deadline, or while the proposals are opened.
"""

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.links import LinkGone
from core.errors import Refused
from core.files import drop_file, keep_file, undone_on_failure
from core.versions import Gone, lock
from evaluations import proposal_mail
from evaluations.models import (
    Proposal,
    ProposalAnswer,
    ProposalRequest,
    RequestAnswer,
    RequestQuestion,
)
from evaluations.proposal_page import may_ask
from evaluations.proposal_values import FILE, SALT, Given, bare, mark_of, missing, receipt_code
from evaluations.sealed_answers import file_sealer, hide, reveal

MOST_ASKED = 20  # questions of one vendor about one request


class TooLate(Refused):
    """The deadline has passed."""

    def __init__(self) -> None:
        super().__init__(
            "The deadline has passed, so nothing can be changed or handed in any more."
        )


class HandedIn(Refused):
    """What was handed in is taken back before it is changed."""

    def __init__(self) -> None:
        super().__init__("This proposal is handed in. Take it back first, then change it.")


class Incomplete(Refused):
    """Something has to be answered before it can be handed in: `missing` by question."""

    def __init__(self, missing: Mapping[int, Sequence[str]]) -> None:
        super().__init__("It is not handed in yet: some questions still need an answer.")
        self.missing = missing


@dataclass
class Kept:
    """What became of the answers that were sent: `clashes` were changed by somebody else meanwhile and
    stay as they are, {question: that value}."""

    proposal: Proposal
    saved: set[int] = field(default_factory=set)
    clashes: dict[int, dict[str, Any]] = field(default_factory=dict)


@undone_on_failure
@transaction.atomic
def save_answers(*, proposal: Proposal, given: Mapping[int, Given]) -> Kept:
    """Keep some answers, {question: answer}; the others stay as they are."""
    row = _lock_open(proposal)
    _refuse_handed_in(row)
    kept = _keep(row, given)
    if kept.saved:
        _begin_by_link(row)
    return kept


@undone_on_failure
@transaction.atomic
def enter_answers(
    *, proposal: Proposal, given: Mapping[int, Given], by: Membership, hands_in: bool = False
) -> Kept:
    """Type in what a vendor sent on paper or in a spreadsheet, until the deadline; sealed as well. Not
    where the vendor has begun on the page."""
    row = _lock_open(proposal, by_link=False)
    if row.started_at and row.entered_by_id is None:
        raise Refused("The vendor has begun to answer on the page; only they can change it there.")
    if row.answered_at:
        raise Refused("This proposal is handed in.")
    if row.revoked_at:  # what is handed in behind a withdrawn link is never opened
        raise Refused("This vendor's link was withdrawn. Send it again first.")
    row.entered_by = by
    kept = _keep(row, given)
    _begin(row)
    row.save()
    log.record(
        by=by,
        verb="proposal.answers_entered",
        target=row.proposal_request,
        after={"of": row.candidate.name, "answers": len(kept.saved)},
    )
    if hands_in and not kept.clashes:
        _hand_in(row, by)
    return kept


def _begin_by_link(row: Proposal) -> None:
    """From here on the answers are the vendor's, also where one of us had typed in the first of them: nobody
    of us may overwrite them any more, or send the link to somebody else."""
    if row.entered_by_id is not None:
        row.entered_by = None
        row.seen_at = row.seen_at or timezone.now()
        row.save()
    _begin(row)


def _begin(row: Proposal) -> None:
    now = timezone.now()
    if row.started_at is not None:
        return
    row.started_at = now
    if row.entered_by_id is None:
        row.seen_at = row.seen_at or now
    row.save()
    _record(row, "proposal.started")


# Answers --------------------------------------------------------------------------------------------


def _keep(row: Proposal, given: Mapping[int, Given]) -> Kept:
    kept = Kept(row)
    questions = row.proposal_request.questions.in_bulk(list(given))
    rows = row.answers.filter(question__in=questions).select_related("file")
    stored = {one.question_id: one for one in rows}
    for pk, question in questions.items():
        answer, said = stored.get(pk), given[pk]
        current = _value(row, answer)
        if not _changes(question, said, current):
            continue
        if said.shown is not None and said.shown != mark_of(current):
            if _changes_what_it_showed(said):
                kept.clashes[pk] = bare(current)
            continue
        _write(row, question, answer, said)
        kept.saved.add(pk)
    return kept


def _value(row: Proposal, answer: ProposalAnswer | None) -> dict[str, Any]:
    if answer is None:
        return {}
    at = {"proposal_id": row.pk, "question_id": answer.question_id}
    return reveal(row.proposal_request.seal, answer.sealed, **at)


def _changes(question: RequestQuestion, said: Given, current: Mapping[str, Any]) -> bool:
    if question.kind == FILE:
        return said.upload is not None or (said.removes and bool(bare(current)))
    return mark_of(said.value) != mark_of(current)


def _changes_what_it_showed(said: Given) -> bool:
    """Who only sends a page on which this answer was not touched takes nothing back of another's."""
    return said.upload is not None or said.removes or mark_of(said.value) != said.shown


def _write(
    row: Proposal, question: RequestQuestion, answer: ProposalAnswer | None, said: Given
) -> None:
    value = dict(said.value)
    old = answer.file if answer is not None else None
    if not (value or said.upload):
        if answer is not None:
            answer.delete()
        drop_file(old)
        return
    request_row = row.proposal_request
    at = {"proposal_id": row.pk, "question_id": question.pk}
    answer = answer or ProposalAnswer(
        organization=request_row.organization, proposal=row, question=question
    )
    if said.upload is not None:
        value = _file_value(said.upload)
        answer.file = keep_file(
            said.upload.upload,
            said.upload.accepted.name,
            organization=request_row.organization,
            seal=file_sealer(request_row.seal, **at),
            field=None,
        )
    answer.value = {}
    answer.sealed = hide(request_row.seal, {**value, SALT: secrets.token_hex(8)}, **at)
    answer.version += 1
    answer.save()
    if said.upload is not None:
        drop_file(old)


def _file_value(paper: Any) -> dict[str, Any]:
    """Its fingerprint is part of what the receipt's code stands for."""
    paper.upload.seek(0)
    digest = hashlib.sha256(paper.upload.read()).hexdigest()
    paper.upload.seek(0)
    return {
        "filename": paper.accepted.name,
        "content_type": paper.accepted.content_type,
        "size": paper.upload.size,
        "sha256": digest,
    }


# Handing in -----------------------------------------------------------------------------------------


@transaction.atomic
def hand_in(*, proposal: Proposal) -> Proposal:
    """Hand in what is saved. The vendor gets a receipt; until the deadline it can be taken back.

    Raises Incomplete. Sent twice, it is handed in once.
    """
    row = _lock_open(proposal)
    return row if row.answered_at else _hand_in(row, None)


def _hand_in(row: Proposal, by: Membership | None) -> Proposal:
    questions = list(row.proposal_request.questions.order_by("position", "pk"))
    values = {one.question_id: _value(row, one) for one in row.answers.all()}
    lacks = {one.pk: missing(one, values.get(one.pk, {})) for one in questions}
    lacks = {pk: words for pk, words in lacks.items() if words}
    if lacks:
        raise Incomplete(lacks)
    if not values:
        raise Refused("Answer at least one question before you hand it in.")
    row.answered_at, row.receipt_code = timezone.now(), receipt_code(values)
    row.receipt_mail = proposal_mail.mail_receipt(row, len(values))
    _save_next(row)
    _record(row, "proposal.handed_in", by, receipt=row.receipt_code)
    return row


@transaction.atomic
def take_back(*, proposal: Proposal) -> Proposal:
    """Change one's mind before the deadline: what was handed in is a draft again."""
    row = _lock_open(proposal)
    if row.answered_at:
        was = row.receipt_code
        row.answered_at, row.receipt_code = None, ""
        _save_next(row)
        _record(row, "proposal.taken_back", receipt=was)
    return row


@transaction.atomic
def decline(*, proposal: Proposal, values: Mapping[str, Any]) -> Proposal:
    """Say that there will be no proposal, and why. It can be reconsidered until the deadline."""
    row = _lock_open(proposal, declined=True)
    _refuse_handed_in(row)
    if row.declined_at is None:
        row.declined_at, row.declined_reason = timezone.now(), values["reason"]
        _save_next(row)
        _record(row, "proposal.declined", reason=row.declined_reason)
        proposal_mail.tell_declined(row)
    return row


@transaction.atomic
def reconsider(*, proposal: Proposal) -> Proposal:
    """Answer after all; what was saved before is still there."""
    row = _lock_open(proposal, declined=True)
    if row.declined_at is not None:
        row.declined_at, row.declined_reason = None, ""
        _save_next(row)
        _record(row, "proposal.reconsidered")
    return row


# Asking ---------------------------------------------------------------------------------------------


@transaction.atomic
def ask(*, proposal: Proposal, values: Mapping[str, Any], creation_key: uuid.UUID) -> RequestAnswer:
    """Ask us something. The answer goes to all vendors, without the name. Sent twice, it is asked once."""
    row = _lock_open(proposal)
    request_row = row.proposal_request
    there: RequestAnswer | None = RequestAnswer.objects.filter(creation_key=creation_key).first()
    if there is not None and there.proposal_id == row.pk:
        return there
    if there is not None:  # the form of another page, sent to this one
        creation_key = uuid.uuid4()
    if not may_ask(request_row, timezone.now()):
        raise Refused("The time for questions is over.", field="question")
    if row.asked.count() >= MOST_ASKED:
        raise Refused(
            f"You have asked {MOST_ASKED} questions, which is the most that is taken here. "
            "Write to the person who sent you the link.",
            field="question",
        )
    asked: RequestAnswer = RequestAnswer.objects.create(
        organization=request_row.organization,
        proposal_request=request_row,
        proposal=row,
        question=values["question"],
        creation_key=creation_key,
    )
    _record(row, "proposal.question_asked", question=asked.question)
    proposal_mail.tell_asked(asked, row)
    return asked


@transaction.atomic
def note_seen(*, proposal: Proposal) -> Proposal:
    """The vendor has opened the page for the first time."""
    row: Proposal = lock(Proposal.objects.select_related("candidate"), proposal.pk)
    if row.token_hash != proposal.token_hash or row.seen_at is not None:
        return row
    row.proposal_request = proposal.proposal_request
    row.seen_at = timezone.now()
    row.save()
    _record(row, "proposal.link_opened")
    return row


# Shared ---------------------------------------------------------------------------------------------


def _lock_open(proposal: Proposal, *, by_link: bool = True, declined: bool = False) -> Proposal:
    """The proposal, held with its request, while answers are taken. Raises LinkGone or TooLate."""
    requests = ProposalRequest.objects.select_related("organization", "evaluation", "sent_by__user")
    try:
        request_row: ProposalRequest = lock(requests, proposal.proposal_request_id)
        row: Proposal = lock(Proposal.objects.select_related("candidate"), proposal.pk)
    except Gone:
        raise LinkGone from None
    now = timezone.now()
    row.proposal_request, row.organization = request_row, request_row.organization
    if by_link and (row.token_hash != proposal.token_hash or not row.link_works(now)):
        raise LinkGone
    if request_row.is_opened:
        raise TooLate
    if not request_row.is_sent:
        raise LinkGone
    if request_row.deadline_at is None or now >= request_row.deadline_at:
        raise TooLate
    if row.declined_at and not declined:
        raise Refused("You have declined. Say first that you answer after all.")
    return row


def _refuse_handed_in(row: Proposal) -> None:
    if row.answered_at:
        raise HandedIn


def _save_next(row: Proposal) -> None:
    row.version += 1
    row.save()


def _record(row: Proposal, verb: str, by: Membership | None = None, **said: Any) -> None:
    """On the request's trail; never what was answered."""
    target = row.proposal_request
    log.record(by=by, verb=verb, target=target, after={"of": row.candidate.name, **said})
