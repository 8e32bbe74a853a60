"""References of a vendor: noted, asked by private link, heard on the telephone, removed."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.links import end_link, open_anew
from core.errors import Refused
from core.versions import Gone, lock
from vendors import reference_mail
from vendors.actions.knowing import filled_in, hold_vendor
from vendors.models import Reference, Vendor
from vendors.reference_questions import tidied

WORDS = {
    "name": "reference",
    "company": "company",
    "role": "position",
    "email": "e-mail",
    "phone": "phone",
    "found": "who named them",
    "service": "what the vendor does for them",
}
FIELDS = list(WORDS)
MOST_REFERENCES = 50
ANSWERS_FOR = dt.timedelta(days=14)
"""So long a link works unless somebody chooses another day."""


@transaction.atomic
def add_reference(
    *, vendor: Vendor, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> Reference:
    """Note a client of the vendor who can be asked. Nobody is asked yet. Sent twice, it is there once."""
    row = hold_vendor(vendor)
    there: Reference | None = row.organization.reference_set.filter(
        creation_key=creation_key
    ).first()
    if there:
        return there
    if row.references.kept().count() >= MOST_REFERENCES:
        raise Refused(f"A vendor can have {MOST_REFERENCES} references at most.")
    wanted = {name: values[name] for name in FIELDS}
    reference: Reference = Reference.objects.create(
        organization=row.organization,
        vendor=row,
        creation_key=creation_key,
        created_by=by,
        **wanted,
    )
    log.record(by=by, verb="vendor.reference_added", target=row, after=filled_in(_worded(wanted)))
    return reference


@transaction.atomic
def edit_reference(
    *, reference: Reference, values: Mapping[str, Any], version: int, by: Membership
) -> Reference:
    """Change who it is, unless somebody was quicker. Another e-mail address is another person: a link that
    still works stops working, and what was saved behind it is forgotten."""
    vendor, row = _held(reference, version)
    before, after = log.apply_changes(row, {name: values[name] for name in FIELDS})
    if not after:
        return row
    if "email" in after and row.token_hash and row.answered_at is None:
        end_link(row, now=timezone.now())
        _forget_draft(row)
    _save(row)
    log.record(
        by=by,
        verb="vendor.reference_changed",
        target=vendor,
        before={"reference": row.name, **_worded(before)},
        after={"reference": row.name, **_worded(after)},
    )
    return row


@transaction.atomic
def ask_reference(
    *, reference: Reference, values: Mapping[str, Any], version: int, by: Membership
) -> Reference:
    """Make a private link, and mail it if an address is known; the link before stops working.

    `values`: until_on, the last day on which it works.
    """
    vendor, row = _held(reference, version)
    _refuse_if_heard(row)
    until_on: dt.date = values["until_on"]
    is_again = row.token_hash is not None
    open_anew(row, until_on=until_on, by=by)
    row.mail = reference_mail.ask(row)
    _save(row)
    log.record(
        by=by,
        verb="vendor.reference_asked_again" if is_again else "vendor.reference_asked",
        target=vendor,
        after=filled_in({"reference": row.name, "e-mail": row.email, "until": until_on}),
    )
    return row


@transaction.atomic
def withdraw_link(*, reference: Reference, by: Membership) -> bool:
    """Make the link useless; what was handed in stays. Whether there was anything to withdraw."""
    vendor, row = _held(reference)
    if row.token_hash is None or row.revoked_at is not None or row.answered_at is not None:
        return False
    end_link(row, now=timezone.now())
    _save(row)
    log.record(
        by=by,
        verb="vendor.reference_link_withdrawn",
        target=vendor,
        before={"reference": row.name},
    )
    return True


@transaction.atomic
def note_call(
    *, reference: Reference, values: Mapping[str, Any], version: int, by: Membership
) -> Reference:
    """Note what was said on the telephone. Who has answered by link keeps their own answers; a link that is
    still open stops working, so that nothing is answered twice.

    `values`: called_on, call_notes, and answers {question key: 1 to 5 or text}.
    """
    vendor, row = _held(reference, version)
    if values["called_on"] > timezone.localdate():
        raise Refused("This day lies ahead.", field="called_on")
    wanted: dict[str, Any] = {name: values[name] for name in ("called_on", "call_notes")}
    if row.answered_at is None:
        wanted["answers"] = tidied(values.get("answers", {}))
        if row.token_hash and row.revoked_at is None:
            end_link(row, now=timezone.now())
    if not wanted["call_notes"] and not (row.answered_at or wanted["answers"]):
        raise Refused("Note at least one answer, or what was said.", field="call_notes")
    _, after = log.apply_changes(row, {**wanted, "called_by": by})
    if after:
        _save(row)
        log.record(
            by=by,
            verb="vendor.reference_called",
            target=vendor,
            after={"reference": row.name, "called on": row.called_on, "called by": by},
        )
    return row


@transaction.atomic
def remove_reference(*, reference: Reference, by: Membership) -> Reference:
    """Take it off the vendor's list; its link stops working."""
    vendor = hold_vendor(reference.vendor)
    row: Reference = lock(vendor.references.all(), reference.pk)
    if row.removed_at is None:
        row.removed_at = timezone.now()
        if row.token_hash:
            end_link(row, now=row.removed_at)
        _save(row)
        kept = {name: getattr(row, name) for name in FIELDS}
        log.record(
            by=by, verb="vendor.reference_removed", target=vendor, before=filled_in(_worded(kept))
        )
    return row


def _held(reference: Reference, version: int | None = None) -> tuple[Vendor, Reference]:
    vendor = hold_vendor(reference.vendor)
    row: Reference = lock(vendor.references.all(), reference.pk, version)
    if row.removed_at is not None:
        raise Gone
    row.vendor, row.organization = vendor, vendor.organization
    return vendor, row


def _refuse_if_heard(row: Reference) -> None:
    if row.answered_at is not None:
        raise Refused(f"{row.name} has answered already.")
    if row.called_on is not None:
        raise Refused(f"{row.name} was asked on the telephone already.")


def _forget_draft(row: Reference) -> None:
    """What one person saved without handing it in is nobody else's business."""
    row.seen_at = None
    if row.called_on is None:
        row.answers = {}


def _save(row: Reference) -> None:
    row.version += 1
    row.save()


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(Reference.Found.choices)
    return {
        WORDS[name]: found.get(value, value) if name == "found" else value
        for name, value in values.items()
    }
