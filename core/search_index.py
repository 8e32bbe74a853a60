"""Finding parts of words quickly: an index of letter triples, where PostgreSQL has the extension for it."""

import logging
from typing import Any

from django.db import DatabaseError, migrations, transaction

log = logging.getLogger(__name__)


def trigram_index(name: str, table: str, column: str = "search_text") -> migrations.RunPython:
    """A migration's operation. Where the extension may not be added, searching reads every row of the
    organization instead: slower, and right."""

    def add(apps: Any, editor: Any) -> None:
        if editor.connection.vendor != "postgresql":
            return
        try:
            with transaction.atomic():
                editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                editor.execute(f"CREATE INDEX {name} ON {table} USING gin ({column} gin_trgm_ops)")
        except DatabaseError as error:
            log.warning("No index for searching %s: %s", table, error)

    def remove(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP INDEX IF EXISTS {name}")

    return migrations.RunPython(add, remove, elidable=False)
