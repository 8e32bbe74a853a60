"""Freezing a decision: written once, chained to the organization's previous record, never changed."""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from activity.models import FrozenRecord
from core import records

if TYPE_CHECKING:
    from accounts.models import Membership


@transaction.atomic
def freeze(*, by: "Membership", kind: str, subject: Any, content: dict[str, Any]) -> FrozenRecord:
    """Write the organization's next record. `content` gets a head (`record`) that is sealed with it.

    The organization's row stays locked until the transaction ends: two records frozen at the same
    moment get two numbers, and each follows the other.
    """
    organizations = apps.get_model("accounts", "Organization")._base_manager
    organizations.select_for_update(of=("self",), no_key=True).get(pk=subject.organization_id)
    own = FrozenRecord.objects.filter(organization_id=subject.organization_id)
    last = own.order_by("-number").values_list("number", "sha256").first()
    number, previous = (last[0] + 1, last[1]) if last else (1, "")
    now = timezone.now()
    text = records.canonical(
        {**content, "record": head(number=number, kind=kind, subject=subject, at=now, by=by.name)}
    )
    return FrozenRecord.objects.create(
        organization_id=subject.organization_id,
        number=number,
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_name=str(subject)[:300],
        content=text,
        previous_sha256=previous,
        sha256=records.seal(previous, text),
        created_by=by,
        created_at=now,
    )


def head(
    *, number: int, kind: str, subject: models.Model, at: dt.datetime, by: str
) -> dict[str, Any]:
    """What a content says about its own record, so that nobody passes it off as another one."""
    return {
        "number": number,
        "kind": kind,
        "subject_type": subject._meta.label_lower,
        "subject_id": subject.pk,
        "frozen_at": moment(at),
        "frozen_by": by,
    }


def moment(value: dt.datetime | None) -> str | None:
    """A moment as records write it: ISO 8601 in UTC with microseconds."""
    if value is None:
        return None
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds")


def chain(record: FrozenRecord) -> Iterator[str]:
    """What is wrong with the organization's records up to the next one, a sentence for each finding.

    Reads them in one query, one after the other, and seals each content again. Whether this one's
    own content fits its seal is another question; if it and its seal were written anew, the next
    record tells.
    """
    rows = FrozenRecord.objects.filter(
        organization_id=record.organization_id, number__lte=record.number + 1
    ).order_by("number")
    expected, previous = 1, ""
    columns = rows.values_list("number", "previous_sha256", "sha256", "content")
    for number, before, sealed, content in columns.iterator(chunk_size=20):
        yield from _link(number, before, expected, previous)
        if number < record.number and records.seal(before, content) != sealed:
            yield f"The content of record {number} is not what its SHA-256 was made from."
        expected, previous = number + 1, sealed


def _link(number: int, before: str, expected: int, previous: str) -> Iterator[str]:
    """Is this the next record, and does it name the one before it?"""
    if number != expected:
        last = number - 1
        missing = f"Record {last} is" if last == expected else f"Records {expected} to {last} are"
        yield f"{missing} missing."
    elif before != previous:
        yield f"Record {number} does not follow record {number - 1} as it is now."
