"""Two people editing one row: nothing is overwritten silently."""

from typing import Any, TypeVar

from django.db import models

from core.errors import Refused

Row = TypeVar("Row", bound=models.Model)


class Stale(Refused):
    """The row changed since the form was shown; `.current` is what is stored now."""

    def __init__(self, current: Any) -> None:
        super().__init__("Somebody changed this while you were editing it.")
        self.current = current


def lock(rows: "models.QuerySet[Row]", pk: Any, version: int | None = None) -> Row:
    """Lock one row until the transaction ends; raise Stale if it is not at `version` any more."""
    row = rows.select_for_update(of=("self",)).get(pk=pk)
    if version is not None and row.version != version:  # type: ignore[attr-defined]
        raise Stale(row)
    return row
