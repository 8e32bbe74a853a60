"""Asking vendors by itself, where a review plan says so. Hourly; a missed hour only delays it."""

from celery import shared_task
from django.utils import timezone

from reviews.actions import vendor_view as actions
from reviews.vendor_answers import to_be_asked


@shared_task
def ask_vendors() -> None:
    """About the periods that are over."""
    actions.ask_automatically(reviews=to_be_asked(timezone.now()))
