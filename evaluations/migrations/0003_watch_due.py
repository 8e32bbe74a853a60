"""Evaluations that are not closed and have a due day: from now on it is watched (data only)."""

from django.db import migrations
from django.utils import timezone


def watch_due_days(apps, schema_editor):
    evaluations = apps.get_model("evaluations", "Evaluation")._base_manager
    watched = apps.get_model("activity", "WatchedDate")
    now = timezone.now()
    due = evaluations.exclude(state="closed").exclude(due_on=None).select_related("organization")
    watched._base_manager.bulk_create(
        (
            watched(
                organization_id=row.organization_id,
                kind="evaluation.due",
                target_type="evaluations.evaluation",
                target_id=row.pk,
                due_on=row.due_on,
                title=f"Scores due: {row.title}"[:300],
                path=f"/o/{row.organization.slug}/evaluations/{row.pk}/",
                responsible_id=row.created_by_id,
                next_at=now,
            )
            for row in due.order_by("pk").iterator(chunk_size=500)
        ),
        batch_size=500,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("activity", "0004_reminders"), ("evaluations", "0002_decide")]
    operations = [migrations.RunPython(watch_due_days, migrations.RunPython.noop)]
