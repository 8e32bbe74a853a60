"""Sending a request for proposals, and all that is said to vendors while they answer."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.links import end_link, open_link
from core.errors import Refused
from core.files import drop_file
from core.sealing import new_seal
from core.versions import Stale, lock
from evaluations import request_mail
from evaluations.actions.requests import (
    keep_recipients,
    lock_draft,
    lock_request,
    save_next,
    watch_deadline,
)
from evaluations.models import Proposal, ProposalAnswer, ProposalRequest, RequestAnswer

# The page stays so long after the deadline, with the receipt of what was handed in.
PAGE_STAYS = dt.timedelta(days=90)
SOONEST = dt.timedelta(hours=1)
OVER = "The deadline has passed, so nothing is taken any more."


@transaction.atomic
def send_request(
    *, proposal_request: ProposalRequest, version: int, by: Membership
) -> ProposalRequest:
    """Send every chosen vendor a private link. From now on the questions are frozen, and answers are
    sealed until the deadline."""
    row = lock_draft(proposal_request, version)
    now = timezone.now()
    if row.evaluation.is_closed:
        raise Refused("Scoring is closed; a request for proposals comes before it.")
    if row.deadline_at is None or row.deadline_at < now + SOONEST:
        raise Refused("Choose a deadline that lies ahead first: vendors need time to answer.")
    if not row.questions.exists():
        raise Refused("Ask at least one question first.")
    proposals = list(row.proposals.filter(token_hash=None).order_by("pk"))
    if not proposals:
        raise Refused("Choose first who is asked.")
    row.state, row.sent_at, row.sent_by = ProposalRequest.State.SENT, now, by
    row.seal = new_seal()
    save_next(row)
    for proposal in proposals:
        _ask(row, proposal, by)
    watch_deadline(row)
    log.record(
        by=by,
        verb="proposal.request_sent",
        target=row,
        after={"to": [one.name for one in proposals], "deadline": _minute(row.deadline_at)},
    )
    return row


def _ask(row: ProposalRequest, proposal: Proposal, by: Membership) -> None:
    """Give the vendor a new link, and mail it."""
    proposal.proposal_request, proposal.organization = row, row.organization
    open_link(proposal, until_at=_deadline(row) + PAGE_STAYS, by=by, now=timezone.now())
    proposal.mail = request_mail.mail_vendor("ask", proposal, f"ask-{proposal.link_key.hex}")
    proposal.version += 1
    proposal.save()


@transaction.atomic
def ask_more(
    *,
    proposal_request: ProposalRequest,
    values: Mapping[int, Mapping[str, str]],
    version: int,
    by: Membership,
) -> ProposalRequest:
    """Ask further candidates after the request was sent, until the deadline."""
    row = _lock_waiting(proposal_request, version)
    keep_recipients(row, values)
    new = list(row.proposals.filter(token_hash=None).order_by("pk"))
    if not new:
        raise Refused("Choose at least one candidate.")
    for proposal in new:
        _ask(row, proposal, by)
    save_next(row)
    log.record(
        by=by, verb="proposal.more_asked", target=row, after={"to": [one.name for one in new]}
    )
    return row


@transaction.atomic
def resend_proposal(
    *, proposal: Proposal, values: Mapping[str, Any], version: int, by: Membership
) -> Proposal:
    """Mail a vendor their link again. A withdrawn one, or one for another address, is made anew, and the
    old one is dead. Once the vendor has begun the address stays: whoever has the link reads what was saved."""
    row = _lock_waiting(proposal.proposal_request)
    held = _lock_proposal(row, proposal, version)
    if held.declined_at:
        raise Refused(f"{held.name} has declined.")
    before, after = log.apply_changes(
        held, {name: values[name] for name in ("name", "email", "time_zone")}
    )
    if "email" in after and held.started_at and held.entered_by_id is None:
        raise Refused(
            "The vendor has begun to answer, and whoever gets the link can read that. They can pass it on "
            "themselves; or withdraw the link first, which deletes what was answered.",
            field="email",
        )
    if not held.link_works(timezone.now()) or "email" in after:
        end_link(held, now=timezone.now())
        _ask(row, held, by)
    else:
        key = f"again-{timezone.now():%Y%m%d%H%M}"
        kind = "link" if held.answered_at else "again"
        held.mail = request_mail.mail_vendor(kind, held, key)
        held.version += 1
        held.save()
    log.record(by=by, verb="proposal.asked_again", target=row, before=before, after=after)
    return held


@transaction.atomic
def note_link_shown(*, proposal: Proposal, by: Membership) -> None:
    """Write down that one of us has looked up a vendor's link. Refused once the vendor has begun: whoever
    has the link reads what was saved."""
    row = _lock_waiting(proposal.proposal_request)
    held = _lock_proposal(row, proposal)
    if held.started_at or not held.link_works(timezone.now()):
        raise Refused(
            "The vendor has begun to answer, and whoever has the link can read that. It is only mailed now."
            if held.started_at
            else "This link does not work any more. Ask again to make a new one."
        )
    log.record(by=by, verb="proposal.link_shown", target=row, after={"of": held.candidate.name})


@transaction.atomic
def withdraw_proposal_link(*, proposal: Proposal, by: Membership) -> None:
    """Make a vendor's link useless. What was answered through it is deleted unread."""
    row = _lock_waiting(proposal.proposal_request)
    held = _lock_proposal(row, proposal)
    if held.revoked_at is not None or held.token_hash is None:
        return
    end_link(held, now=timezone.now())
    delete_answers(held)
    held.started_at = held.answered_at = held.declined_at = None
    held.receipt_code, held.declined_reason = "", ""
    held.version += 1
    held.save()
    log.record(
        by=by, verb="proposal.link_withdrawn", target=row, before={"of": held.candidate.name}
    )


