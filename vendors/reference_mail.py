"""The mails about references: worded here, queued by actions/references.py."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from activity.links import url_of
from activity.news import News
from core.templatetags.ui import format_date
from vendors.models import Reference
from vendors.reference_queries import URL_NAME


def asking_mail(reference: Reference) -> dict[str, str]:
    """Subject, text and HTML of the mail with the link. `reference` comes with vendor and organization."""
    organization, vendor = reference.organization, reference.vendor
    with timezone.override(ZoneInfo(organization.time_zone)):
        by_day = format_date(reference.until_on, organization)
    context = {
        "reference": reference,
        "organization": organization.name,
        "vendor": vendor.name,
        "asker": reference.asked_by.name if reference.asked_by else organization.name,
        "named": reference.found == Reference.Found.VENDOR,
        "by_day": by_day,
        "url": url_of(reference, URL_NAME),
    }
    return {
        "subject": f"{organization.name} asks what it is like to work with {vendor.name}",
        "text": render_to_string("vendors/emails/ask_reference.txt", context),
        "html": render_to_string("vendors/emails/ask_reference.html", context),
    }


def answered(reference: Reference) -> News:
    """For whoever asked, and whoever looks after the vendor."""
    vendor, organization = reference.vendor, reference.organization
    path = reverse("vendors:vendor_references", args=[organization.slug, vendor.pk])
    return News(
        subject=f"{reference.name} answered about {vendor.name}",
        sentences=[
            f"{reference.name} of {reference.company} has said what it is like to work with {vendor.name}."
        ],
        button="Read the answers",
        url=f"{settings.PUBLIC_URL}{path}",
        why="You get this mail because you asked, or because you look after this vendor.",
    )
