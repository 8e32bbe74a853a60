"""The mail that asks somebody by a private link: the apps word it, it is put together and queued here."""

from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone

from activity.actions.mail import queue_mail
from activity.links import url_of
from activity.models import OutgoingMail
from activity.models.links import PrivateLink
from core.templatetags.ui import format_date


def mail_link(
    row: PrivateLink, *, url_name: str, subject: str, template: str, said: dict[str, Any]
) -> OutgoingMail | None:
    """Promise the mail with the row's present link; None without an address. The same link is one mail.

    `template`: of the text and the HTML, without their endings. Both get what is `said`, and organization,
    asker, by_day (the last day on which the link works, where the organization is) and url.
    """
    if not row.email:
        return None
    organization = row.organization
    with timezone.override(ZoneInfo(organization.time_zone)):
        by_day = format_date(row.until_on, organization)
    context = {
        "organization": organization.name,
        "asker": row.asked_by.name if row.asked_by else organization.name,
        "by_day": by_day,
        "url": url_of(row, url_name),
        **said,
    }
    return queue_mail(
        to=row.email,
        key=f"{row._meta.model_name}:{row.link_key.hex}",
        secret=True,
        subject=subject,
        text=render_to_string(f"{template}.txt", context),
        html=render_to_string(f"{template}.html", context),
    )
