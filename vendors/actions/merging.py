"""Two entries for one company become one."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import Stale, lock
from vendors.actions.diligence import count_on
from vendors.actions.overlap import WORK_HOURS
from vendors.actions.profile import find_by_new_name
from vendors.models import Contact, Vendor
from vendors.queries import PROFILE_FIELDS
from vendors.vendor_days import watch_again
from vendors.words import all_worded


class CannotMerge(Refused):
    """The two entries stay as they are; the message says why."""


@transaction.atomic
def merge_vendors(
    *,
    keep: Vendor,
    other: Vendor,
    values: Mapping[str, Any],
    versions: Mapping[int, int],
    by: Membership,
) -> Vendor:
    """Make two entries of one company one: `keep` gets `values`, and everything that hung on `other`.

    `other` is archived and points to `keep`. This can't be undone, so nothing is done unless both are
    at the `versions` that the person compared (by id; core.versions.Stale).
    """
    kept, gone = _lock_both(keep, other)
    _refuse_unfit(kept, gone)
    for row in (kept, gone):
        if row.version != versions.get(row.pk):
            raise Stale(row)
    count_on(kept=kept, gone=gone, by=by)
    _refuse_conflicts(kept, gone)
    for name in settings.VENDOR_MERGE_CHECKS:
        import_string(name)(kept, gone)
    for name in settings.VENDOR_MERGE_CLEANERS:
        import_string(name)(vendor=gone, by=by)
    moved = _move_everything(kept, gone)
    wanted = {name: values[name] for name in PROFILE_FIELDS if name in values}
    if not (kept.work_days or kept.work_round_clock):  # not said; perhaps there
        wanted |= {name: getattr(gone, name) for name in WORK_HOURS}
    before, after = log.apply_changes(kept, wanted)
    now = timezone.now()
    gone.archived_at, gone.merged_into = gone.archived_at or now, kept
    for row in (kept, gone):
        row.version += 1
        row.updated_at = now
        row.save()
    find_by_new_name(kept)
    watch_again(kept)
    log.record(
        by=by,
        verb="vendor.merged",
        target=kept,
        before=all_worded(before),
        after={"merged": gone, **({"moved": moved} if moved else {}), **all_worded(after)},
    )
    log.record(by=by, verb="vendor.merged_away", target=gone, after={"merged into": kept})
    return kept


def _lock_both(keep: Vendor, other: Vendor) -> tuple[Vendor, Vendor]:
    """Always in the same order, so that two merges can't wait for each other."""
    if keep.pk == other.pk:
        raise CannotMerge("These are one and the same entry. Choose two different ones.")
    rows = Vendor.objects.select_related("inside_owner__user", "organization", "merged_into")
    by_pk = {pk: lock(rows, pk) for pk in sorted([keep.pk, other.pk])}
    return by_pk[keep.pk], by_pk[other.pk]


def _refuse_unfit(kept: Vendor, gone: Vendor) -> None:
    for row in (kept, gone):
        if row.merged_into is not None:
            raise CannotMerge(f"{row} was merged into {row.merged_into} already.")
    if kept.archived_at is not None:
        raise CannotMerge(f"{kept} is archived. Restore it first, or keep the other entry.")


def _links_to_vendor() -> "list[models.ForeignKey[Any, Any]]":
    """Every foreign key to a vendor, those of apps above this one and those without a way back included."""
    relations = Vendor._meta.get_fields(include_hidden=True)
    fields = [found.field for found in relations if isinstance(found, models.ManyToOneRel)]
    return [field for field in fields if isinstance(field, models.ForeignKey)]


def _refuse_conflicts(kept: Vendor, gone: Vendor) -> None:
    """A row that may exist only once for each vendor, and exists for both, can't be moved."""
    for field in _links_to_vendor():
        for constraint in field.model._meta.constraints:
            if not isinstance(constraint, models.UniqueConstraint) or constraint.condition:
                continue
            if field.name not in constraint.fields:
                continue
            shared = [name for name in constraint.fields if name != field.name]
            _refuse_shared(field, shared, kept, gone)


def _refuse_shared(
    field: "models.ForeignKey[Any, Any]", shared: list[str], kept: Vendor, gone: Vendor
) -> None:
    rows = field.model._default_manager
    theirs = set(rows.filter(**{field.name: kept}).values_list(*shared))
    for row in rows.filter(**{field.name: gone}).order_by("pk"):
        if tuple(row.serializable_value(name) for name in shared) in theirs:
            where = ", ".join(f"“{getattr(row, name)}”" for name in shared)
            what = field.model._meta.verbose_name_plural
            raise CannotMerge(
                f"Both are {what} in {where}, so they can't become one. "
                "Take one of them out there first, or archive the duplicate instead."
            )


def _move_everything(kept: Vendor, gone: Vendor) -> dict[str, int]:
    """Point every row at the kept vendor; returns how many of each kind."""
    if kept.contacts.filter(is_main=True).exists():
        Contact.objects.filter(vendor=gone, is_main=True).update(is_main=False)
    moved: dict[str, int] = {}
    for field in _links_to_vendor():
        rows = field.model._default_manager.filter(**{field.name: gone})
        count = rows.update(**{field.name: kept})
        if count:
            name = str(field.model._meta.verbose_name_plural)
            moved[name] = moved.get(name, 0) + count
    return moved
