"""When an organization is reminded, and how each person wants it."""

from typing import TYPE_CHECKING, Any

from django.db import transaction

from activity import log
from activity.actions.watching import look_again
from activity.models import ReminderPreference, ReminderSettings
from core.versions import lock

if TYPE_CHECKING:
    from accounts.models import Membership


@transaction.atomic
def change_reminder_settings(
    *, values: dict[str, Any], version: int, by: "Membership"
) -> ReminderSettings:
    """Change when everybody is reminded. Counts from now on, for every day that is watched."""
    own = ReminderSettings.objects.filter(organization_id=by.organization_id)
    kept, _ = own.get_or_create(organization_id=by.organization_id)
    row = lock(own, kept.pk, version)
    before, after = log.apply_changes(row, values)
    if after:
        row.version += 1
        row.save()
        log.record(by=by, verb="reminders.changed", target=row, before=before, after=after)
        look_again(organization_id=by.organization_id)
    return row


@transaction.atomic
def choose_reminder_way(*, way: str, by: "Membership") -> ReminderPreference:
    """One mail a day with everything, or a mail for each at once: as this person wants it."""
    row, _ = ReminderPreference.objects.select_for_update(of=("self",)).get_or_create(
        organization_id=by.organization_id, member=by
    )
    before, after = log.apply_changes(row, {"way": way})
    if after:
        row.version += 1
        row.save()
        log.record(by=by, verb="reminders.way_chosen", target=row, before=before, after=after)
    return row
