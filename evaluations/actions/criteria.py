"""Criteria sets: made, saved as a new version, archived. What was saved once is never changed."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Organization
from activity import log
from core.errors import Refused
from core.versions import lock
from evaluations import criteria, standard_set
from evaluations.criteria import Change, CriterionDraft, Problem
from evaluations.models import CriteriaSet, CriteriaSetVersion, Criterion


class CannotSaveCriteria(Refused):
    """The list of criteria is not good yet; `.problems` says where."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


class NameTaken(Refused):
    """Two sets of one name could not be told apart."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a criteria set called “{name}” already. Choose another name.")


def checked(drafts: Sequence[CriterionDraft]) -> list[CriterionDraft]:
    """The list as it may be saved; raises CannotSaveCriteria for one that may not."""
    tidy = [criteria.tidied(draft) for draft in drafts]
    if problems := criteria.problems(tidy):
        raise CannotSaveCriteria(problems)
    return tidy


def criterion_values(draft: CriterionDraft) -> dict[str, Any]:
    """A draft as the columns that a set and an evaluation share."""
    return {
        "name": draft.name,
        "question": draft.question,
        "kind": draft.kind,
        "weight": draft.weight,
        "worst": draft.worst,
        "best": draft.best,
        "unit": draft.unit,
        "anchors": list(draft.anchors),
    }


def change_log(changes: Sequence[Change]) -> tuple[dict[str, str], dict[str, str]]:
    """The changes as the audit trail keeps them: (before, after), one entry for each."""
    names = [" ".join(filter(None, (change.name, change.what))) for change in changes]
    before = {name: change.before for name, change in zip(names, changes, strict=True)}
    after = {name: change.after for name, change in zip(names, changes, strict=True)}
    return before, after


@transaction.atomic
def create_criteria_set(
    *,
    name: str,
    drafts: Sequence[CriterionDraft],
    by: Membership,
    note: str = "",
    creation_key: uuid.UUID | None = None,
) -> CriteriaSet:
    """Make a criteria set; its first version is what was entered. Sent twice, it is made once."""
    key = creation_key or uuid.uuid4()
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    again = CriteriaSet.objects.filter(creation_key=key).first()
    if again:
        return again
    drafts = checked(drafts)
    _refuse_same_name(name)
    row = CriteriaSet.objects.create(organization=by.organization, name=name, creation_key=key)
    _write_version(row, drafts, note, by)
    log.record(
        by=by,
        verb="criteria_set.created",
        target=row,
        after={draft.name: criteria.weight_words(draft) for draft in drafts},
    )
    return row


@transaction.atomic
def add_standard_set(*, by: Membership) -> CriteriaSet:
    """Give the organization the five standard criteria."""
    return create_criteria_set(
        name=standard_set.NAME, drafts=standard_set.STANDARD_SET, note=standard_set.NOTE, by=by
    )


@transaction.atomic
def change_criteria_set(
    *,
    criteria_set: CriteriaSet,
    name: str,
    drafts: Sequence[CriterionDraft],
    version: int,
    by: Membership,
    note: str = "",
) -> CriteriaSet:
    """Save the set as its next version. Nothing changed: no new version.

    Raises Stale if somebody saved a version since `version` was shown.
    """
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    row = lock(CriteriaSet.objects.all(), criteria_set.pk, version)
    if row.archived_at:
        raise Refused("This criteria set is archived. Restore it before you change it.")
    drafts = checked(drafts)
    _refuse_same_name(name, but=row)
    was = row.versions.get(number=row.version)
    changes = criteria.changes(was.drafts, drafts)
    if not changes and name == row.name:
        return row
    before, after = change_log(changes)
    if name != row.name:
        before, after = {"name": row.name, **before}, {"name": name, **after}
    row.name = name
    row.version += 1
    row.save()
    _write_version(row, drafts, note, by)
    log.record(by=by, verb="criteria_set.changed", target=row, before=before, after=after)
    return row


@transaction.atomic
def archive_criteria_set(*, criteria_set: CriteriaSet, by: Membership) -> CriteriaSet:
    """Take the set out of the choices; evaluations that copied it keep their criteria."""
    row = lock(CriteriaSet.objects.all(), criteria_set.pk)
    if row.archived_at is None:
        row.archived_at = timezone.now()
        row.save()
        log.record(by=by, verb="criteria_set.archived", target=row)
    return row


@transaction.atomic
def restore_criteria_set(*, criteria_set: CriteriaSet, by: Membership) -> CriteriaSet:
    """Offer an archived set again."""
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    row = lock(CriteriaSet.objects.all(), criteria_set.pk)
    if row.archived_at is not None:
        _refuse_same_name(row.name, but=row)
        row.archived_at = None
        row.save()
        log.record(by=by, verb="criteria_set.restored", target=row)
    return row


def _refuse_same_name(name: str, but: CriteriaSet | None = None) -> None:
    """Archived sets don't count. The caller holds the organization's lock, so none is added meanwhile."""
    others = CriteriaSet.objects.current().exclude(pk=but.pk if but else None)
    keys = {criteria.name_key(other) for other in others.values_list("name", flat=True)}
    if criteria.name_key(name) in keys:
        raise NameTaken(name)


def _write_version(
    row: CriteriaSet, drafts: Sequence[CriterionDraft], note: str, by: Membership
) -> None:
    version = CriteriaSetVersion.objects.create(
        organization=row.organization,
        criteria_set=row,
        number=row.version,
        name=row.name,
        note=note,
        created_by=by,
    )
    Criterion.objects.bulk_create(
        Criterion(
            organization=row.organization,
            version=version,
            position=position,
            **criterion_values(draft),
        )
        for position, draft in enumerate(drafts)
    )
