"""Organizations that have saved their reminders get the usual days of the kinds that planning and sourcing bring."""

from typing import Any

from django.db import migrations

NEW = {
    "credential.expires": [60, 30, 7],
    "diligence.due": [7, 1],
    "diligence.repeat": [30, 7, 0],
    "gap.due": [14, 7, 1],
    "goal.due": [30, 7],
    "pilot.end": [14, 7, 1],
    "proposal.deadline": [7, 1],
    "quote.expires": [30, 7, 1],
    "survey.prepare": [0],
}


def add_days(apps: Any, schema_editor: Any) -> None:
    """What somebody chose for a kind stays."""
    for row in apps.get_model("activity", "ReminderSettings")._base_manager.all():
        row.days_by_kind = {**NEW, **row.days_by_kind}
        row.save(update_fields=["days_by_kind"])


class Migration(migrations.Migration):
    dependencies = [("activity", "0007_watched_by_kind")]

    operations = [migrations.RunPython(add_days, migrations.RunPython.noop, elidable=True)]
