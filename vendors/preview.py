"""The preview of a vendor list: each cell as it was understood, or with what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vendors.list_columns import CONTACT_FIELDS
from vendors.words import shown

PER_PAGE = 50
LONGEST_TEXT = 60


@dataclass(frozen=True)
class PreviewCell:
    """`text` as understood, or as written where `problem` says what is wrong."""

    text: str
    problem: str = ""


@dataclass(frozen=True)
class PreviewRow:
    """One row of the file: "new", "there" or "wrong", with the reason, and its cells."""

    number: int
    state: str
    reason: str
    cells: list[PreviewCell]


def preview_rows(
    columns: Iterable[Sequence[str]],
    rows: Iterable[Mapping[str, Any]],
    members: Mapping[int, str],
) -> list[PreviewRow]:
    """The stored rows of an upload, in the columns of the file (field, heading).

    `members` are names by id, for the owner inside.
    """
    fields = [field for field, _ in columns]
    return [
        PreviewRow(
            number=row["number"],
            state="wrong" if row["problems"] else "there" if row["same"] else "new",
            reason=row["same"],
            cells=[_cell(field, row, members) for field in fields],
        )
        for row in rows
    ]


def _cell(field: str, row: Mapping[str, Any], members: Mapping[int, str]) -> PreviewCell:
    if field in row["problems"]:
        text, problem = row["problems"][field]
        return PreviewCell(text, problem)
    if field == "inside_owner":
        return PreviewCell(members.get(row["values"].get(field, 0), ""))
    text = _text(field, row)
    return PreviewCell(text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…")


def _text(field: str, row: Mapping[str, Any]) -> str:
    values: Mapping[str, Any] = row["values"]
    if field in CONTACT_FIELDS:
        return str(row["contact"][CONTACT_FIELDS[field]])
    if field == "name":
        return str(values.get("trading_name") or values["legal_name"])
    return shown(field, values[field]) if field in values else ""
