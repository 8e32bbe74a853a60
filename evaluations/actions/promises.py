"""The promise ledger: what a candidate said they would do, kept until it stands in a document."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import RestrictedError

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import lock
from evaluations.models import Candidate, Evaluation, Promise, ProposalAnswer
from evaluations.promise_queries import PLACED, place_of

FIELDS = ("text", "source", "answer", "said_by", "said_on")
MOST_PROMISES = 200
"""Of one candidate."""


@transaction.atomic
def add_promise(
    *,
    candidate: Candidate,
    values: Mapping[str, Any],
    by: Membership,
    creation_key: uuid.UUID | None = None,
) -> Promise:
    """Note what a candidate promised: `text` and `source`; if known `said_by`, `said_on` and the `answer` of
    the proposal that it was read in. At any time: some promises are made after the award. Sent twice, it
    is there once. Raises Refused."""
    evaluation = lock(Evaluation.objects.select_related("organization"), candidate.evaluation_id)
    key = creation_key or uuid.uuid4()
    there: Promise | None = evaluation.organization.promise_set.filter(creation_key=key).first()
    if there:
        return there
    _refuse_in_house(candidate)
    wanted = {name: values[name] for name in FIELDS if name in values}
    _refuse_foreign_answer(candidate, wanted.get("answer"))
    if candidate.promises.count() >= MOST_PROMISES:
        raise Refused(f"Of one candidate {MOST_PROMISES} promises can be kept at most.")
    row: Promise = Promise.objects.create(
        organization=evaluation.organization,
        candidate=candidate,
        creation_key=key,
        created_by=by,
        **wanted,
    )
    after = {"candidate": candidate.name, **_said(wanted)}
    log.record(by=by, verb="evaluation.promise_added", target=evaluation, after=after)
    return row


@transaction.atomic
def edit_promise(
    *, promise: Promise, values: Mapping[str, Any], version: int, by: Membership
) -> Promise:
    """Say it better, or whose it is, unless somebody was quicker. Once it has its place in a contract the
    words stay as they were read there. Raises core.versions.Stale, Refused."""
    evaluation, row = _hold(promise, version)
    wanted = {name: values[name] for name in (*FIELDS, "candidate") if name in values}
    candidate = wanted.get("candidate", row.candidate)
    _refuse_in_house(candidate)
    if candidate.pk != row.candidate_id and "answer" not in wanted:
        wanted["answer"] = None  # it was read in the proposal of the other one
    _refuse_foreign_answer(candidate, wanted.get("answer"))
    text = row.text
    before, after = log.apply_changes(row, wanted)
    if after:
        row.version += 1
        row.save()
        log.record(
            by=by,
            verb="evaluation.promise_changed",
            target=evaluation,
            before={"promise": text, **_worded(before)},
            after={"promise": row.text, **_worded(after)},
        )
    return row


@transaction.atomic
def remove_promise(*, promise: Promise, by: Membership) -> None:
    """Take out what was noted by mistake. Raises Refused once a contract or a review rests on it."""
    evaluation, row = _hold(promise)
    said = {"candidate": row.candidate.name, "promise": row.text}
    try:
        row.delete()
    except RestrictedError:
        raise Refused("A review has asked whether it was kept, so it stays.") from None
    log.record(by=by, verb="evaluation.promise_removed", target=evaluation, before=said)


def _hold(promise: Promise, version: int | None = None) -> tuple[Evaluation, Promise]:
    evaluation = lock(
        Evaluation.objects.select_related("organization"), promise.candidate.evaluation_id
    )
    row = lock(Promise.objects.select_related("candidate", PLACED), promise.pk, version)
    place = place_of(row)
    if place is not None:
        raise Refused(
            f"It has its place in “{place.contract}”. Take it out of there first.", field="text"
        )
    return evaluation, row


def _refuse_in_house(candidate: Candidate) -> None:
    if candidate.in_house:
        raise Refused("Choose a vendor: you can't hold yourselves to a promise.", field="candidate")


def _refuse_foreign_answer(candidate: Candidate, answer: ProposalAnswer | None) -> None:
    """Only an answer of this candidate's own proposal, once it may be read."""
    if answer is None:
        return
    proposal = answer.proposal
    if proposal.candidate_id != candidate.pk or not proposal.proposal_request.is_opened:
        raise Refused("Choose an answer of this candidate's proposal, once it is opened.")


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return _worded({name: value for name, value in values.items() if value not in ("", None)})


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as the audit trail names them, codes in words."""
    words = {"text": "promise", "said_by": "said by", "said_on": "said on"}
    found = {words.get(name, name): value for name, value in values.items() if name != "answer"}
    if found.get("source"):
        found["source"] = Promise.Source(found["source"]).label
    if answer := values.get("answer"):
        found["answer to"] = answer.question.text
    return found
