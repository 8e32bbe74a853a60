"""The mails about the vendor's own view: worded here, queued by actions/vendor_view.py."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from activity.news import News
from core.templatetags.ui import format_date
from reviews.models import VendorView


def view_url(token: str) -> str:
    """The link that is mailed and can be copied once."""
    return f"{settings.PUBLIC_URL}{reverse('answer_as_vendor', args=[token])}"


def _last_day(view: VendorView) -> dt.date:
    """As the organization's calendar has it; the worker's own is another one."""
    with timezone.override(ZoneInfo(view.organization.time_zone)):
        return view.until_on


def asking_mail(view: VendorView, token: str) -> dict[str, str]:
    """Subject, text and HTML of the mail with the link."""
    review, organization = view.review, view.organization
    context = {
        "view": view,
        "organization": organization.name,
        "asker": view.asked_by.name,
        "contract": review.contract.title,
        "period": review.period_label,
        "by_day": format_date(_last_day(view), organization),
        "url": view_url(token),
    }
    return {
        "subject": f"{organization.name} asks for your view: {review.contract.title}, {review.period_label}",
        "text": render_to_string("reviews/emails/ask_vendor.txt", context),
        "html": render_to_string("reviews/emails/ask_vendor.html", context),
    }


def answered(view: VendorView) -> News:
    """For those who hold the review."""
    review = view.review
    vendor = review.contract.vendor.name
    disputed = view.marks.filter(disputes=True).count()
    sentences = [f"{view.name} of {vendor} has answered about {review.period_label}."]
    if disputed:
        sentences.append(f"{disputed} of your marks {'is' if disputed == 1 else 'are'} disputed.")
    return News(
        subject=f"{vendor} answered: {review.contract.title}, {review.period_label}",
        sentences=sentences,
        button="Look at the answers",
        url=f"{settings.PUBLIC_URL}{review.get_absolute_url()}",
        why="You get this mail because you hold this review.",
    )
