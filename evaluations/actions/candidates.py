"""Who competes in an evaluation: vendors of the register, new ones, staying in-house."""

import uuid
from collections.abc import Sequence

from django.db import transaction

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import lock
from evaluations import criteria
from evaluations.actions.quote_days import unwatch_quotes
from evaluations.actions.requests import refuse_asked
from evaluations.models import Candidate, Evaluation
from vendors.actions import create_vendor
from vendors.models import Vendor

IN_HOUSE = "Stay in-house"
MOST_CANDIDATES = 200


class Frozen(Refused):
    """Scoring is open or closed: what was marked against must not change."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Scoring has been opened, so {what} can't be changed any more.")


def _lock_for_candidates(evaluation: Evaluation) -> Evaluation:
    row = lock(Evaluation.objects.all(), evaluation.pk)
    if not row.in_setup:
        raise Frozen("the list of candidates")
    return row


@transaction.atomic
def add_candidates(
    *, evaluation: Evaluation, vendors: Sequence[Vendor], by: Membership
) -> list[Candidate]:
    """Let these vendors compete. Those that do already, and archived ones, are passed over."""
    row = _lock_for_candidates(evaluation)
    there = set(row.candidates.values_list("vendor_id", flat=True))
    wanted = {vendor.pk for vendor in vendors} - there
    new = Vendor.objects.current().by_name().filter(pk__in=wanted)
    return _place(row, [(vendor, vendor.name) for vendor in new], by)


@transaction.atomic
def add_new_candidate(
    *,
    evaluation: Evaluation,
    name: str,
    by: Membership,
    creation_key: uuid.UUID | None = None,
    another: bool = False,
) -> list[Candidate]:
    """Put a vendor into the register by its name and let it compete. Sent twice, it is added once.

    Raises vendors.actions.AlreadyThere for a name of the register, unless it is `another` company.
    """
    _lock_for_candidates(evaluation)
    vendor = create_vendor(
        values={"legal_name": name}, by=by, creation_key=creation_key, another=another
    )
    return add_candidates(evaluation=evaluation, vendors=[vendor], by=by)


@transaction.atomic
def add_in_house(*, evaluation: Evaluation, by: Membership) -> list[Candidate]:
    """Let doing it ourselves compete with the vendors; once."""
    row = _lock_for_candidates(evaluation)
    if row.candidates.filter(vendor=None).exists():
        return []
    return _place(row, [(None, IN_HOUSE)], by)


def _place(
    evaluation: Evaluation, new: list[tuple[Vendor | None, str]], by: Membership
) -> list[Candidate]:
    there = list(evaluation.candidates.values_list("name", "position"))
    if len(there) + len(new) > MOST_CANDIDATES:
        raise Refused(f"An evaluation can have {MOST_CANDIDATES} candidates at most.")
    names = {criteria.name_key(name) for name, _ in there}
    last = max((position for _, position in there), default=-1)
    rows = []
    for position, (vendor, name) in enumerate(new, start=last + 1):
        shown = _free_name(name, names)
        names.add(criteria.name_key(shown))
        rows.append(
            Candidate(
                organization=evaluation.organization,
                evaluation=evaluation,
                vendor=vendor,
                name=shown,
                position=position,
            )
        )
    Candidate.objects.bulk_create(rows)
    if rows:
        log.record(
            by=by,
            verb="evaluation.candidates_added",
            target=evaluation,
            after={"candidates": [row.name for row in rows]},
        )
    return rows


def _free_name(name: str, taken: set[str]) -> str:
    """Two vendors of one name must be told apart in the grid and in the ranking."""
    number, free = 2, name
    while criteria.name_key(free) in taken:
        free = f"{name[:190]} ({number})"
        number += 1
    return free


@transaction.atomic
def remove_candidate(*, candidate: Candidate, by: Membership) -> None:
    """Take a candidate out before scoring opens; the vendor stays in the register."""
    row = _lock_for_candidates(candidate.evaluation)
    refuse_asked(row, candidate)
    unwatch_quotes([candidate])
    gone, _ = row.candidates.filter(pk=candidate.pk).delete()
    if gone:
        log.record(
            by=by,
            verb="evaluation.candidate_removed",
            target=row,
            before={"candidate": candidate.name},
        )
