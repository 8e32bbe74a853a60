"""The one-page result as a mail: worded here, queued by actions/results.py."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from reviews.models import ReviewRecipient
from reviews.recipients import address_of
from reviews.result_page import Result


def result_mail(result: Result, recipient: ReviewRecipient) -> dict[str, str]:
    """To whom, subject, text and HTML. A contact of the vendor gets no link: he has no account."""
    review, member = result.review, recipient.member
    name, address = address_of(recipient)
    organization = review.organization
    title = f"{review.contract.title}: review {review.period_label}"
    why = (
        f"You get this mail because you are on the list for this review ({organization.name})."
        if member
        else f"You get this mail because {organization.name} shares the result of its reviews with you."
    )
    context = {
        "title": title,
        "name": name,
        "result": result,
        "url": _url(result) if member else "",
        "why": why,
    }
    return {
        "to": address,
        "subject": f"{title}: {result.standing}"[:300],
        "text": render_to_string("reviews/emails/result.txt", context),
        "html": render_to_string("reviews/emails/result.html", context),
    }


def _url(result: Result) -> str:
    """The page, by the public address."""
    review = result.review
    path = reverse("reviews:review_report", args=[review.organization.slug, review.pk])
    return f"{settings.PUBLIC_URL}{path}"
