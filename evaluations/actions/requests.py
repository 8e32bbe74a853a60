"""A request for proposals while it is prepared: what it says, its questions, who will be asked."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from activity import actions as activity
from activity import log
from activity.watching import Day
from core.errors import Refused
from core.versions import Gone, lock
from evaluations import request_order
from evaluations.models import (
    Candidate,
    Evaluation,
    Proposal,
    ProposalRequest,
    RequestQuestion,
)
from evaluations.request_starters import Starter, question_key

FIELDS = ("title", "introduction", "deadline_at", "questions_until_on")
QUESTION_FIELDS = (
    "section",
    "text",
    "help",
    "kind",
    "choices",
    "unit",
    "required",
    "criterion",
)
MOST_QUESTIONS = 100
DEADLINE = "proposal.deadline"
SENT = (
    "The request was sent: what vendors read and are asked stays as it is. Publish a notice to tell all of "
    "them something more."
)


@transaction.atomic
def create_proposal_request(
    *, evaluation: Evaluation, values: Mapping[str, Any], by: Membership
) -> ProposalRequest:
    """Begin the request of an evaluation; nobody is asked yet. Sent twice, it is there once."""
    held = lock(Evaluation.objects.all(), evaluation.pk)
    there: ProposalRequest | None = ProposalRequest.objects.filter(evaluation=held).first()
    if there:
        return there
    if held.is_closed:
        raise Refused("Scoring is closed; a request for proposals comes before it.")
    row: ProposalRequest = ProposalRequest.objects.create(
        organization=by.organization,
        evaluation=held,
        created_by=by,
        **{name: values[name] for name in FIELDS},
    )
    log.record(by=by, verb="proposal.request_drafted", target=row)
    return row


@transaction.atomic
def edit_proposal_request(
    *, proposal_request: ProposalRequest, values: Mapping[str, Any], version: int, by: Membership
) -> ProposalRequest:
    """Change what the request says, until it is sent."""
    row = lock_draft(proposal_request, version)
    before, after = log.apply_changes(row, {name: values[name] for name in FIELDS})
    if after:
        save_next(row)
        log.record(by=by, verb="proposal.request_changed", target=row, before=before, after=after)
    return row


@transaction.atomic
def delete_proposal_request(*, proposal_request: ProposalRequest, by: Membership) -> None:
    """Throw a request away that nobody was sent."""
    row = lock_draft(proposal_request)
    log.record(by=by, verb="proposal.request_deleted", target=row)
    row.delete()


# Questions ------------------------------------------------------------------------------------------


@transaction.atomic
def add_question(
    *, proposal_request: ProposalRequest, values: Mapping[str, Any], version: int, by: Membership
) -> ProposalRequest:
    """Add one question at the end of its section."""
    row = lock_draft(proposal_request, version)
    _add(row, [{name: values[name] for name in QUESTION_FIELDS}])
    save_next(row)
    log.record(
        by=by, verb="proposal.question_added", target=row, after={"question": values["text"]}
    )
    return row


@transaction.atomic
def take_starters(
    *, proposal_request: ProposalRequest, chosen: Sequence[Starter], by: Membership
) -> int:
    """Add questions that were offered, but none that is there already; how many were added."""
    row = lock_draft(proposal_request)
    asked = {question_key(text) for text in row.questions.values_list("text", flat=True)}
    own = set(row.evaluation.criteria.values_list("pk", flat=True))
    new = [starter for starter in chosen if starter.key not in asked]
    _add(
        row,
        [
            {
                "section": starter.section,
                "text": starter.text,
                "help": starter.help,
                "kind": starter.kind,
                "unit": starter.unit,
                "required": starter.required,
                "criterion_id": starter.criterion if starter.criterion in own else None,
            }
            for starter in new
        ],
    )
    if new:
        save_next(row)
        log.record(
            by=by, verb="proposal.questions_added", target=row, after={"questions": len(new)}
        )
    return len(new)


def _add(row: ProposalRequest, rows: Sequence[Mapping[str, Any]]) -> None:
    stored = list(row.questions.order_by("position", "pk"))
    if len(stored) + len(rows) > MOST_QUESTIONS:
        raise Refused(
            f"A request has {MOST_QUESTIONS} questions at most. Vendors answer fewer better."
        )
    kinds = [*(one.kind for one in stored), *(values["kind"] for values in rows)]
    _refuse_second_quote(kinds)
    for place, values in enumerate(rows, start=len(stored) + 1):
        stored.append(
            RequestQuestion.objects.create(
                organization=row.organization, proposal_request=row, position=place, **values
            )
        )
    _renumber(request_order.in_order(stored))


def _refuse_second_quote(kinds: Sequence[str]) -> None:
    """The price becomes the candidate's quote, and a candidate has one."""
    if kinds.count(RequestQuestion.Kind.QUOTE) > 1:
        raise Refused("One price table is enough: it has a line for every part.", field="kind")


def _renumber(rows: Sequence[RequestQuestion]) -> None:
    changed = []
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            row.position = position
            changed.append(row)
    RequestQuestion.objects.bulk_update(changed, ["position"])


@transaction.atomic
def edit_question(
    *, question: RequestQuestion, values: Mapping[str, Any], version: int, by: Membership
) -> ProposalRequest:
    """Reword one question; `version` is that of the request."""
    request_row = lock_draft(question.proposal_request, version)
    row = _question(request_row, question)
    before, after = log.apply_changes(row, {name: values[name] for name in QUESTION_FIELDS})
    if not after:
        return request_row
    others = request_row.questions.exclude(pk=row.pk).values_list("kind", flat=True)
    _refuse_second_quote([*others, row.kind])
    row.save()
    _renumber(request_order.in_order(list(request_row.questions.order_by("position", "pk"))))
    save_next(request_row)
    log.record(
        by=by, verb="proposal.question_changed", target=request_row, before=before, after=after
    )
    return request_row


