"""Matching column headings by name and synonym, whatever their case, accents or punctuation."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.spreadsheets.grid import Cell

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\bout of \d+\b|/\s*\d+\s*$", re.IGNORECASE)


def heading_key(text: str) -> str:
    """Reduce a heading to what counts: "Anbieter-Name " and "anbietername" are the same.

    Case, spaces, punctuation and accents go; letters and digits of every script stay. A heading of
    punctuation only ("%", "#") stays as it is.
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(char for char in folded if char.isalnum())
    return kept or text.strip()


def heading_keys(text: str) -> tuple[str, ...]:
    """Return the keys to try, best first: the whole heading, then without "(0–5)" or "out of 10"."""
    whole, shorter = heading_key(text), heading_key(_BRACKETS.sub(" ", text))
    return (whole,) if shorter in ("", whole) else (whole, shorter)


@dataclass(frozen=True)
class Headings:
    """Which column holds which field; what was not known; what came twice."""

    columns: dict[str, int]
    unknown: tuple[Cell, ...]
    repeated: tuple[Cell, ...]


def match_headings(row: Iterable[Cell], synonyms: Mapping[str, Sequence[str]]) -> Headings:
    """Match the headings in `row` to fields; the leftmost of two matches wins.

    `synonyms` maps a field to the headings that mean it, best first; its own name always counts.
    """
    fields = {heading_key(field): field for field in synonyms}
    for field, names in synonyms.items():
        for name in names:
            fields.setdefault(heading_key(name), field)
    columns: dict[str, int] = {}
    unknown: list[Cell] = []
    repeated: list[Cell] = []
    for cell in row:
        if not cell.text:
            continue
        field_found = next((fields[key] for key in heading_keys(cell.text) if key in fields), None)
        if field_found is None:
            unknown.append(cell)
        elif field_found in columns:
            repeated.append(cell)
        else:
            columns[field_found] = cell.column
    return Headings(columns, tuple(unknown), tuple(repeated))
