"""The preview of a list: each cell as it was understood, or with what is wrong with it. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    text: Callable[[str, Mapping[str, Any]], str],
) -> list[PreviewRow]:
    """The stored rows of an upload, in the columns of the file (field, heading). `text` says what was
    understood of one field of a row."""
    fields = [field for field, _ in columns]
    return [
        PreviewRow(
            number=row["number"],
            state="wrong" if row["problems"] else "there" if row["same"] else "new",
            reason=row["same"],
            cells=[_cell(field, row, text) for field in fields],
        )
        for row in rows
    ]


def _cell(
    field: str, row: Mapping[str, Any], text: Callable[[str, Mapping[str, Any]], str]
) -> PreviewCell:
    if field in row["problems"]:
        written, problem = row["problems"][field]
        return PreviewCell(written, problem)
    found = text(field, row)
    return PreviewCell(found if len(found) <= LONGEST_TEXT else f"{found[:LONGEST_TEXT]}…")