@transaction.atomic
def remove_question(*, question: RequestQuestion, by: Membership) -> None:
    """Take one question out, until the request is sent."""
    request_row = lock_draft(question.proposal_request)
    row = request_row.questions.filter(pk=question.pk).first()
    if row is None:
        return
    row.delete()
    save_next(request_row)
    log.record(
        by=by, verb="proposal.question_removed", target=request_row, before={"question": row.text}
    )


@transaction.atomic
def move_question(
    *, question: RequestQuestion, step: int, whole_section: bool, by: Membership
) -> None:
    """Move one question, or the section it stands in, up (-1) or down (1)."""
    request_row = lock_draft(question.proposal_request)
    row = _question(request_row, question)
    rows = list(request_row.questions.order_by("position", "pk"))
    if whole_section:
        _renumber(request_order.section_moved(rows, row.section, step))
    else:
        _renumber(request_order.moved(rows, row.pk, step))
    save_next(request_row)
    log.record(
        by=by, verb="proposal.question_moved", target=request_row, after={"question": row.text}
    )


def _question(request_row: ProposalRequest, question: RequestQuestion) -> RequestQuestion:
    row: RequestQuestion | None = request_row.questions.filter(pk=question.pk).first()
    if row is None:
        raise Gone
    return row


# Who is asked ---------------------------------------------------------------------------------------


@transaction.atomic
def choose_recipients(
    *,
    proposal_request: ProposalRequest,
    values: Mapping[int, Mapping[str, str]],
    version: int,
    by: Membership,
) -> ProposalRequest:
    """Say which candidates will be asked, and whom there. `values`: {candidate's number: name, email,
    time_zone}; who was asked already stays."""
    row = lock_draft(proposal_request, version)
    people = keep_recipients(row, values)
    save_next(row)
    log.record(by=by, verb="proposal.recipients_chosen", target=row, after={"recipients": people})
    return row


def keep_recipients(row: ProposalRequest, values: Mapping[int, Mapping[str, str]]) -> list[str]:
    """The rows of those who are not asked yet as chosen; their candidates' names."""
    candidates = row.evaluation.candidates.exclude(vendor=None).in_bulk(list(values))
    row.proposals.filter(token_hash=None).exclude(candidate__in=candidates).delete()
    there = {one.candidate_id: one for one in row.proposals.select_for_update(of=("self",))}
    names = []
    for pk, chosen in values.items():
        candidate: Candidate | None = candidates.get(pk)
        if candidate is None:
            raise Gone
        proposal = there.get(pk) or Proposal(
            organization=row.organization, proposal_request=row, candidate=candidate
        )
        if proposal.token_hash is None:
            proposal.name, proposal.email = chosen["name"], chosen["email"]
            proposal.time_zone = chosen["time_zone"]
            proposal.save()
            names.append(candidate.name)
    return names


# What the other modules of requests share -----------------------------------------------------------


def lock_request(proposal_request: ProposalRequest, version: int | None = None) -> ProposalRequest:
    """The request with its evaluation, locked until the transaction ends. Raises Stale or Gone."""
    related = ("organization", "evaluation", "created_by__user", "sent_by__user")
    rows = ProposalRequest.objects.select_related(*related)
    row: ProposalRequest = lock(rows, proposal_request.pk, version)
    return row


def lock_draft(proposal_request: ProposalRequest, version: int | None = None) -> ProposalRequest:
    """The same; Refused once it was sent."""
    row = lock_request(proposal_request)
    if not row.is_draft:
        raise Refused(SENT)
    return row if version is None else lock_request(row, version)


def refuse_asked(evaluation: Evaluation, candidate: Candidate | None = None) -> None:
    """What vendors were asked and have handed in is not deleted by the way. The evaluation is locked."""
    row = ProposalRequest.objects.select_for_update(of=("self",)).filter(evaluation=evaluation)
    found = row.filter(state__in=[ProposalRequest.State.SENT, ProposalRequest.State.OPENED]).first()
    if found is None:
        return
    if candidate is None:
        raise Refused(
            "Vendors have handed in proposals for this, so it stays."
            if found.is_opened
            else "Vendors were asked for proposals. Withdraw the request first."
        )
    asked = found.proposals.filter(candidate=candidate, revoked_at=None)
    if asked.exclude(token_hash=None).exists():
        raise Refused(
            f"{candidate.name} was asked for a proposal"
            + (", so it stays." if found.is_opened else ". Withdraw their link first.")
        )


def save_next(row: ProposalRequest) -> None:
    row.version += 1
    row.save()


def watch_deadline(row: ProposalRequest) -> None:
    """The deadline is watched while answers are waited for."""
    zone = ZoneInfo(row.organization.time_zone)
    due_on = timezone.localdate(row.deadline_at, zone) if row.is_sent and row.deadline_at else None
    activity.watch(
        day=Day(
            target=row,
            kind=DEADLINE,
            due_on=due_on,
            title=f"Proposals are due: {row.title}",
            sentence="Until then the answers are sealed. See who has not handed in, and remind them.",
            path=reverse(
                "evaluations:proposal_request", args=[row.organization.slug, row.evaluation_id]
            ),
            responsible=row.sent_by or row.created_by,
        )
    )
