"""The page on which a review is recorded, as plain lines for its templates."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.versions import Stale
from evaluations.inputs import GATE, JUDGED, MEASURED
from evaluations.marks import Scale, mark_text, plain_number
from reviews import entries, review_record
from reviews.models import Review, ReviewMark, Standing
from reviews.review_record import Assessment, Line, mark_of
from reviews.standing_rule import named, shown

STANDING_BADGES = {"green": "ok", "amber": "warn", "red": "bad", "": "neutral"}
LABELS = {
    entries.HELD_ON: "Held on",
    entries.ATTENDEES: "Who took part",
    entries.MINUTES: "Minutes",
    entries.AGREEMENTS: "What you agreed",
    entries.STANDING: "Standing",
    entries.STANDING_REASON: "Why another standing than suggested",
}
HELPS = {
    entries.HELD_ON: "Left empty, it is the day on which you close the review.",
    entries.ATTENDEES: "Names of both sides, one line is enough.",
    entries.MINUTES: "What was said that somebody will want to know in a year.",
    entries.AGREEMENTS: "In words. What somebody has to do by a day is an action: add it under “Issues and actions”.",
    entries.STANDING_REASON: "Everybody who reads the standing reads this as well.",
}


@dataclass
class Field:
    """One thing that saves itself. `theirs`: what somebody else wrote meanwhile, in words, and
    `theirs_shown` its fingerprint; `error`: why it was not saved."""

    key: str
    shown: str
    error: str = ""
    theirs: str = ""
    theirs_shown: str = ""

    @property
    def is_stale(self) -> bool:
        return bool(self.theirs_shown)

    @property
    def problem(self) -> bool:
        return bool(self.error or self.theirs_shown)


@dataclass
class MarkRow(Field):
    """One criterion. Texts are ready to be shown; places are percent of the scale's width, “41.7%”."""

    pk: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
    line: Line = field(default_factory=Line)
    mark: str = ""
    comment: str = ""
    by: str = ""
    # What the vendor said to this criterion, in words, and whether he disputes our mark.
    vendor: str = ""
    vendor_disputes: bool = False

    @property
    def weight_text(self) -> str:
        return plain_number(Decimal(self.data["weight"]))

    @property
    def is_gate(self) -> bool:
        return bool(self.data["kind"] == GATE)

    @property
    def by_hand(self) -> bool:
        return self.scale.by_hand

    @property
    def scale(self) -> Scale:
        return Scale(self.data["kind"], Decimal(self.data["worst"]), Decimal(self.data["best"]))

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """(value, label, what such a mark looks like) of the buttons, where there are any."""
        if self.is_gate:
            return [("1", "Pass", ""), ("0", "Fail", "")]
        anchors = [*self.data["anchors"], *[""] * 6]
        return [(str(mark), str(mark), anchors[mark]) for mark in range(6)] if self.by_hand else []

    @property
    def mark_words(self) -> str:
        """As it is read, rather than typed."""
        if self.is_gate and self.mark in ("1", "0"):
            return "Pass" if self.mark == "1" else "Fail"
        unit = self.data["unit"] if self.data["kind"] == MEASURED else ""
        return f"{self.mark} {unit}".strip() if self.mark else ""

    @property
    def before(self) -> str:
        return self._words("before")

    @property
    def promised(self) -> str:
        return self._words("promised")

    def _words(self, name: str) -> str:
        mark = mark_of(self.data, name)
        if mark is None:
            return ""
        if self.is_gate:
            return "pass" if mark else "fail"
        number = plain_number(round(mark, 2))
        unit = "" if self.data["kind"] == JUDGED else self.data["unit"]
        return f"{number} {unit}".strip()

    @property
    def before_at(self) -> str:
        return self._place(self.line.before)

    @property
    def promised_at(self) -> str:
        return self._place(self.line.promised)

    def _place(self, points: float | None) -> str:
        """Where the dot of that mark stands: under its button, or on the line between the ends."""
        if points is None:
            return ""
        share = (points / 20 + 0.5) / 6 * 100 if self.by_hand else 2 + points * 0.96
        return f"{share:.1f}%"

    @property
    def ends(self) -> tuple[str, str]:
        return plain_number(self.scale.worst), plain_number(self.scale.best)


@dataclass
class TextRow(Field):
    """Minutes and the like."""

    value: str = ""

    @property
    def label(self) -> str:
        return LABELS[self.key]

    @property
    def help(self) -> str:
        return HELPS.get(self.key, "")

    @property
    def is_long(self) -> bool:
        return self.key in {entries.MINUTES, entries.AGREEMENTS}


