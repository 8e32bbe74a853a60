"""GET never writes: inside `read_only()` every statement that would is refused, on any database."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import connection

READS = ("SELECT", "WITH", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
READING_METHODS = {"GET", "HEAD", "OPTIONS"}
# PostgreSQL lets WITH and EXPLAIN ANALYZE change rows; a second statement may hide behind a first.
_WRITES = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+(?!OF\b)\S+\s+SET|DELETE\s+FROM|MERGE\s+INTO)\b", re.I
)
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_SECOND_STATEMENT = re.compile(r";\s*\S")


class WriteInReadOnly(Exception):
    """A page that only shows something tried to change it."""


def _refuse_writes(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    bare = _LITERAL.sub("''", sql).lstrip(" (\n")
    reads = bare.upper().startswith(READS)
    if not reads or _WRITES.search(bare) or _SECOND_STATEMENT.search(bare):
        raise WriteInReadOnly(sql.split("(")[0][:80])
    return execute(sql, params, many, context)


@contextmanager
def read_only() -> Iterator[None]:
    """Refuse every write on the default connection until the block ends."""
    with connection.execute_wrapper(_refuse_writes):
        yield


def reads_on_get(view: Callable[..., Any]) -> Callable[..., Any]:
    """For the few pages outside an organization: GET, HEAD and OPTIONS run read-only."""

    @wraps(view)
    def wrapper(request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method not in READING_METHODS:
            return view(request, *args, **kwargs)
        with read_only():
            return view(request, *args, **kwargs)

    return wrapper
