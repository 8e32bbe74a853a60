"""The mails about surveys: to those who are asked, and to whoever runs the contract."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string

from activity.actions.mail import queue_mail
from activity.models import OutgoingMail
from activity.news import News, send_news
from core.templatetags.ui import format_date
from reviews.models import Survey, SurveyInvitation
from reviews.survey_links import survey_url

BATCH = 100


def send_link(
    survey: Survey, invitation: SurveyInvitation, token: str, key: str, *, again: bool = False
) -> OutgoingMail:
    """The mail with somebody's private link; `again`: as a reminder. Its text is wiped once it is sent."""
    organization = survey.organization
    context = {
        "survey": survey,
        "organization": organization,
        "vendor": survey.contract.vendor,
        "closes": format_date(survey.closes_on, organization),
        "url": survey_url(token),
        "count": len(survey.questions),
        "again": again,
    }
    subject = f"{organization.name} asks you: {survey.title}"
    return queue_mail(
        to=invitation.email,
        key=f"survey:{invitation.pk}:{key}",
        secret=True,
        subject=f"Reminder: {subject}"[:300] if again else subject[:300],
        text=render_to_string("reviews/emails/survey_link.txt", context),
        html=render_to_string("reviews/emails/survey_link.html", context),
    )


def cancel_unsent(survey: Survey, of: Sequence[int] | None = None) -> None:
    """What still waits to be sent about its links is not sent; `of`: about those of these invitations."""
    pks = list(survey.invitations.values_list("pk", flat=True)) if of is None else of
    keys = [Q(key__startswith=f"survey:{pk}:") for pk in pks]
    for start in range(0, len(keys), BATCH):
        asked = reduce(or_, keys[start : start + BATCH])
        waiting = OutgoingMail.objects.filter(asked, state=OutgoingMail.State.QUEUED)
        waiting.update(state=OutgoingMail.State.CANCELLED, text="", html="")


def tell_closed(survey: Survey) -> None:
    """To whoever runs the contract: its last day has passed. No number stands in it."""
    manager = survey.contract.manager
    if manager is None or manager.ended_at:
        return
    if survey.results["shown"]:
        sentence = "Enough people answered: its results are there."
    else:
        sentence = (
            f"Fewer than {survey.results['minimum']} people answered, so nothing of it is shown."
        )
    news = News(
        subject=f"Survey closed: {survey.title}",
        sentences=[f"The last day of “{survey.title}” has passed.", sentence],
        button="Look at the survey",
        url=f"{settings.PUBLIC_URL}{survey.get_absolute_url()}",
        why=f"You get this mail because you run “{survey.contract.title}”.",
    )
    send_news(news, [manager], survey.organization, f"survey-closed:{survey.pk}")
