"""What a reference answers by private link, without an account."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from activity import log
from activity.links import LinkGone
from activity.news import send_news
from core.errors import Refused
from core.versions import Stale, lock
from vendors import reference_mail
from vendors.models import Reference
from vendors.reference_questions import tidied

RELATED = ("organization", "vendor__inside_owner__user", "asked_by__user")


@transaction.atomic
def note_first_look(*, reference: Reference) -> None:
    """The page was opened, so the mail has arrived."""
    row = _held(reference)
    if row.seen_at is None:
        row.seen_at = timezone.now()
        row.save(update_fields=["seen_at"])
        log.record(
            by=None,
            verb="vendor.reference_opened",
            target=row.vendor,
            after={"reference": row.name},
        )


@transaction.atomic
def save_answers(
    *, reference: Reference, values: Mapping[str, Any], version: int, hands_in: bool
) -> Reference:
    """Keep what is answered so far; handing it in makes it visible to those who asked, and takes nothing more.

    `values`: answers {question key: 1 to 5 or text}. Raises LinkGone, or Stale when somebody else with the
    link was quicker with something else; what was handed in before stays as it is.
    """
    row = _held(reference)
    if row.answered_at is not None:
        return row
    answers = tidied(values["answers"])
    if row.version != version and row.answers != answers:
        raise Stale(row)
    if hands_in and not answers:
        raise Refused("Answer at least one question before you send it.")
    is_first = not row.answers
    if row.answers == answers and not hands_in:
        return row
    row.answers = answers
    now = timezone.now()
    row.seen_at = row.seen_at or now
    row.answered_at = now if hands_in else None
    row.version += 1
    row.save()
    if hands_in or is_first:
        log.record(
            by=None,
            verb="vendor.reference_answered" if hands_in else "vendor.reference_began",
            target=row.vendor,
            after={"reference": row.name},
        )
    if hands_in:
        _tell(row)
    return row


def _held(reference: Reference) -> Reference:
    """Locked, if the link that the page was opened by still works."""
    row: Reference = lock(Reference.objects.select_related(*RELATED), reference.pk)
    usable = row.removed_at is None and row.link_works(timezone.now())
    if row.token_hash != reference.token_hash or not usable:
        raise LinkGone
    return row


def _tell(row: Reference) -> None:
    """Whoever asked, and whoever looks after the vendor, each once."""
    people = [row.asked_by, row.vendor.inside_owner]
    key = f"reference-answered:{row.pk}:{(row.token_hash or '')[:32]}"
    send_news(reference_mail.answered(row), people, row.organization, key)
