"""The mails about references: worded here."""

from django.conf import settings
from django.urls import reverse

from activity.link_mail import mail_link
from activity.models import OutgoingMail
from activity.news import News
from vendors.models import Reference
from vendors.reference_queries import URL_NAME


def ask(reference: Reference) -> OutgoingMail | None:
    """Queue the mail with the link, if there is an address. `reference` comes with vendor and organization."""
    vendor = reference.vendor.name
    return mail_link(
        reference,
        url_name=URL_NAME,
        subject=f"{reference.organization.name} asks what it is like to work with {vendor}",
        template="vendors/emails/ask_reference",
        said={
            "reference": reference,
            "vendor": vendor,
            "named": reference.found == Reference.Found.VENDOR,
        },
    )


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
