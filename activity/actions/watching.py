"""Watching days: called by the actions of higher apps, inside their own transaction."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from activity.models import WatchedDate
from activity.watching import Day


@transaction.atomic
def watch(*, day: Day) -> None:
    """Watch one day, or stop if it has no `due_on`; see watch_days."""
    watch_days(days=[day])


@transaction.atomic
def watch_days(*, days: Sequence[Day]) -> None:
    """Watch each of these days of one organization. The same again changes nothing; a moved day is
    reminded anew; a day without `due_on` is not watched any more."""
    for day in days:
        key = {
            "organization_id": day.target.organization_id,
            "kind": day.kind,
            "target_type": day.target._meta.label_lower,
            "target_id": day.target.pk,
        }
        if day.due_on is None:
            WatchedDate.objects.filter(**key).delete()
            continue
        values = {
            "due_on": day.due_on,
            "title": day.title[:300],
            "sentence": day.sentence[:500],
            "path": day.path,
            "responsible": day.responsible,
            "next_at": timezone.now(),
        }
        WatchedDate.objects.update_or_create(**key, defaults=values)


@transaction.atomic
def unwatch(*, target: Any) -> None:
    """Stop watching every day of this thing."""
    WatchedDate.objects.about(target).delete()
