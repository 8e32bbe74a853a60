"""The order of a request's questions: sections one after the other, each in one piece. Pure; no Django."""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Placed(Protocol):
    pk: int
    section: str


Row = TypeVar("Row", bound=Placed)
UP, DOWN = -1, 1


def sections(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """The rows by section, each section where its first row stands."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.section, []).append(row)
    return list(found.items())


def in_order(rows: Sequence[Row]) -> list[Row]:
    """All rows, section by section."""
    return [row for _, part in sections(rows) for row in part]


def moved(rows: Sequence[Row], pk: int, step: int) -> list[Row]:
    """One row moved by one place within its section; at the end of it nothing changes."""
    found = []
    for _, part in sections(rows):
        at = next((place for place, row in enumerate(part) if row.pk == pk), None)
        found += part if at is None else _swapped(part, at, step)
    return found


def section_moved(rows: Sequence[Row], section: str, step: int) -> list[Row]:
    """A whole section moved by one place."""
    parts = sections(rows)
    at = next((place for place, (name, _) in enumerate(parts) if name == section), None)
    parts = parts if at is None else _swapped(parts, at, step)
    return [row for _, part in parts for row in part]


Item = TypeVar("Item")


def _swapped(items: Sequence[Item], at: int, step: int) -> list[Item]:
    other, found = at + step, list(items)
    if 0 <= other < len(found):
        found[at], found[other] = found[other], found[at]
    return found
