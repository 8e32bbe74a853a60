"""What a contract's reviews mark. A criterion that a closed review has marked stays as it was then."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from evaluations import criteria
from evaluations.actions.criteria import change_log, checked, criterion_values
from evaluations.criteria import CriterionDraft
from reviews.locking import lock_plan
from reviews.models import Review, ReviewCriterion, ReviewMark, ReviewPlan, VendorMark
from reviews.plan_start import criterion

if TYPE_CHECKING:
    from django.db.models import QuerySet

OPEN = Review.State.OPEN


@transaction.atomic
def change_review_criteria(
    *, plan: ReviewPlan, drafts: Sequence[CriterionDraft], version: int, by: Membership
) -> ReviewPlan:
    """Save the list of criteria from now on: what is new begins, what changed is succeeded by another.

    Marks of reviews that are still open go along, unless the scale is another one. Raises Stale, and
    CannotSaveCriteria for a list that is not good.
    """
    row = lock_plan(plan.contract, version)
    _hold_open_reviews(row)
    stored = list(row.criteria.current())
    wanted = _as_stored(checked(drafts), stored)
    changes = criteria.changes([old.draft for old in stored], wanted)
    if not changes:
        return row
    _write(row, stored, wanted)
    row.version += 1
    row.save()
    before, after = change_log(changes)
    log.record(
        by=by, verb="review.criteria_changed", target=row.contract, before=before, after=after
    )
    return row


def _hold_open_reviews(plan: ReviewPlan) -> None:
    """Whoever saves a mark at this moment has saved it first, so that it goes along, or sees the new list."""
    rows = Review.objects.filter(contract=plan.contract_id, state=OPEN).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def _as_stored(
    drafts: Iterable[CriterionDraft], stored: Iterable[ReviewCriterion]
) -> list[CriterionDraft]:
    """Each draft with the row that it continues, and with that one's scale: the editor shows none for
    judged marks, and an imported evaluation may have had another than 0 to 5."""
    by_pk = {old.pk: old for old in stored}
    by_name = {criteria.name_key(old.name): old for old in stored}
    found = []
    for draft in drafts:
        old = by_pk.get(draft.row or 0) or by_name.get(criteria.name_key(draft.name))
        kept = replace(draft, row=old.pk if old else None)
        if old and old.kind == draft.kind == criteria.JUDGED:
            kept = replace(kept, worst=old.worst, best=old.best)
        found.append(kept)
    return found


def _write(
    plan: ReviewPlan, stored: Sequence[ReviewCriterion], wanted: Sequence[CriterionDraft]
) -> None:
    by_pk = {old.pk: old for old in stored}
    closed = _marked(stored, of_open=False)
    for position, draft in enumerate(wanted, 1):
        old = by_pk.pop(draft.row or 0, None)
        if old is None:
            criterion(plan, position, draft).save()
        elif replace(old.draft, row=None) == replace(draft, row=None):
            ReviewCriterion.objects.filter(pk=old.pk).update(position=position)
        elif old.pk in closed:
            _succeed(plan, old, position, draft)
        else:
            _change(old, position, draft)
    _take_out(by_pk.values())


def _succeed(plan: ReviewPlan, old: ReviewCriterion, position: int, draft: CriterionDraft) -> None:
    """Another criterion takes its place; marks of open reviews go along while the scale is the same."""
    new = criterion(plan, position, draft)
    if _same_scale(old, draft):
        new.chosen_by, new.promised = old.chosen_by, old.promised
        new.promised_evidence = old.promised_evidence
    new.save()
    if _same_scale(old, draft):
        for marks in _open_marks(old):
            marks.update(criterion=new)
    else:
        _forget_open_marks(old)
    _retire([old])


def _change(old: ReviewCriterion, position: int, draft: CriterionDraft) -> None:
    """No closed review knows it: it is changed as it stands."""
    if not _same_scale(old, draft):
        old.promised, old.promised_evidence, old.chosen_by = None, "", None
        _forget_open_marks(old)
    for name, value in {**criterion_values(draft), "position": position}.items():
        setattr(old, name, value)
    old.save()


def _take_out(rows: Iterable[ReviewCriterion]) -> None:
    """What was ever marked is retired; what was not is gone."""
    rows = list(rows)
    marked = _marked(rows)
    _retire([row for row in rows if row.pk in marked])
    unused = [row.pk for row in rows if row.pk not in marked]
    ReviewCriterion.objects.filter(pk__in=unused).delete()


def _retire(rows: Sequence[ReviewCriterion]) -> None:
    pks = [row.pk for row in rows]
    ReviewCriterion.objects.filter(pk__in=pks).update(retired_at=timezone.now())


def _same_scale(old: ReviewCriterion, draft: CriterionDraft) -> bool:
    return (old.kind, old.worst, old.best, old.unit) == (
        draft.kind,
        draft.worst,
        draft.best,
        draft.unit,
    )


def _open_marks(row: ReviewCriterion) -> tuple["QuerySet[ReviewMark]", "QuerySet[VendorMark]"]:
    return (
        ReviewMark.objects.filter(criterion=row, review__state=OPEN),
        VendorMark.objects.filter(criterion=row, view__review__state=OPEN),
    )


def _forget_open_marks(row: ReviewCriterion) -> None:
    for marks in _open_marks(row):
        marks.delete()


def _marked(rows: Iterable[ReviewCriterion], *, of_open: bool = True) -> set[int]:
    """Those that any review has marked, or the vendor; without `of_open` only in reviews that are over."""
    pks = [row.pk for row in rows]
    ours = ReviewMark.objects.filter(criterion__in=pks)
    theirs = VendorMark.objects.filter(criterion__in=pks)
    if not of_open:
        ours = ours.exclude(review__state=OPEN)
        theirs = theirs.exclude(view__review__state=OPEN)
    return {*ours.values_list("criterion", flat=True), *theirs.values_list("criterion", flat=True)}
