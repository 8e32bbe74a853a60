"""The mails of security due diligence: worded here."""

from django.conf import settings

from activity.link_mail import mail_link
from activity.links import url_of
from activity.models import OutgoingMail
from activity.news import News
from core.templatetags.ui import format_date
from vendors.models import DiligenceCheck

PAGE = "answer_diligence"


def link_of(check: DiligenceCheck) -> str:
    """The private link, as it is mailed and copied."""
    return url_of(check, PAGE)


def ask(check: DiligenceCheck, count: int) -> OutgoingMail | None:
    """Queue the mail with the link; `count` questions are asked."""
    organization = check.organization
    due = format_date(check.due_on, organization) if check.due_on else ""
    return mail_link(
        check,
        url_name=PAGE,
        subject=f"{organization.name} asks {check.vendor.name} about security",
        template="vendors/emails/ask_diligence",
        said={"check": check, "count": count, "due": due},
    )


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
