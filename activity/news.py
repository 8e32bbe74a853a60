"""A mail that tells people what somebody did, and leads to the place. Worded by the apps, queued here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

from activity.actions.mail import queue_mail

if TYPE_CHECKING:
    from accounts.models import Membership


@dataclass(frozen=True)
class News:
    """What one mail says. `quoted` is what a person wrote; `button` leads to `url`."""

    subject: str
    sentences: Sequence[str]
    button: str
    url: str
    why: str
    quoted: str = ""


def send_news(
    news: News, people: "Iterable[Membership | None]", organization: Any, key: str
) -> None:
    """Promise the mail to each of these people who is (still) there, once for each `key`."""
    for member in people:
        if member is None or member.ended_at:
            continue
        context = {"news": news, "name": member.name, "organization": organization}
        queue_mail(
            to=member.user.email,
            key=f"{key}:{member.pk}",
            subject=" ".join(news.subject.split())[:300],
            text=render_to_string("activity/emails/news.txt", context),
            html=render_to_string("activity/emails/news.html", context),
        )
