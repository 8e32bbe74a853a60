"""The services of the firm: named, described, put aside, and what was answered about handing them over."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Organization
from activity import log
from core.errors import Refused
from core.folding import fold
from core.versions import lock
from planning.models import NeedsAnswers, Service
from planning.needs import KEYS
from planning.starters import BY_KEY

WORDS = {
    "name": "name",
    "description": "description",
    "users": "users",
    "devices": "devices",
    "volume": "volume a month",
    "volume_unit": "counted in",
    "criticality": "criticality",
    "sensitivity": "sensitivity",
    "bearable_outage_hours": "bearable outage in hours",
    "sourcing": "today",
}
FIELDS = list(WORDS)
CHOICES: dict[str, Any] = {
    "criticality": Service.Criticality,
    "sensitivity": Service.Sensitivity,
    "sourcing": Service.Sourcing,
}
MOST_SERVICES = 200


@transaction.atomic
def create_service(
    *, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID | None = None
) -> Service:
    """Describe one more service. Sent twice, it is there once."""
    key = creation_key or uuid.uuid4()
    _hold(by)
    there: Service | None = Service.objects.filter(creation_key=key).first()
    if there:
        return there
    _leave_room(1)
    wanted = {name: value for name, value in values.items() if name in FIELDS}
    _refuse_same_name(wanted["name"])
    row: Service = Service.objects.create(
        organization=by.organization,
        creation_key=key,
        name_key=fold(wanted["name"])[:120],
        **wanted,
    )
    log.record(by=by, verb="service.created", target=row, after=_said(wanted))
    return row


@transaction.atomic
def add_services(*, starters: Sequence[str], by: Membership) -> list[Service]:
    """Take these of the usual list; what there is already, by its name or from the list, stays as it is."""
    _hold(by)
    there = list(Service.objects.values_list("starter", "name_key"))
    taken = {starter for starter, _ in there} | {name_key for _, name_key in there}
    new = []
    for key in dict.fromkeys(starters):
        starter = BY_KEY[key]
        name_key = fold(starter.name)
        if key in taken or name_key in taken:
            continue
        new.append(
            Service(
                organization=by.organization,
                name=starter.name,
                name_key=name_key,
                starter=key,
                description=starter.description,
                volume_unit=starter.unit,
            )
        )
    _leave_room(len(new))
    rows: list[Service] = Service.objects.bulk_create(new)
    log.record_many(
        by=by,
        verb="service.created",
        targets=[(row, {"name": row.name, "from": "the usual list"}) for row in rows],
    )
    return rows


@transaction.atomic
def edit_service(
    *, service: Service, values: Mapping[str, Any], version: int, by: Membership
) -> Service:
    """Change what is said about a service, unless somebody was quicker. Approved plans keep their words."""
    _hold(by)
    row: Service = lock(Service.objects.all(), service.pk, version)
    wanted = {name: value for name, value in values.items() if name in FIELDS}
    _refuse_same_name(wanted.get("name", row.name), but=row)
    before, after = log.apply_changes(row, wanted)
    if after:
        row.name_key = fold(row.name)[:120]
        row.version += 1
        row.save()
        log.record(
            by=by,
            verb="service.changed",
            target=row,
            before=_worded(before),
            after=_worded(after),
        )
    return row


@transaction.atomic
def archive_service(*, service: Service, by: Membership) -> Service:
    """Put a service aside: it stands in no list and in no choice any more. Its plans stay."""
    row: Service = lock(Service.objects.all(), service.pk)
    if row.archived_at is None:
        if row.plans.draft().exists():
            raise Refused(
                "There is a draft of a plan for it. Drop the draft first, then put the service aside."
            )
        row.archived_at = timezone.now()
        row.version += 1
        row.save()
        log.record(by=by, verb="service.archived", target=row)
    return row


@transaction.atomic
def restore_service(*, service: Service, by: Membership) -> Service:
    """Take a service up again."""
    row: Service = lock(Service.objects.all(), service.pk)
    if row.archived_at is not None:
        row.archived_at = None
        row.version += 1
        row.save()
        log.record(by=by, verb="service.restored", target=row)
    return row


@transaction.atomic
def answer_needs(
    *, service: Service, values: Mapping[str, Any], version: int, by: Membership
) -> Service:
    """Keep what was answered about handing this service over; what is left open counts as nothing.

    `values`: each question's key with 1 to 5 or None, `note`, and the service's own criticality and
    sensitivity, which are answers as well.
    """
    row: Service = lock(Service.objects.all(), service.pk, version)
    if row.archived_at:
        raise Refused("This service was put aside. Take it up again before you answer for it.")
    answers = {key: values[key] for key in sorted(KEYS) if values.get(key) is not None}
    stored = NeedsAnswers.objects.filter(service=row).first()
    kept = stored or NeedsAnswers(organization=row.organization, service=row)
    before, after = log.apply_changes(kept, {"answers": answers, "note": values.get("note", "")})
    own = {name: values[name] for name in ("criticality", "sensitivity") if name in values}
    service_before, service_after = log.apply_changes(row, own)
    if not (after or service_after):
        return row
    kept.answered_by = by
    kept.version = kept.version + 1 if stored else kept.version
    kept.save()
    row.version += 1
    row.save()
    log.record(
        by=by,
        verb="service.needs_answered",
        target=row,
        before={**before, **_worded(service_before)},
        after={**after, **_worded(service_after)},
    )
    return row


def _hold(by: Membership) -> None:
    """Names are looked at while nobody else can add one."""
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)


def _leave_room(more: int) -> None:
    if Service.objects.count() + more > MOST_SERVICES:
        raise Refused(f"There can be {MOST_SERVICES} services at most, those put aside included.")


def _refuse_same_name(name: str, but: Service | None = None) -> None:
    others = Service.objects.filter(name_key=fold(name)[:120])
    other = others.exclude(pk=but.pk if but else None).first()
    if other:
        aside = ", put aside; take it up again" if other.archived_at else ""
        raise Refused(f"There is a service “{other}” already{aside}.", field="name")


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        WORDS[name]: CHOICES[name](value).label if name in CHOICES and value else value
        for name, value in values.items()
    }


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return _worded({name: value for name, value in values.items() if value not in ("", None)})
