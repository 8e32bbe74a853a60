"""GET never writes: inside `read_only()` every statement that would is refused, on any database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

READS = ("SELECT", "WITH", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "SHOW")


class WriteInReadOnly(Exception):
    """A page that only shows something tried to change it."""


def _refuse_writes(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    if not sql.lstrip(" (").upper().startswith(READS):
        raise WriteInReadOnly(sql.split("(")[0][:80])
    return execute(sql, params, many, context)


@contextmanager
def read_only() -> Iterator[None]:
    """Refuse every write on the default connection until the block ends."""
    with connection.execute_wrapper(_refuse_writes):
        yield
