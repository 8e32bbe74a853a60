"""Private links: made, found again, ended, and how far one has come. For rows that are PrivateLink."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from activity.models.links import PrivateLink
from activity.tokens import hash_token
from core.errors import Refused
from core.tenancy import ALL, organization_scope

TOKEN_LENGTH = 48  # hexadecimal digits: 192 bits
LONGEST_TOKEN = 64
Row = TypeVar("Row", bound=PrivateLink)


class LinkGone(Refused):
    """The link does not work (any more)."""

    def __init__(self) -> None:
        super().__init__("This link does not work any more.")


def token_of(row: PrivateLink) -> str:
    """The token of the row's present link: the same as long as its key and the site's secret key stay."""
    purpose = f"private-link:{row._meta.label_lower}"  # what opens one thing opens nothing else
    return salted_hmac(purpose, row.link_key.hex, algorithm="sha256").hexdigest()[:TOKEN_LENGTH]


def url_of(row: PrivateLink, url_name: str) -> str:
    """The whole address, as it is mailed and copied; `url_name` is that of the public page."""
    return f"{settings.PUBLIC_URL}{reverse(url_name, args=[token_of(row)])}"


def open_link(row: PrivateLink, *, until_at: dt.datetime, by: Any, now: dt.datetime) -> None:
    """Give the row a new link that works until then; the one before is dead. The caller saves."""
    row.link_key = uuid.uuid4()
    row.token_hash = hash_token(token_of(row))
    row.expires_at, row.revoked_at = until_at, None
    row.asked_at, row.asked_by = now, by


def open_anew(row: PrivateLink, *, until_on: dt.date, by: Any) -> None:
    """End the link before, if there is one, and give the row another that works until that day is over where
    the organization is. Nobody has seen or got it yet. The caller mails it and saves."""
    now = timezone.now()
    if row.token_hash is not None:
        end_link(row, now=now)
    until_at = end_of(until_on, row.organization.time_zone)
    open_link(row, until_at=until_at, by=by, now=now)
    row.seen_at, row.mail = None, None


def end_link(row: PrivateLink, *, now: dt.datetime) -> None:
    """Make the link useless, and keep back a mail that would only carry a dead one. The caller saves."""
    from activity.actions.mail import cancel_mail  # noqa: PLC0415 - actions stand above

    if row.mail_id:
        cancel_mail(mail_id=row.mail_id)
    row.revoked_at = row.revoked_at or now


def find_by_token(rows: Any, token: str) -> Any:
    """The row behind a token, of any organization; None for unknown, expired and withdrawn ones alike.

    `rows` is a query set with `select_related("organization", …)`, made inside or outside a scope.
    """
    if len(token) > LONGEST_TOKEN:
        return None
    with organization_scope(ALL):
        row = rows.all().filter(token_hash=hash_token(token)).first()
    return row if row is not None and row.link_works(timezone.now()) else None


def end_of(day: dt.date, time_zone: str) -> dt.datetime:
    """The moment at which that day is over in that zone."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), ZoneInfo(time_zone))


@dataclass(frozen=True)
class Delivery:
    """How far an asking has come: `tone` as the `status` tag takes it, `label` in words, since `at`."""

    tone: str
    label: str
    at: dt.datetime | None = None


def delivery_of(row: PrivateLink, now: dt.datetime) -> Delivery:
    """Select `mail` with the row."""
    if row.answered_at:
        return Delivery("ok", "Answered", row.answered_at)
    if row.token_hash is None:
        return Delivery("neutral", "Not asked yet")
    if row.revoked_at:
        return Delivery("neutral", "Link withdrawn", row.revoked_at)
    if not row.link_works(now):
        return Delivery("warn", "Link expired", row.expires_at)
    if row.seen_at:
        return Delivery("info", "Opened, no answer yet", row.seen_at)
    if row.mail is None:
        return Delivery("info", "Link made, no mail sent", row.asked_at)
    if row.mail.state == "failed":
        return Delivery("bad", "Mail could not be delivered", row.asked_at)
    if row.mail.state == "sent":
        return Delivery("info", "Mail sent", row.mail.sent_at)
    return Delivery("info", "Mail is on its way", row.asked_at)
