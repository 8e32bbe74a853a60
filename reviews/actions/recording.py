"""Recording a review: marks, comments, minutes, agreements and the standing, by several people at once.

Everything is saved field by field as it is typed. Nothing is overwritten that somebody else wrote since the
page was shown (reviews/entries.py); what is refused is told by field, and the rest is kept.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import Stale, lock
from evaluations.marks import BadMark, Scale, mark_text, read_mark
from reviews import entries
from reviews.entries import MarkEntry, Outcome, TextEntry
from reviews.marked import Marked, read_marked
from reviews.models import Review, ReviewMark

LONG = {entries.MINUTES, entries.AGREEMENTS, entries.ATTENDEES}
"""Of these the trail says that they changed, not how they read."""


class WrongEntry(Refused):
    """What was typed has no place there."""


class NotOpen(Refused):
    """The review is closed, or was not held."""


@dataclass(frozen=True)
class Recorded:
    """The review and its marks as they are stored now, and what became of the entries."""

    review: Review
    marked: Marked
    outcome: Outcome


@dataclass
class _Changes:
    """What one sending changed, for the trail."""

    before: dict[str, Any]
    after: dict[str, Any]

    def add(self, name: str, old: Any, new: Any) -> None:
        self.before[name], self.after[name] = old, new


@transaction.atomic
def record_review(
    *, review: Review, marks: Sequence[MarkEntry], texts: Sequence[TextEntry], by: Membership
) -> Recorded:
    """Store what differs from what is stored. Sent twice, the second sending changes nothing. `review` comes
    with its organization and contract.

    Raises NotOpen. In the outcome, by field: Stale with what is stored as `.current`, or WrongEntry.
    """
    row = _lock_open(review)
    marked = read_marked(row)
    outcome, changes = Outcome(), _Changes({}, {})
    _save_marks(row, marked, marks, by, outcome, changes)
    _save_texts(row, texts, outcome, changes)
    if changes.after:
        row.started_at = row.started_at or timezone.now()
        row.version += 1
        row.save()
        log.record(
            by=by,
            verb="review.recorded",
            target=row.contract,
            before={"review": row.period_label, **changes.before},
            after={"review": row.period_label, **changes.after},
        )
    return Recorded(row, marked, outcome)


def _lock_open(review: Review) -> Review:
    """The review itself, as it is stored; what it belongs to never changes and is in memory."""
    row: Review = lock(Review.objects.all(), review.pk)
    row.organization, row.contract = review.organization, review.contract
    if row.is_open:
        return row
    was = "was held and is closed" if row.is_closed else "is marked as not held"
    raise NotOpen(f"The review of {row.period_label} {was}, so nothing about it changes.")


# Marks --------------------------------------------------------------------------------------------


def _save_marks(
    review: Review,
    marked: Marked,
    marks: Sequence[MarkEntry],
    by: Membership,
    outcome: Outcome,
    changes: _Changes,
) -> None:
    criteria = {row.pk: row for row in marked.criteria}
    for entry in marks:
        criterion = criteria.get(entry.criterion_id)
        if criterion is None:
            words = "This criterion does not belong to the review any more. Reload the page."
            outcome.refused[entry.key] = WrongEntry(words)
            continue
        row = marked.marks.get(criterion.pk) or ReviewMark(
            organization_id=review.organization_id, criterion=criterion, version=0
        )
        row.review = review
        if _save_mark(row, entry, by, outcome, changes):
            marked.marks[criterion.pk] = row


def _save_mark(
    row: ReviewMark, entry: MarkEntry, by: Membership, outcome: Outcome, changes: _Changes
) -> bool:
    """Whether there was something to store."""
    criterion = row.criterion
    scale = Scale(criterion.kind, criterion.worst, criterion.best)
    try:
        mark, not_applicable = read_mark(entry.mark, scale)
    except BadMark as error:
        outcome.refused[entry.key] = WrongEntry(str(error))
        return False
    old = mark_text(row.mark, row.not_applicable), row.comment
    new = mark_text(mark, not_applicable), entry.comment
    if not _is_to_save(entry.key, entry.shown, _marked(*old), _marked(*new), row, outcome):
        return False
    row.mark, row.not_applicable, row.comment = mark, not_applicable, entry.comment
    row.by = by
    row.version += 1
    row.save()
    outcome.saved += 1
    outcome.weighs = True
    changes.add(criterion.name, *(_in_words(*content) for content in (old, new)))
    return True


def _marked(mark: str, comment: str) -> str:
    return entries.shown_of_mark(mark, comment)


def _in_words(mark: str, comment: str) -> str:
    said = mark or "no mark"
    return f"{said} ({comment})" if comment else said


def _is_to_save(key: str, shown: str, old: str, new: str, current: Any, outcome: Outcome) -> bool:
    """By fingerprints of what the page showed, what is stored and what was posted."""
    if new == old:
        if shown != old:
            outcome.fresh.add(key)  # somebody else wrote the same
        return False
    if shown == old:
        return True
    if new == shown:
        outcome.fresh.add(key)  # left alone here, changed elsewhere
    else:
        outcome.refused[key] = Stale(current)
    return False


# The rest -----------------------------------------------------------------------------------------


def _save_texts(
    review: Review, texts: Sequence[TextEntry], outcome: Outcome, changes: _Changes
) -> None:
    for entry in texts:
        old = getattr(review, entry.name)
        stored, posted = entries.shown_of_text(old), entries.shown_of_text(entry.value)
        if not _is_to_save(entry.key, entry.shown, stored, posted, review, outcome):
            continue
        problem = _problem(review, entry)
        if problem:
            outcome.refused[entry.key] = WrongEntry(problem)
            continue
        setattr(review, entry.name, entry.value)
        outcome.saved += 1
        outcome.weighs |= entry.name == entries.STANDING
        name = entry.name.replace("_", " ")
        if entry.name in LONG:
            old, new = f"{len(old)} characters", f"{len(entry.value)} characters"
            changes.add(name, old, new)
        else:
            changes.add(name, entries.text_of(old), entries.text_of(entry.value))


def _problem(review: Review, entry: TextEntry) -> str:
    """What is wrong with the day on which it was held."""
    if entry.name != entries.HELD_ON or entry.value is None:
        return ""
    day: dt.date = entry.value
    if day > timezone.localdate():
        return "This day is still to come. Say on which day the review was held, or leave it empty."
    if day < review.first_on:
        return "This day is before the period that is reviewed."
    return ""
