"""A database of the benchmark's own, so that nobody's data is touched."""

import contextlib
from collections.abc import Iterator

from django.db import connection

NAME = "portal_bench"


@contextlib.contextmanager
def own_database() -> Iterator[None]:
    """Make an empty, migrated database on the server of DATABASE_URL, use it, and drop it again.

    One that an interrupted run left behind is replaced. SQLite makes it in memory.
    """
    given = connection.settings_dict["NAME"]
    if connection.vendor != "sqlite":
        connection.settings_dict["TEST"]["NAME"] = NAME
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(given, verbosity=0)


def gather_statistics() -> None:
    """What autovacuum would have done by the next morning: the planner knows the tables."""
    thorough = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if thorough else "ANALYZE")
