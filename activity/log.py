"""Writing the audit trail. Called by every action, inside its transaction."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

from activity.models import LogEntry

if TYPE_CHECKING:
    from accounts.models import Membership


def plain(value: Any) -> Any:
    """A value as JSON keeps it: rows by name, decimals and days as text, nothing lost."""
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, (Decimal, dt.date, dt.time, UUID)):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return value


def record(
    *,
    by: "Membership | None",
    verb: str,
    target: Any,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    sealed: bool = False,
) -> LogEntry:
    """Append one line to the audit trail of target's organization."""
    return LogEntry.objects.create(
        organization_id=target.organization_id,
        actor=by,
        actor_name=by.name if by else "Portal",
        verb=verb,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        target_name=str(target)[:300],
        before=plain(before or {}),
        after=plain(after or {}),
        sealed=sealed,
    )


def record_many(
    *,
    by: "Membership | None",
    verb: str,
    targets: Iterable[tuple[Any, dict[str, Any]]],
    before: dict[str, Any] | None = None,
) -> None:
    """The same for many rows of one organization, each with what is known about it, in a few queries.

    `before` is what all of them had in common; nothing for new rows.
    """
    LogEntry.objects.bulk_create(
        [
            LogEntry(
                organization_id=target.organization_id,
                actor=by,
                actor_name=by.name if by else "Portal",
                verb=verb,
                target_type=target._meta.label_lower,
                target_id=target.pk,
                target_name=str(target)[:300],
                before=plain(before or {}),
                after=plain(after),
            )
            for target, after in targets
        ],
        batch_size=500,
    )


def apply_changes(row: Any, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set `values` on `row`; return what differs as (before, after), ready for `record`."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            before[name], after[name] = plain(old), plain(value)
            setattr(row, name, value)
    return before, after
