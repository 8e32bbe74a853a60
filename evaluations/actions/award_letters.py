"""Letters of award and regret: drafted by us, changed and sent by people."""

import datetime as dt

from django.db import transaction

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import Stale, lock
from evaluations import letters
from evaluations.calculation import VendorResult
from evaluations.models import Award, AwardLetter
from evaluations.reports import read_basis


class CannotWrite(Refused):
    """There are no letters for this award."""


@transaction.atomic
def draft_letters(*, award: Award, by: Membership) -> list[AwardLetter]:
    """One draft for each candidate that is a vendor; those that exist already stay as they are."""
    award = lock(Award.objects.select_related("evaluation", "record"), award.pk)
    if not award.is_decided:
        raise CannotWrite("Letters are drafted when the award is approved.")
    # The marks of a later round have no place in a letter about this decision.
    found, _ = read_basis(award)
    have = set(award.letters.values_list("candidate_id", flat=True))
    made = [
        _draft(award, vendor, by)
        for vendor in found.vendors
        if vendor.candidate.vendor_id and vendor.candidate.pk not in have
    ]
    if made:
        log.record(
            by=by,
            verb="award.letters_drafted",
            target=award.evaluation,
            after={"letters": len(made)},
        )
    return made


def _draft(award: Award, vendor: VendorResult, by: Membership) -> AwardLetter:
    kind = letters.kind_of(vendor.candidate.pk, award.winner_id, award.runner_up_id)
    facts = letters.Facts(
        candidate=vendor.candidate.name,
        contact=_contact(award, vendor.candidate.pk),
        service=award.evaluation.service or award.evaluation.title,
        sender=by.name,
        organization=award.organization.name,
        strongest=_extreme(vendor, best=True),
        weakest=_extreme(vendor, best=False),
        conditions=list(award.conditions.order_by("position", "pk").values_list("text", flat=True)),
    )
    letter: AwardLetter = AwardLetter.objects.create(
        organization=award.organization,
        award=award,
        candidate_id=vendor.candidate.pk,
        subject=letters.subject(kind, facts),
        body=letters.body(kind, facts),
    )
    return letter


def _contact(award: Award, candidate_id: int) -> str:
    candidate = award.evaluation.candidates.select_related("vendor").get(pk=candidate_id)
    contact = candidate.vendor.contacts.main_first().first() if candidate.vendor else None
    return contact.name if contact else ""


def _extreme(vendor: VendorResult, *, best: bool) -> str:
    """The criterion with the most or fewest points; empty where there are none to compare."""
    marked = [cell for cell in vendor.cells if cell.points is not None]
    if len(marked) < 2 or len({cell.points for cell in marked}) == 1:
        return ""
    chosen = (max if best else min)(marked, key=lambda cell: cell.points or 0.0)
    return (
        chosen.criterion.name.lower() if chosen.criterion.name.istitle() else chosen.criterion.name
    )


@transaction.atomic
def change_letter(
    *,
    letter: AwardLetter,
    subject: str,
    body: str,
    sent_on: dt.date | None,
    version: int,
    by: Membership,
) -> AwardLetter:
    """Keep the letter as the person wrote it, and the day on which they sent it. Twice is once."""
    row = lock(AwardLetter.objects.select_related("award__evaluation"), letter.pk)
    was_sent_on = row.sent_on
    if (row.subject, row.body, row.sent_on) == (subject, body, sent_on):
        return row
    if row.version != version:
        raise Stale(row)
    row.subject, row.body, row.sent_on = subject, body, sent_on
    row.version += 1
    row.save()
    log.record(
        by=by,
        verb="award.letter_changed",
        target=row.award.evaluation,
        before={"candidate": row.candidate.name, "sent_on": was_sent_on},
        after={"candidate": row.candidate.name, "sent_on": sent_on},
    )
    return row