@transaction.atomic
def move_deadline(
    *, proposal_request: ProposalRequest, values: Mapping[str, Any], version: int, by: Membership
) -> ProposalRequest:
    """Give all vendors more time, and tell all of them. Once the deadline has passed it can be moved only
    while nobody has handed in."""
    row = lock_request(proposal_request, version)
    now = timezone.now()
    _refuse_unless_sent(row)
    new: dt.datetime = values["deadline_at"]
    before = _deadline(row)
    if before <= now and _handed_in(row):
        raise Refused("The deadline has passed, and there are proposals to open.")
    if new <= before:
        raise Refused(
            "Choose a later moment: vendors rely on the time they were given.", field="deadline_at"
        )
    if new < now + SOONEST:
        raise Refused("Choose a moment that lies ahead.", field="deadline_at")
    row.deadline_at = new
    row.questions_until_on = values["questions_until_on"]
    save_next(row)
    row.proposals.exclude(token_hash=None).update(expires_at=new + PAGE_STAYS)
    request_mail.mail_all("moved", reachable(row), f"moved-{new.isoformat()}")
    watch_deadline(row)
    log.record(
        by=by,
        verb="proposal.deadline_moved",
        target=row,
        before={"deadline": _minute(before)},
        after={"deadline": _minute(new)},
    )
    return row


@transaction.atomic
def withdraw_request(
    *, proposal_request: ProposalRequest, values: Mapping[str, Any], version: int, by: Membership
) -> ProposalRequest:
    """Call the request off and tell everybody why. All answers are deleted unread."""
    row = lock_request(proposal_request, version)
    _refuse_unless_sent(row)
    proposals = list(row.proposals.exclude(token_hash=None).order_by("pk"))
    told = [one.pk for one in reachable(row)]
    row.state, row.seal = ProposalRequest.State.WITHDRAWN, b""
    row.withdrawn_reason = values["reason"]
    save_next(row)
    for proposal in proposals:
        proposal.proposal_request, proposal.organization = row, row.organization
        end_link(proposal, now=timezone.now())
        delete_answers(proposal)
        proposal.version += 1
        proposal.save()
        if proposal.pk in told:
            request_mail.mail_vendor("withdrawn", proposal, "withdrawn", reason=values["reason"])
    watch_deadline(row)
    log.record(
        by=by,
        verb="proposal.request_withdrawn",
        target=row,
        after={"reason": row.withdrawn_reason},
    )
    return row


