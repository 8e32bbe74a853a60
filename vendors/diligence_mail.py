"""The mails of security due diligence: worded here, queued by the actions."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from activity.links import url_of
from activity.news import News
from core.templatetags.ui import format_date
from vendors.models import DiligenceCheck

PAGE = "answer_diligence"


def link_of(check: DiligenceCheck) -> str:
    """The private link, as it is mailed and copied."""
    return url_of(check, PAGE)


def asking_mail(check: DiligenceCheck, count: int) -> dict[str, str]:
    """Subject, text and HTML of the mail with the link; `count` questions are asked."""
    organization = check.organization
    with timezone.override(ZoneInfo(organization.time_zone)):
        until_on = check.until_on
    context = {
        "check": check,
        "organization": organization.name,
        "asker": check.asked_by.name if check.asked_by else organization.name,
        "count": count,
        "due": format_date(check.due_on, organization) if check.due_on else "",
        "until": format_date(until_on, organization),
        "url": link_of(check),
    }
    return {
        "subject": f"{organization.name} asks {check.vendor.name} about security",
        "text": render_to_string("vendors/emails/ask_diligence.txt", context),
        "html": render_to_string("vendors/emails/ask_diligence.html", context),
    }


def answered(check: DiligenceCheck, open_count: int) -> News:
    """For those who asked."""
    vendor = check.vendor.name
    sentences = [f"{check.name} of {vendor} has handed in the answers about security."]
    if open_count:
        questions = "question is" if open_count == 1 else "questions are"
        sentences.append(f"{open_count} {questions} not answered.")
    return News(
        subject=f"{vendor} answered your questions about security",
        sentences=sentences,
        button="Judge the answers",
        url=f"{settings.PUBLIC_URL}{check.get_absolute_url()}",
        why="You get this mail because you asked these questions or answer for them.",
    )