@dataclass
class Sheet:
    """The whole page: the lines, and what follows from them so far."""

    review: Review
    given: Mapping[str, Any]
    found: Assessment
    marks: list[MarkRow]
    texts: dict[str, TextRow]

    @property
    def rows(self) -> list[Field]:
        return [*self.marks, *self.texts.values()]

    def row(self, key: str) -> Field | None:
        return next((row for row in self.rows if row.key == key), None)

    @property
    def proposal(self) -> "StandingWords":
        return standing_words(self.found.proposal.standing)

    @property
    def final(self) -> "StandingWords":
        """Of a closed review."""
        return standing_words(self.review.standing)

    @property
    def final_before(self) -> "StandingWords":
        before = self.given["before"]
        return standing_words(before["standing"] if before else "")

    @property
    def suggested(self) -> "StandingWords":
        """What was suggested when it was closed."""
        return standing_words(self.review.standing_proposed)

    @property
    def chosen(self) -> "StandingWords | None":
        """The standing that people chose instead."""
        wanted = self.review.standing
        return standing_words(wanted) if wanted and wanted != self.found.proposal.standing else None

    @property
    def has_before(self) -> bool:
        return any(row.before for row in self.marks)

    @property
    def has_promised(self) -> bool:
        return any(row.promised for row in self.marks)

    @property
    def measured(self) -> list[tuple[Mapping[str, Any], dt.date, dt.date]]:
        """Each recorded value with its window's days."""
        return [
            (row, *(dt.date.fromisoformat(row[name]) for name in ("first_on", "last_on")))
            for row in self.given["measurements"]
        ]

    @property
    def notes(self) -> list[TextRow]:
        """Everything in words but the standing."""
        return [row for name, row in self.texts.items() if not name.startswith(entries.STANDING)]

    @property
    def standing(self) -> TextRow:
        return self.texts[entries.STANDING]

    @property
    def standing_reason(self) -> TextRow:
        return self.texts[entries.STANDING_REASON]

    @property
    def missing_names(self) -> str:
        missing = set(self.found.missing)
        return named([row.data["name"] for row in self.marks if row.pk in missing])

    @property
    def standings(self) -> list[tuple[str, str]]:
        return list(Standing.choices)

    @property
    def total(self) -> int:
        return len(self.marks)

    @property
    def change(self) -> float | None:
        """Points more or less than in the review before."""
        facts = self.found.facts
        if facts.score is None or facts.score_before is None:
            return None
        return facts.score - facts.score_before

    @property
    def change_text(self) -> str:
        """ "2.1 more than last time"; empty while one of the two is not known."""
        if self.change is None:
            return ""
        size = shown(abs(self.change))
        if size == "0":
            return "the same as last time"
        return f"{size} {'more' if self.change > 0 else 'less'} than last time"


@dataclass(frozen=True)
class StandingWords:
    """A standing for the eye: its code, the badge's kind, its word."""

    code: str
    badge: str
    label: str


def standing_words(code: str) -> StandingWords:
    label = Standing(code).label if code else "Not said yet"
    return StandingWords(code, STANDING_BADGES[code], label)


def sheet_of(review: Review, given: Mapping[str, Any]) -> Sheet:
    """As it is stored."""
    found, view = review_record.assess(given), given["vendor_view"]
    said = {row["criterion"]: row for row in view["marks"]} if view else {}
    return Sheet(
        review=review,
        given=given,
        found=found,
        marks=[_mark_row(row, found.lines[row["id"]], said) for row in given["criteria"]],
        texts={name: _text_row(review, name) for name in entries.TEXTS},
    )


def _mark_row(
    data: Mapping[str, Any], line: Line, said: Mapping[int, Mapping[str, Any]]
) -> MarkRow:
    mark = mark_text(mark_of(data), data["not_applicable"])
    return MarkRow(
        key=entries.mark_key(data["id"]),
        shown=entries.shown_of_mark(mark, data["comment"]),
        pk=data["id"],
        data=data,
        line=line,
        mark=mark,
        comment=data["comment"],
        by=data["by"]["name"] if data["by"] else "",
        vendor=_vendor_words(said.get(data["id"])),
        vendor_disputes=bool(said.get(data["id"], {}).get("disputes")),
    )


def _vendor_words(said: Mapping[str, Any] | None) -> str:
    if said is None:
        return ""
    mark = mark_of(said)
    parts = [] if mark is None else [f"says {plain_number(mark)}"]
    parts += ["disputes our mark"] if said["disputes"] else []
    words = " and ".join(parts)
    if said["comment"]:
        words = f"{words}: “{said['comment']}”" if words else f"says “{said['comment']}”"
    return f"The vendor {words}" if words else ""


def _text_row(review: Review, name: str) -> TextRow:
    value = getattr(review, name)
    return TextRow(name, entries.shown_of_text(value), value=entries.text_of(value))


def put_back(
    sheet: Sheet,
    raw: Mapping[str, tuple[str, ...]],
    refused: Mapping[str, Exception],
    shown_before: Mapping[str, str],
) -> None:
    """Show what was refused as it was typed, with what is wrong with it or what somebody else wrote."""
    for key, why in refused.items():
        row = sheet.row(key)
        if row is None:
            continue
        if isinstance(row, MarkRow) and key in raw:
            row.mark, row.comment = raw[key]
        elif isinstance(row, TextRow) and key in raw:
            row.value = raw[key][0]
        if isinstance(why, Stale):
            row.theirs, row.theirs_shown = _theirs(why.current, row), row.shown
        else:
            row.error = str(why)
        # Until this person chose, the field goes on as it was shown: nothing of the other is overwritten.
        row.shown = shown_before.get(key, row.shown)


def _theirs(current: Any, row: Field) -> str:
    """What is stored now, in words."""
    if isinstance(current, ReviewMark):
        mark = mark_text(current.mark, current.not_applicable)
        if isinstance(row, MarkRow) and row.is_gate:
            mark = {"1": "Pass", "0": "Fail"}.get(mark, mark)
        # Nobody's, where the scale was changed and the marks on the old one went with it.
        words = f"{mark or 'no mark'}, by {current.by.name}" if current.by_id else "no mark"
        return f"{words}: “{current.comment}”" if current.comment else words
    text = entries.text_of(getattr(current, row.key))
    if row.key == entries.STANDING:
        return Standing(text).label if text else "As suggested"
    return text or "nothing"
