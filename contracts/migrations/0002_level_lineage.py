"""Each service level gets a lineage: the same promise in later versions of a contract's terms shares it."""

import uuid
from typing import Any

from django.db import migrations, models


def fill(apps: Any, schema_editor: Any) -> None:
    levels = apps.get_model("contracts", "ServiceLevel")._base_manager
    rows = levels.select_related("terms").order_by(
        "terms__contract_id", "terms__number", "position", "pk"
    )
    seen: dict[Any, uuid.UUID] = {}
    twice: dict[Any, int] = {}
    for row in rows.iterator(chunk_size=1000):
        name = (row.terms_id, row.metric, row.name, row.priority)
        count = twice[name] = twice.get(name, 0) + 1
        key = (row.terms.contract_id, *name[1:], count)
        row.lineage = seen.setdefault(key, uuid.uuid4())
        row.save(update_fields=["lineage"])


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="servicelevel",
            name="lineage",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
