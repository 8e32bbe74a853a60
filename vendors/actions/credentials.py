"""Credentials of a vendor: noted, changed, checked, removed. Only what one of us has checked proves anything."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.actions.watching import unwatch, watch_days
from core.errors import Refused
from core.fields import Paper
from core.files import drop_file, keep_file, undone_on_failure
from core.models import StoredFile
from core.versions import Gone, lock
from vendors.actions.knowing import filled_in, hold_vendor
from vendors.credential_days import days_of
from vendors.models import Credential, Vendor

WORDS = {
    "kind": "kind",
    "name": "proof",
    "issuer": "issuer",
    "number": "number",
    "scope": "what it covers",
    "issued_on": "issued on",
    "expires_on": "valid until",
    "never_expires": "never expires",
}
FIELDS = list(WORDS)
MOST_CREDENTIALS = 100


@undone_on_failure
@transaction.atomic
def add_credential(
    *, vendor: Vendor, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> Credential:
    """Note something that a vendor shows us, with its file if there is one. Sent twice, it is there once.

    `values`: the fields, and `file`, a core.fields.Paper or None.
    """
    row = hold_vendor(vendor)
    there: Credential | None = row.organization.credential_set.filter(
        creation_key=creation_key
    ).first()
    if there:
        return there
    wanted = _checked(values)
    if row.credentials.kept().count() >= MOST_CREDENTIALS:
        raise Refused(f"A vendor can have {MOST_CREDENTIALS} proofs at most.")
    credential: Credential = Credential.objects.create(
        organization=row.organization,
        vendor=row,
        creation_key=creation_key,
        created_by=by,
        file=_file(row, values.get("file")),
        **wanted,
    )
    watch_days(days=days_of(row))
    known = filled_in({**_worded(wanted), "file": _name(credential.file)})
    log.record(by=by, verb="vendor.credential_added", target=row, after=known)
    return credential


@undone_on_failure
@transaction.atomic
def edit_credential(
    *, credential: Credential, values: Mapping[str, Any], version: int, by: Membership
) -> Credential:
    """Change what is known, unless somebody was quicker. A check counts for what was checked: after a change
    it has to be checked again.

    `values`: the fields, `file` (None: as it is) and `without_file` (take the file away). A file that is taken
    away or replaced is gone for good.
    """
    vendor, row = _held(credential, version)
    before, after = log.apply_changes(row, _checked(values))
    old = row.file
    if values.get("file"):
        row.file = _file(vendor, values["file"])
    elif values.get("without_file"):
        row.file = None
    if row.file_id != (old.pk if old else None):
        before["file"], after["file"] = _name(old), _name(row.file)
    if not after:
        return row
    if row.checked_on is not None:
        before["checked on"], after["checked on"] = row.checked_on, None
        row.checked_on, row.checked_by, row.check_note = None, None, ""
    row.version += 1
    row.save()
    if "file" in after:
        drop_file(old)
    watch_days(days=days_of(vendor))
    log.record(
        by=by,
        verb="vendor.credential_changed",
        target=vendor,
        before={"proof": row.name, **_worded(before)},
        after={"proof": row.name, **_worded(after)},
    )
    return row


@transaction.atomic
def check_credential(
    *, credential: Credential, values: Mapping[str, Any], version: int, by: Membership
) -> Credential:
    """Say that one of us has looked whether it is true, when, and how.

    `values`: checked_on, check_note.
    """
    vendor, row = _held(credential, version)
    if values["checked_on"] > timezone.localdate():
        raise Refused("This day lies ahead.", field="checked_on")
    wanted = {name: values[name] for name in ("checked_on", "check_note")} | {"checked_by": by}
    before, after = log.apply_changes(row, wanted)
    if after:
        row.version += 1
        row.save()
        words = {"checked_on": "checked on", "check_note": "how", "checked_by": "checked by"}
        log.record(
            by=by,
            verb="vendor.credential_checked",
            target=vendor,
            before=filled_in({words[name]: value for name, value in before.items()}),
            after={"proof": row.name, **{words[name]: value for name, value in after.items()}},
        )
    return row


@transaction.atomic
def remove_credential(*, credential: Credential, by: Membership) -> Credential:
    """Take it off the vendor's list; its last day is not watched any more."""
    vendor = hold_vendor(credential.vendor)
    row: Credential = lock(vendor.credentials.all(), credential.pk)
    if row.removed_at is None:
        row.removed_at = timezone.now()
        row.version += 1
        row.save()
        unwatch(target=row)
        watch_days(days=days_of(vendor))  # an older one may count again
        kept = {name: getattr(row, name) for name in FIELDS}
        log.record(
            by=by, verb="vendor.credential_removed", target=vendor, before=filled_in(_worded(kept))
        )
    return row


def _held(credential: Credential, version: int) -> tuple[Vendor, Credential]:
    vendor = hold_vendor(credential.vendor)
    rows = vendor.credentials.select_related("file", "checked_by__user")
    row: Credential = lock(rows, credential.pk, version)
    if row.removed_at is not None:
        raise Gone
    row.vendor, row.organization = vendor, vendor.organization
    return vendor, row


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, if their days fit each other."""
    issued, expires = values["issued_on"], values["expires_on"]
    if expires and values["never_expires"]:
        raise Refused("Either it has a last day, or it never expires.", field="expires_on")
    if issued and issued > timezone.localdate():
        raise Refused("This day lies ahead. Note it once it is issued.", field="issued_on")
    if issued and expires and expires < issued:
        raise Refused("This is before the day on which it was issued.", field="expires_on")
    return {name: values[name] for name in FIELDS}


def _file(vendor: Vendor, paper: Paper | None) -> StoredFile | None:
    if paper is None:
        return None
    return keep_file(paper.upload, paper.accepted.name, organization=vendor.organization)


def _name(file: StoredFile | None) -> str:
    return file.filename if file else ""


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    kinds = dict(Credential.Kind.choices)
    return {
        WORDS.get(name, name): kinds.get(value, value) if name == "kind" else value
        for name, value in values.items()
    }
