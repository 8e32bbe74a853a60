"""People at a vendor. If there are any, exactly one of them is the main contact."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import lock
from vendors.actions.profile import IsMerged, filled
from vendors.models import Contact, Vendor

WORDS = {
    "name": "contact",
    "role": "position",
    "email": "e-mail",
    "phone": "phone",
    "is_main": "main contact",
}
FIELDS = list(WORDS)
MOST_CONTACTS = 100


@transaction.atomic
def add_contact(
    *, vendor: Vendor, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> Contact:
    """Note a person at the vendor; the first one is the main contact. Sent twice, it is there once."""
    row = _lock_vendor(vendor)
    there: Contact | None = row.organization.contact_set.filter(creation_key=creation_key).first()
    if there:
        return there
    others = row.contacts.count()
    if others >= MOST_CONTACTS:
        raise Refused(f"A vendor can have {MOST_CONTACTS} contacts at most.")
    wanted = {name: values[name] for name in FIELDS}
    wanted["is_main"] = wanted["is_main"] or not others
    if wanted["is_main"]:
        row.contacts.filter(is_main=True).update(is_main=False)
    contact = Contact.objects.create(
        organization=row.organization, vendor=row, creation_key=creation_key, **wanted
    )
    log.record(by=by, verb="vendor.contact_added", target=row, after=_line(wanted))
    return contact


@transaction.atomic
def edit_contact(
    *, contact: Contact, values: Mapping[str, Any], version: int, by: Membership
) -> Contact:
    """Change what is known about a person, unless somebody was quicker.

    The main contact stays it until another becomes it.
    """
    vendor = _lock_vendor(contact.vendor)
    row: Contact = lock(Contact.objects.all(), contact.pk, version)
    wanted = {name: values[name] for name in FIELDS}
    wanted["is_main"] = wanted["is_main"] or row.is_main
    name = row.name
    before, after = log.apply_changes(row, wanted)
    if after:
        if after.get("is_main"):
            vendor.contacts.filter(is_main=True).update(is_main=False)
        row.version += 1
        row.save()
        log.record(
            by=by,
            verb="vendor.contact_changed",
            target=vendor,
            before=_changed(name, before),
            after=_changed(row.name, after),
        )
    return row


@transaction.atomic
def remove_contact(*, contact: Contact, by: Membership) -> Contact | None:
    """Forget a person. Returns who became the main contact by it, if somebody did."""
    vendor = _lock_vendor(contact.vendor)
    row: Contact | None = vendor.contacts.filter(pk=contact.pk).first()
    if row is None:
        return None
    kept = {name: getattr(row, name) for name in FIELDS}
    row.delete()
    log.record(by=by, verb="vendor.contact_removed", target=vendor, before=_line(kept))
    heir: Contact | None = vendor.contacts.order_by("pk").first() if kept["is_main"] else None
    if heir:
        heir.is_main = True
        heir.version += 1
        heir.save()
    return heir


def _line(values: Mapping[str, Any]) -> dict[str, Any]:
    """How the audit trail says who it is: no word about a person who is not the main contact."""
    return {WORDS[name]: value for name, value in filled(values).items() if value is not False}


def _changed(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"contact": name, **{WORDS[field]: value for field, value in values.items()}}


def _lock_vendor(vendor: Vendor) -> Vendor:
    """So that two people can't make two main contacts."""
    row: Vendor = lock(Vendor.objects.select_related("organization", "merged_into"), vendor.pk)
    if row.merged_into is not None:
        raise IsMerged(row)
    return row