@transaction.atomic
def prepare_again(*, proposal_request: ProposalRequest, by: Membership) -> ProposalRequest:
    """Make a withdrawn request a draft once more: its words and questions stay, all else begins anew."""
    row = lock_request(proposal_request)
    if row.is_draft:
        return row
    if row.state != ProposalRequest.State.WITHDRAWN:
        raise Refused("Only a request that was withdrawn can be prepared again.")
    row.proposals.all().delete()
    row.asked.all().delete()
    row.state, row.withdrawn_reason = ProposalRequest.State.DRAFT, ""
    row.deadline_at = row.questions_until_on = row.sent_at = row.sent_by = None
    save_next(row)
    log.record(by=by, verb="proposal.request_prepared_again", target=row)
    return row


# Questions of vendors -------------------------------------------------------------------------------


@transaction.atomic
def answer_vendor_question(
    *, asked: RequestAnswer, values: Mapping[str, Any], version: int, by: Membership
) -> RequestAnswer:
    """Answer a vendor's question to all of them. `question` may be reworded, so that nobody is named.
    Sent twice, it is answered once."""
    row = _lock_waiting(asked.proposal_request)
    held: RequestAnswer = lock(row.asked.all(), asked.pk)
    if held.answered_at and held.answer == values["answer"]:
        return held
    if held.version != version:
        raise Stale(held)
    if held.answered_at:
        raise Refused("This was answered already. Publish a notice to add or to correct something.")
    held.question, held.answer = values["question"], values["answer"]
    held.answered_at, held.answered_by = timezone.now(), by
    held.version += 1
    held.save()
    request_mail.mail_answer(held, reachable(row))
    log.record(by=by, verb="proposal.question_answered", target=row, after={"answer": held.answer})
    return held


@transaction.atomic
def publish_notice(
    *,
    proposal_request: ProposalRequest,
    values: Mapping[str, Any],
    by: Membership,
    creation_key: uuid.UUID,
) -> RequestAnswer:
    """Tell all vendors something. Sent twice, it is told once."""
    row = _lock_waiting(proposal_request)
    there: RequestAnswer | None = RequestAnswer.objects.filter(creation_key=creation_key).first()
    if there:
        return there
    notice: RequestAnswer = RequestAnswer.objects.create(
        organization=row.organization,
        proposal_request=row,
        answer=values["answer"],
        answered_at=timezone.now(),
        answered_by=by,
        creation_key=creation_key,
    )
    request_mail.mail_answer(notice, reachable(row))
    log.record(by=by, verb="proposal.notice_published", target=row, after={"text": notice.answer})
    return notice


# What the other modules of requests share -----------------------------------------------------------


def reachable(row: ProposalRequest) -> list[Proposal]:
    """Those who were asked, whose link works, and who have not declined; with the request in memory."""
    rows = row.proposals.filter(declined_at=None).order_by("pk")
    found = [one for one in rows if one.link_works(timezone.now())]
    for one in found:
        one.proposal_request, one.organization = row, row.organization
    return found


def delete_answers(proposal: Proposal) -> None:
    """With their files, once that is committed."""
    for answer in ProposalAnswer.objects.filter(proposal=proposal).select_related("file"):
        drop_file(answer.file)
        answer.delete()


def _lock_waiting(proposal_request: ProposalRequest, version: int | None = None) -> ProposalRequest:
    """The request, locked; Refused unless vendors can still answer."""
    row = lock_request(proposal_request, version)
    _refuse_unless_sent(row)
    if _deadline(row) <= timezone.now():
        raise Refused(OVER)
    return row


def _deadline(row: ProposalRequest) -> dt.datetime:
    """A request that was sent has one."""
    if row.deadline_at is None:
        raise Refused("Choose a deadline first.")
    return row.deadline_at


def _refuse_unless_sent(row: ProposalRequest) -> None:
    if row.is_draft:
        raise Refused("Nobody was asked yet.")
    if not row.is_sent:
        raise Refused(
            "The proposals are open, so nothing about this request changes any more."
            if row.is_opened
            else "This request was withdrawn."
        )


def _lock_proposal(
    row: ProposalRequest, proposal: Proposal, version: int | None = None
) -> Proposal:
    """Like core.versions.lock; the vendor's own page locks the same row."""
    rows = row.proposals.select_related("candidate", "mail")
    held: Proposal = lock(rows, proposal.pk, version)
    held.proposal_request, held.organization = row, row.organization
    return held


def _handed_in(row: ProposalRequest) -> bool:
    return bool(row.proposals.handed_in().exists())


def _minute(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
