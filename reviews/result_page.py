"""What the one-page result of a closed review says: told from its frozen record, so it stays what it was.

Both sides read the page, so it holds no comments, no minutes, and no reason that a person gave for another
standing than suggested: those stay inside, on the review itself.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from contracts.level_words import percent
from core.errors import Refused
from core.templatetags.ui import format_date, money
from core.templatetags.ui import points as points_text
from evaluations.marks import GATE, mark_text
from reviews import goals, promised
from reviews.models import Review, ServiceCredit, Side, Standing
from reviews.standing_rule import shown

WELL, BADLY = 75, 50
"""Points from which a criterion went well, and below which it went badly."""
NAMED = 3
"""So many criteria are named as having gone well, and as many as having gone badly."""
MOST_ROWS = 12
"""Of misses, credits and actions: so many fit the page."""
BADGES = {Standing.GREEN: "ok", Standing.AMBER: "warn", Standing.RED: "bad"}
Section = tuple[str, Sequence[str]]


class BrokenRecord(Refused):
    """Somebody changed the record past the application."""

    def __init__(self) -> None:
        super().__init__(
            "The record of this review can't be read any more. Verify tells what is wrong."
        )


@dataclass(frozen=True)
class MarkLine:
    """One criterion: the mark as written, its points 0–100, those of the review before, those promised.

    Points are None where there is no mark, where the criterion does not apply, and for gates. `comment`
    is for the page inside only.
    """

    name: str
    is_gate: bool
    weight: Decimal
    mark: str
    points: float | None
    before: float | None
    promised: float | None
    comment: str

    @property
    def failed(self) -> bool:
        return self.is_gate and self.mark == "fail"

    @property
    def change(self) -> Decimal | None:
        """Points more (or less) than the time before, as the rounded numbers on the page differ."""
        if self.points is None or self.before is None:
            return None
        return Decimal(points_text(self.points)) - Decimal(points_text(self.before))


@dataclass(frozen=True)
class Result:
    """Everything on the page: the review, what its record says, and when the next one is due."""

    review: Review
    said: Mapping[str, Any]
    next_due_on: dt.date | None

    @property
    def standing(self) -> str:
        return Standing(self.said["review"]["standing"]).label

    @property
    def badge(self) -> str:
        """The kind of badge (core.templatetags.ui.status)."""
        return BADGES[Standing(self.said["review"]["standing"])]

    @property
    def standing_words(self) -> str:
        """ "Good", or "Good (before: Needs attention)"."""
        before = self.said["before"]
        if before is None or before["standing"] in ("", self.said["review"]["standing"]):
            return self.standing
        return f"{self.standing} (before: {Standing(before['standing']).label})"

    @property
    def score(self) -> float | None:
        found: float | None = self.said["results"]["score"]
        return found

    @property
    def score_words(self) -> str:
        """The score with its change: "78.4 of 100 points, 2.1 more than before"."""
        if self.score is None:
            return "not complete, since not every criterion was marked"
        words = f"{points_text(self.score)} of 100 points"
        before = self.said["before"]
        if before is None or before["score"] is None:
            return words
        return words + _change(
            Decimal(points_text(self.score)) - Decimal(points_text(before["score"]))
        )

    @cached_property
    def lines(self) -> list[MarkLine]:
        """The criteria in their order."""
        points = {row["criterion"]: row for row in self.said["results"]["criteria"]}
        return [_line(row, points[row["id"]]) for row in self.said["criteria"]]

    @property
    def has_promised(self) -> bool:
        """Whether a selection said what to expect of any of them."""
        return any(line.promised is not None for line in self.lines)

    @property
    def went_well(self) -> list[MarkLine]:
        good = [line for line in self.lines if line.points is not None and line.points >= WELL]
        return sorted(good, key=lambda line: -(line.points or 0))[:NAMED]

    @property
    def went_badly(self) -> list[MarkLine]:
        """Failed gates first, then the fewest points."""
        gates = [line for line in self.lines if line.failed]
        low = [line for line in self.lines if line.points is not None and line.points < BADLY]
        return [*gates, *sorted(low, key=lambda line: line.points or 0)][:NAMED]

    @property
    def missing(self) -> int:
        """Criteria without a mark that do apply."""
        return sum(1 for line in self.lines if not line.mark)

    @property
    def agreements(self) -> str:
        return str(self.said["review"]["agreements"])

    @property
    def held_on(self) -> dt.date:
        return dt.date.fromisoformat(self.said["review"]["held_on"])

    @property
    def opening(self) -> str:
        """One sentence: what was reviewed, and when."""
        vendor = self.said["contract"]["vendor"]["name"]
        period = self.said["review"]["period"]
        return f"Review of {vendor} for {period}, held on {self.day(self.held_on)}."

    @cached_property
    def sections(self) -> list[Section]:
        """The parts of the page that are lists, each with its heading; empty ones are left out."""
        alarm = self.said["results"]["alarm"]
        found = [
            ("Why", self._why()),
            ("Alarm", [alarm] if alarm else []),
            ("What went well", [_mark_words(line) for line in self.went_well]),
            ("What went badly", [_mark_words(line) for line in self.went_badly]),
            ("Service levels", self._measured()),
            ("Goals of the plan", _some(self._goals())),
            ("What was promised", _some(promised.result_lines(self.said.get("promises", [])))),
            ("What people say", [_satisfaction(row) for row in self.said["surveys"]]),
            (
                "Credits",
                _some(
                    [credit_words(row, self.review.organization) for row in self.said["credits"]]
                ),
            ),
            ("What is to be done", _some(self._actions())),
            ("Next review", self._next()),
        ]
        return [(heading, lines) for heading, lines in found if lines]

    def _goals(self) -> list[str]:
        last_on = dt.date.fromisoformat(self.said["review"]["last_on"])
        return goals.result_lines(self.said.get("goals", []), last_on)

    def day(self, value: dt.date | str) -> str:
        """A day as the organization writes it."""
        day = dt.date.fromisoformat(value) if isinstance(value, str) else value
        return format_date(day, self.review.organization)

    def _why(self) -> list[str]:
        """What the rule says against a better standing, where the standing is the one that it suggests."""
        results = self.said["results"]
        if self.said["review"]["standing"] != results["standing"]:
            return []
        reasons = results["reasons"]
        return [row["text"] for row in reasons if row["standing"] != Standing.GREEN]

    def _measured(self) -> list[str]:
        """Misses; or that there were none; or that nothing was measured, which is no praise."""
        rows = self.said["measurements"]
        missed = [self._miss(row) for row in rows if row["met"] is False]
        if missed:
            return _some(missed)
        if rows:
            return ["No service level was missed in what was measured."]
        return ["Nothing was measured in this period."]

    def _miss(self, row: Mapping[str, Any]) -> str:
        window = f"{self.day(row['first_on'])} to {self.day(row['last_on'])}"
        return f"{row['level']}, {window}: {row['words']}. Promised: {row['promise']}"

    def _actions(self) -> list[str]:
        """Those agreed here first."""
        rows = sorted(self.said["actions"], key=lambda row: not row["agreed_here"])
        return [self._action(row) for row in rows if row["state"] != "done"]

    def _action(self, row: Mapping[str, Any]) -> str:
        """ "Ask before closing: Northwind, by 1 May 2026"."""
        ours, theirs = self.review.organization.name, self.said["contract"]["vendor"]["name"]
        who = theirs if row["side"] == Side.VENDOR else ours
        when = f"was due on {self.day(row['due_on'])}"
        if not row["overdue"]:
            when = f"by {self.day(row['due_on'])}"
        return f"{row['title']}: {who}, {when}"

    def _next(self) -> list[str]:
        return [f"Due by {self.day(self.next_due_on)}."] if self.next_due_on else []


def read_result(review: Review) -> Result:
    """Of a closed review that comes with its organization, contract and record: one query.

    Raises BrokenRecord.
    """
    if review.record is None:
        raise BrokenRecord
    try:
        said = json.loads(review.record.content)
        found = Result(review, said, _next_due_on(review))
        # Everything that a page shows, so that nothing breaks in the middle of it.
        _ = (found.standing_words, found.score_words, found.opening, found.sections, found.missing)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise BrokenRecord from error
    return found


def _line(row: Mapping[str, Any], points: Mapping[str, Any]) -> MarkLine:
    is_gate = row["kind"] == GATE
    mark = None if row["mark"] is None else Decimal(row["mark"])
    text = mark_text(mark, row["not_applicable"])
    if mark is not None:
        text = ("pass" if mark else "fail") if is_gate else f"{text} {row['unit']}".strip()
    return MarkLine(
        name=row["name"],
        is_gate=is_gate,
        weight=Decimal(row["weight"]),
        mark=text,
        points=points["points"],
        before=points["before"],
        promised=points["promised"],
        comment=row["comment"],
    )


def _mark_words(line: MarkLine) -> str:
    """ "Quality: 4, which is 80.0 points, 20.0 more than before"."""
    if line.failed:
        return f"{line.name}: failed"
    words = f"{line.name}: {points_text(line.points)} points"
    return words if line.change is None else words + _change(line.change)


def credit_words(row: Mapping[str, Any], organization: Any) -> str:
    """A credit as the record keeps it: "EUR 51.35 (5 %) for First response: can be claimed until 1 May 2026"."""
    share = percent(Decimal(row["percent"]))
    worth = f"{share} of the price"
    if row["amount"] is not None:
        worth = f"{money(Decimal(row['amount']), row['currency'])} ({share})"
    state = ServiceCredit.State(row["state"])
    words = f"{worth} for {row['level']}: {state.label.lower()}"
    if state == ServiceCredit.State.DUE and row["claim_by_on"]:
        words += f" until {format_date(dt.date.fromisoformat(row['claim_by_on']), organization)}"
    return words


def _satisfaction(row: Mapping[str, Any]) -> str:
    """ "Employees: about 40 % of those who answered are satisfied (How is our network?)". What too few
    said is not told; that they were asked is."""
    share = row["satisfaction"]
    words = "no share of satisfied people can be told"
    if share is not None:
        words = f"about {shown(share)} % of those who answered are satisfied"
    return f"{row['audience']}: {words} ({row['survey']})"


def _change(change: Decimal) -> str:
    if not change:
        return ", the same as before"
    return f", {abs(change)} {'more' if change > 0 else 'less'} than before"


def _some(lines: Sequence[str]) -> list[str]:
    more = len(lines) - MOST_ROWS
    return [*lines[:MOST_ROWS], f"and {more} more"] if more > 0 else list(lines)


def _next_due_on(review: Review) -> dt.date | None:
    """When the next review of the contract is due; None while none is planned."""
    rows = Review.objects.open().filter(
        contract_id=review.contract_id, first_on__gt=review.first_on
    )
    found: dt.date | None = rows.due_first().values_list("due_on", flat=True).first()
    return found
