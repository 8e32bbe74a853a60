"""What a stakeholder does with their private link. Nobody of us is signed in here."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from activity import log
from activity.links import LinkGone
from activity.news import send_news
from core.errors import Refused
from core.versions import Gone, Stale
from planning import stakeholder_mail
from planning.actions.stakeholders import lock_stakeholder
from planning.models import Stakeholder
from planning.stakeholder_links import VIEW


@transaction.atomic
def save_stakeholder_view(
    *, person: Stakeholder, values: Mapping[str, Any], version: int, hands_in: bool
) -> Stakeholder:
    """Keep what they say: `values` are stance, hopes, worries, needs. Handing it in shows it to us and takes
    nothing more.

    Raises LinkGone, or Stale when somebody else with the link was quicker; handed in twice, it is once.
    """
    row = _held(person)
    if row.answered_at:
        return row
    if row.version != version:
        raise Stale(row)
    for name in VIEW:
        setattr(row, name, values[name])
    if hands_in:
        if not any(values[name] for name in VIEW):
            raise Refused("Say at least one thing before you send it.")
        row.answered_at = timezone.now()
    row.seen_at = row.seen_at or timezone.now()
    row.version += 1
    row.save()
    # What stands in a draft is nobody else's business: the trail says that, not what.
    verb = "plan.stakeholder_answered" if hands_in else "plan.stakeholder_saved"
    log.record(by=None, verb=verb, target=row.plan, after={"stakeholder": row.name})
    if hands_in:
        key = f"stakeholder-answered:{row.pk}:{row.link_key.hex}"
        send_news(
            stakeholder_mail.answered(row), [row.asked_by, row.plan.manager], row.organization, key
        )
    return row


@transaction.atomic
def note_stakeholder_page_seen(*, person: Stakeholder) -> None:
    """Their page was opened for the first time. It changes nothing that anybody edits."""
    row = _held(person)
    if row.seen_at is None:
        row.seen_at = timezone.now()
        row.save(update_fields=["seen_at"])


def _held(person: Stakeholder) -> Stakeholder:
    """The stakeholder, locked, if the link by which they were found still opens something."""
    try:
        row = lock_stakeholder(person)
    except Gone:
        raise LinkGone from None
    except Refused:  # the plan was decided meanwhile
        raise LinkGone from None
    if row.token_hash != person.token_hash or not row.link_works(timezone.now()):
        raise LinkGone
    return row
