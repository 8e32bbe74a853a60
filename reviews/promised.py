"""What the vendor promised before the contract, and whether it was kept: asked anew in each review.

The promises are those of contracts/promise_ledger.py but the dropped ones. In a record they stand as plain
data under `promises`; records from before have none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from contracts import promise_ledger
from contracts.models import Contract, ServiceLevel
from contracts.promise_ledger import DROPPED, PromiseLine
from reviews.models import PromiseCheck, Review

Kept = PromiseCheck.Kept
BADGES = {Kept.YES: "ok", Kept.PARTLY: "warn", Kept.NO: "bad", Kept.TOO_EARLY: "neutral"}
JUDGED = (Kept.YES, Kept.PARTLY, Kept.NO)


@dataclass(frozen=True)
class Asked:
    """One promise in one review: what was said here (`kept` "", `version` 0: not asked yet), and what the
    latest earlier review that was held said (`before`, "" for nothing)."""

    line: PromiseLine
    kept: str = ""
    note: str = ""
    version: int = 0
    before: str = ""

    # The answers to choose from.
    choices = Kept.choices

    @property
    def pk(self) -> int:
        return int(self.line.promise.pk)

    @property
    def badge(self) -> str:
        """The kind of badge (core.templatetags.ui.status) of what was said."""
        return BADGES[Kept(self.kept)]

    @property
    def words(self) -> str:
        return Kept(self.kept).label if self.kept else ""

    @property
    def before_words(self) -> str:
        """ "kept", "" where nothing was said."""
        return Kept(self.before).label.lower() if self.before else ""

    @property
    def where(self) -> str:
        """ "A clause: Scope"; "" for what stands in no document."""
        place = self.line.place
        if place is None or not self.line.where or self.line.lost:
            return ""
        return f"{place.get_kind_display()}: {self.line.where}"


def of_review(review: Review) -> list[Asked]:
    """Every promise that counts, in the order in which it was noted. One query; none for a contract that
    follows no award. `review` comes with its contract."""
    contract = review.contract
    if contract.award_id is None:
        return []
    asked = [_asked(row, contract) for row in _with_answers(review)]
    return [one for one in asked if one.line.state != DROPPED]


def _with_answers(review: Review) -> Any:
    """The promises with their answers, and the name of the service level that one stands in, as columns."""
    checks = PromiseCheck.objects.filter(promise=OuterRef("pk"))
    own = checks.filter(review=review)
    earlier = checks.filter(
        review__contract=review.contract_id,
        review__state=Review.State.CLOSED,
        review__first_on__lt=review.first_on,
    ).order_by("-review__first_on", "-pk")
    levels = ServiceLevel.objects.filter(
        terms__contract=review.contract_id, lineage=OuterRef("place__level_lineage")
    ).order_by("-terms__number")
    return promise_ledger.rows_of(review.contract).annotate(
        kept_here=Subquery(own.values("kept")[:1]),
        note_here=Subquery(own.values("note")[:1]),
        version_here=Subquery(own.values("version")[:1]),
        kept_before=Subquery(earlier.values("kept")[:1]),
        level_name=Subquery(levels.values("name")[:1]),
    )


def _asked(row: Any, contract: Contract) -> Asked:
    place = getattr(row, "place", None)
    levels = {place.level_lineage: row.level_name} if place and row.level_name else {}
    return Asked(
        line=promise_ledger.line_of(row, contract, levels),
        kept=row.kept_here or "",
        note=row.note_here or "",
        version=row.version_here or 0,
        before=row.kept_before or "",
    )


def kept_in(reviews: Sequence[Review]) -> dict[int, str]:
    """By the review's id "9 of 12": how many of the promises that it judged it found kept. One query."""
    rows = PromiseCheck.objects.filter(review__in=[row.pk for row in reviews], kept__in=JUDGED)
    judged: dict[int, list[bool]] = {}
    for review_id, kept in rows.values_list("review_id", "kept"):
        judged.setdefault(review_id, []).append(kept == Kept.YES)
    return {pk: f"{sum(found)} of {len(found)}" for pk, found in judged.items()}


# In a record ----------------------------------------------------------------------------------------


def data(asked: Iterable[Asked]) -> list[dict[str, Any]]:
    """As it is frozen; `kept` is "" where nobody said."""
    return [
        {
            "id": row.pk,
            "text": row.line.promise.text,
            "source": row.line.promise.source,
            "said_by": row.line.promise.said_by,
            "where": row.where,
            "kept": row.kept,
            "note": row.note,
        }
        for row in asked
    ]


def answers(recorded: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of what is frozen what may not change any more: compared with `stored_answers`."""
    said = [row for row in recorded if row["kept"]]
    found = [{"id": row["id"], "kept": row["kept"], "note": row["note"]} for row in said]
    return sorted(found, key=lambda row: row["id"])


def stored_answers(review: Review) -> list[dict[str, Any]]:
    """The rows of a closed review, in the same shape. One query."""
    rows = PromiseCheck.objects.filter(review=review).order_by("promise_id")
    return [{"id": row.promise_id, "kept": row.kept, "note": row.note} for row in rows]


@dataclass(frozen=True)
class Told:
    """One frozen promise as a page shows it."""

    said: Mapping[str, Any]

    @property
    def badge(self) -> str:
        """The kind of badge (core.templatetags.ui.status)."""
        return BADGES[Kept(self.said["kept"])] if self.said["kept"] else "neutral"

    @property
    def words(self) -> str:
        return Kept(self.said["kept"]).label if self.said["kept"] else "Not asked"


def told(recorded: Iterable[Mapping[str, Any]]) -> list[Told]:
    """For the page of a closed review."""
    return [Told(row) for row in recorded]


def result_lines(recorded: Sequence[Mapping[str, Any]]) -> list[str]:
    """For the page that both sides read, without notes: how many are kept, and which are not."""
    judged = [row for row in recorded if row["kept"] in JUDGED]
    if not judged:
        return []
    kept = sum(row["kept"] == Kept.YES for row in judged)
    lines = [f"{kept} of {len(judged)} that could be judged {'is' if kept == 1 else 'are'} kept."]
    for state in (Kept.NO, Kept.PARTLY):
        label = "Not kept" if state == Kept.NO else "Partly kept"
        lines += [f"{label}: {row['text']}" for row in judged if row["kept"] == state]
    return lines
