"""Finding papers by their text, and showing where in it."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from contracts.models import Document
from vendors.folding import fold, search_words

AROUND = 90  # characters of the text beside what was found
AT_ONCE = 100  # papers that one tick reads
_WORD = re.compile(r"\S+")


def waiting_documents(*, before: dt.datetime) -> list[int]:
    """Papers whose text should have been read by now, the longest waiting first."""
    rows = Document.objects.filter(text_state=Document.TextState.WAITING, created_at__lt=before)
    return list(rows.order_by("created_at", "pk").values_list("pk", flat=True)[:AT_ONCE])


def snippet(text: str, query: str) -> SafeString | str:
    """The text around the longest word of the query that occurs in it, marked; "" if none does."""
    span = _find(text, search_words(query))
    if span is None:
        return ""
    start, end = span
    left = text.find(" ", max(0, start - AROUND), start) + 1 if start > AROUND else 0
    right = text.rfind(" ", end, end + AROUND) if len(text) > end + AROUND else len(text)
    left, right = left or max(0, start - AROUND), right if right > 0 else end + AROUND
    return format_html(
        "{}{}<mark>{}</mark>{}{}",
        "… " if left else "",
        text[left:start],
        text[start:end],
        text[end:right],
        " …" if right < len(text) else "",
    )


def _find(text: str, words: Iterable[str]) -> tuple[int, int] | None:
    """Where the first of the words stands in the text as it is written, accents and all."""
    wanted = sorted(words, key=len, reverse=True)  # "a" is everywhere
    lowered = text.lower()
    if len(lowered) == len(text):  # else its places are not those of the text
        for word in wanted:
            place = lowered.find(word)
            if place >= 0:
                return place, place + len(word)
    for match in _WORD.finditer(text):
        folded = fold(match[0])
        if any(word in folded for word in wanted):
            return match.span()
    return None


def papers_of(documents: Iterable[Any]) -> list[list[Any]]:
    """Versions grouped by paper, the newest version first in each, the newest paper first."""
    groups: dict[Any, list[Any]] = {}
    for document in documents:
        groups.setdefault(document.paper, []).append(document)
    for versions in groups.values():
        versions.sort(key=lambda row: -row.number)
    return sorted(groups.values(), key=lambda versions: versions[0].created_at, reverse=True)
