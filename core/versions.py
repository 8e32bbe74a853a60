"""Two people editing one row: nothing is overwritten silently."""

from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from core.errors import Refused

Row = TypeVar("Row", bound=models.Model)


class Stale(Refused):
    """The row changed since the form was shown; `.current` is what is stored now."""

    def __init__(self, current: Any) -> None:
        super().__init__("Somebody changed this while you were editing it.")
        self.current = current


class Gone(Refused):
    """Somebody else removed the row a moment ago."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else removed this a moment ago. Go back to the list to see what is there now."
        )


def lock(rows: "models.QuerySet[Row]", pk: Any, version: int | None = None) -> Row:
    """Lock one row until the transaction ends; raise Stale if it is not at `version` any more, Gone if
    it is not there any more.

    What hangs on it is read when the row is held: whoever had to wait for it would else see it as it is
    now beside related rows as they were, since PostgreSQL reads only the locked table again.

    Held as an update holds it: who only refers to it goes on. Each line of the audit trail refers to a member
    and to the organization, so else two people who each name the other would wait for ever.
    """
    try:
        row = rows.select_related(None).select_for_update(of=("self",), no_key=True).get(pk=pk)
        if rows.query.select_related:
            row = rows.get(pk=pk)
    except ObjectDoesNotExist:
        raise Gone from None
    if version is not None and row.version != version:  # type: ignore[attr-defined]
        raise Stale(row)
    return row
