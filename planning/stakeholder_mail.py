"""The mails about what stakeholders think: worded here, queued by the actions."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from activity.links import url_of
from activity.news import News
from core.templatetags.ui import format_date
from planning.models import Stakeholder
from planning.stakeholder_links import PUBLIC_PAGE


def asking_mail(person: Stakeholder) -> dict[str, str]:
    """Subject, text and HTML of the mail with the link; the person comes with plan, service and asker."""
    organization = person.organization
    with timezone.override(ZoneInfo(organization.time_zone)):
        by_day = format_date(person.until_on, organization)
    context = {
        "person": person,
        "organization": organization.name,
        "asker": person.asked_by.name if person.asked_by else organization.name,
        "service": person.plan.service.name,
        "by_day": by_day,
        "url": url_of(person, PUBLIC_PAGE),
    }
    return {
        "subject": f"{organization.name} asks for your view: {person.plan.service.name}",
        "text": render_to_string("planning/emails/ask_stakeholder.txt", context),
        "html": render_to_string("planning/emails/ask_stakeholder.html", context),
    }


def answered(person: Stakeholder) -> News:
    """For whoever asked, and for the plan's manager."""
    slug, plan = person.organization.slug, person.plan
    path = reverse("planning:stakeholder_detail", args=[slug, plan.pk, person.pk])
    return News(
        subject=f"{person.name} said what they think: {plan.title}",
        sentences=[f"{person.name} has answered about the plan “{plan.title}”."],
        button="Read it",
        url=f"{settings.PUBLIC_URL}{path}",
        why="You get this mail because you asked, or manage this plan.",
    )
