"""Meetings with the vendor outside the reviews, and both sides' ideas with what became of them (M8)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from contracts.actions.refusals import NotComplete, NotFit
from contracts.models import Contract
from core.versions import lock
from reviews.actions.holding import hold, note, said
from reviews.models import Idea, Meeting

MEETING_FIELDS = ["held_on", "title", "attendees", "notes"]
IDEA_FIELDS = ["title", "text", "benefit", "side", "proposed_by", "proposed_on", "meeting"]


@transaction.atomic
def create_meeting(
    *, contract: Contract, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> Meeting:
    """Note who met whom, and what was said. Sent twice, it is there once."""
    row = hold(contract)
    there: Meeting | None = row.organization.meeting_set.filter(creation_key=creation_key).first()
    if there:
        return there
    fields = {name: values[name] for name in MEETING_FIELDS}
    meeting: Meeting = Meeting.objects.create(
        organization=row.organization,
        contract=row,
        created_by=by,
        creation_key=creation_key,
        **fields,
    )
    note(row, "meeting_noted", by, after={"meeting": meeting.title, **_rest(fields)})
    return meeting


@transaction.atomic
def edit_meeting(
    *, meeting: Meeting, values: Mapping[str, Any], version: int, by: Membership
) -> Meeting:
    """Change what was noted, unless somebody was quicker."""
    contract = hold(meeting.contract)
    row: Meeting = lock(contract.meetings.all(), meeting.pk, version)
    _change(contract, row, values, MEETING_FIELDS, "meeting", by)
    return row


@transaction.atomic
def create_idea(
    *, contract: Contract, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> Idea:
    """Note what one side proposed. Sent twice, it is there once."""
    row = hold(contract)
    there: Idea | None = row.organization.idea_set.filter(creation_key=creation_key).first()
    if there:
        return there
    fields = {name: values[name] for name in IDEA_FIELDS if name in values}
    _check_meeting(row, fields)
    idea: Idea = Idea.objects.create(
        organization=row.organization,
        contract=row,
        created_by=by,
        creation_key=creation_key,
        **fields,
    )
    note(row, "idea_noted", by, after={"idea": idea.title, **_rest(fields)})
    return idea


@transaction.atomic
def edit_idea(*, idea: Idea, values: Mapping[str, Any], version: int, by: Membership) -> Idea:
    """Change what was noted about an idea, unless somebody was quicker."""
    contract = hold(idea.contract)
    row: Idea = lock(contract.ideas.select_related("meeting"), idea.pk, version)
    _check_meeting(contract, values)
    _change(contract, row, values, IDEA_FIELDS, "idea", by)
    return row


@transaction.atomic
def decide_idea(*, idea: Idea, values: Mapping[str, Any], version: int, by: Membership) -> Idea:
    """What became of it: taken up, carried out or not, and why; or open again."""
    contract = hold(idea.contract)
    row: Idea = lock(contract.ideas.all(), idea.pk, version)
    outcome, decided_on = Idea.Outcome(values["outcome"]), values["decided_on"]
    if outcome == Idea.Outcome.OPEN:
        decided_on = None
    elif decided_on is None:
        raise NotComplete("When was it decided?", field="decided_on")
    elif decided_on > timezone.localdate():
        raise NotFit("This day lies ahead.", field="decided_on")
    elif decided_on < row.proposed_on:
        raise NotFit("That is before it was proposed.", field="decided_on")
    if outcome == Idea.Outcome.REJECTED and not values["outcome_note"].strip():
        raise NotComplete("Say why, so that whoever proposed it can learn.", field="outcome_note")
    wanted = {
        "outcome": outcome.value,
        "outcome_note": values["outcome_note"],
        "decided_on": decided_on,
    }
    before, after = log.apply_changes(row, wanted)
    if after:
        row.version += 1
        row.save()
        after = {"idea": row.title, **after}
        note(contract, "idea_decided", by, before={"idea": row.title, **before}, after=after)
    return row


def _check_meeting(contract: Contract, fields: Mapping[str, Any]) -> None:
    meeting = fields.get("meeting")
    if meeting and meeting.contract_id != contract.pk:
        raise NotFit("This meeting was about another contract.", field="meeting")


def _change(
    contract: Contract,
    row: Any,
    values: Mapping[str, Any],
    names: list[str],
    word: str,
    by: Membership,
) -> None:
    title = row.title
    fields = {name: values[name] for name in names if name in values}
    before, after = log.apply_changes(row, fields)
    if after:
        row.version += 1
        row.save()
        note(
            contract,
            f"{word}_changed",
            by,
            before={word: title, **before},
            after={word: row.title, **after},
        )


def _rest(fields: Mapping[str, Any]) -> dict[str, Any]:
    return said({name: value for name, value in fields.items() if name != "title"})
