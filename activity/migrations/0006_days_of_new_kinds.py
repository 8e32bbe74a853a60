"""Organizations that have saved their reminders get the usual days of the kinds that reviews bring."""

from typing import Any

from django.db import migrations

NEW = {
    "action.check": [7, 1],
    "action.due": [7, 1],
    "credit.claim": [14, 7, 1],
    "renewal.decide": [30, 14, 7, 1],
    "review.due": [7, 1, 0],
    "survey.close": [2],
}


def add_days(apps: Any, schema_editor: Any) -> None:
    """What somebody chose for a kind stays."""
    for row in apps.get_model("activity", "ReminderSettings")._base_manager.all():
        row.days_by_kind = {**NEW, **row.days_by_kind}
        row.save(update_fields=["days_by_kind"])


class Migration(migrations.Migration):
    dependencies = [("activity", "0005_mail_attachment")]

    operations = [migrations.RunPython(add_days, migrations.RunPython.noop, elidable=True)]
