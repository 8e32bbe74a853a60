"""The preview of a vendor list: what was understood of each cell."""

from collections.abc import Callable, Mapping
from typing import Any

from vendors.list_columns import CONTACT_FIELDS
from vendors.words import shown


def text_with(members: Mapping[int, str]) -> Callable[[str, Mapping[str, Any]], str]:
    """What says a field of a stored row; `members` are names by id, for the owner inside."""

    def text(field: str, row: Mapping[str, Any]) -> str:
        values: Mapping[str, Any] = row["values"]
        if field == "inside_owner":
            return members.get(values.get(field, 0), "")
        if field in CONTACT_FIELDS:
            return str(row["contact"][CONTACT_FIELDS[field]])
        if field == "name":
            return str(values.get("trading_name") or values["legal_name"])
        return shown(field, values[field]) if field in values else ""

    return text
