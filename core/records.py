"""Decisions as canonical JSON, each chained to the one before by SHA-256. Pure.

The whole format, so that anybody can check a record without this program (docs/records.md):

- The content is JSON: keys sorted, no spaces, text as UTF-8 (nothing escaped but what JSON must),
  whole numbers as digits, other numbers in the shortest form that reads back to the same 64-bit
  float (Python's repr: 70.0, 0.1, 1e-07). No NaN, no infinity, no key twice.
- The seal is the SHA-256, in hexadecimal, of: the previous record's seal (nothing for the first
  one), a line feed, the content.
"""

import hashlib
import json
import math
from typing import Any

FORMAT = "outsourcing-portal/record"
FORMAT_VERSION = 1
MAX_BYTES = 50 * 1024 * 1024
MAX_DEPTH = 40
_SEAL = 64  # hexadecimal digits of a SHA-256


class Unreadable(ValueError):
    """This is no record; the message says why, for a person."""


def canonical(data: Any) -> str:
    """`data` as the one text that stands for it. ValueError for what the format can't hold exactly."""
    check(data)
    return json.dumps(
        data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def seal(previous_sha256: str, content: str) -> str:
    """What identifies this content behind that previous record."""
    return hashlib.sha256(f"{previous_sha256}\n{content}".encode()).hexdigest()


def read(text: str) -> Any:
    """The data of a canonical text; Unreadable for any other text."""
    data = _parsed(text)
    try:
        same = canonical(data) == text
    except ValueError as error:
        raise Unreadable(f"The content is no record: {error}") from error
    if not same:
        raise Unreadable("The content is not written in the one form that a record has.")
    return data


def envelope(
    *, number: int, kind: str, previous_sha256: str, sha256: str, content: str
) -> dict[str, Any]:
    """A record as it is handed out: one file that is checked without a database."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "number": number,
        "kind": kind,
        "previous_sha256": previous_sha256,
        "sha256": sha256,
        "content": content,
    }


def open_envelope(data: bytes) -> dict[str, Any]:
    """Read a file that `envelope` made; Unreadable with one plain line for anything else."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"This file is larger than {MAX_BYTES // 1024**2} MB: it is no record.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("This is no text file in UTF-8: it is no record.") from error
    found = _parsed(text)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Unreadable("This file is no record: it does not say that it is one.")
    if found.get("format_version") != FORMAT_VERSION:
        raise Unreadable("This record was written by a newer version of the portal.")
    if not all(isinstance(found.get(name), str) for name in ("kind", "content")):
        raise Unreadable("This record has no kind or no content.")
    if type(found.get("number")) is not int:
        raise Unreadable("This record has no number.")
    previous = found.get("previous_sha256")
    if not _is_seal(found.get("sha256")) or not (previous == "" or _is_seal(previous)):
        raise Unreadable("This record has no SHA-256, or one that can't be right.")
    return found


def check(data: Any) -> None:
    """ValueError, with the place, for what canonical JSON can't hold or give back exactly."""
    waiting: list[tuple[str, Any, int]] = [("the record", data, 0)]
    while waiting:
        place, value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise ValueError(f"{place} is nested more than {MAX_DEPTH} deep")
        if isinstance(value, dict):
            for name, item in value.items():
                _check_leaf(f"a name in {place}", name, (str,))
                waiting.append((f"{place} › {name}", item, depth + 1))
        elif isinstance(value, list):
            waiting += [(f"{place} › {n}", item, depth + 1) for n, item in enumerate(value)]
        else:
            _check_leaf(place, value, (str, int, float, bool, type(None)))


def _check_leaf(place: str, value: Any, kinds: tuple[type, ...]) -> None:
    if not isinstance(value, kinds):
        raise ValueError(f"{place} is a {type(value).__name__}, which a record can't hold")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{place} is {value}, which is no number")
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ValueError(f"{place} holds half a character") from error


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except Unreadable:
        raise
    except (ValueError, RecursionError) as error:
        raise Unreadable("This is not JSON: it is no record.") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("A name stands twice in this file: it is no record.")
    return found


def _no_constant(word: str) -> None:
    raise Unreadable(f"{word} stands where a number should be: it is no record.")


def _is_seal(value: Any) -> bool:
    return isinstance(value, str) and len(value) == _SEAL and set(value) <= set("0123456789abcdef")
