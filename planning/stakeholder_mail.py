"""The mails about what stakeholders think: worded here."""

from django.conf import settings
from django.urls import reverse

from activity.link_mail import mail_link
from activity.models import OutgoingMail
from activity.news import News
from planning.models import Stakeholder
from planning.stakeholder_links import PUBLIC_PAGE


def ask(person: Stakeholder) -> OutgoingMail | None:
    """Queue the mail with the link, if there is an address; the person comes with plan, service and asker."""
    service = person.plan.service.name
    return mail_link(
        person,
        url_name=PUBLIC_PAGE,
        subject=f"{person.organization.name} asks for your view: {service}",
        template="planning/emails/ask_stakeholder",
        said={"person": person, "service": service},
    )


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
