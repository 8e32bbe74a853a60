"""Jobs of measurements: hourly, credits that nobody claimed in time expire."""

from celery import shared_task
from django.utils import timezone

from reviews.actions import credits as actions


@shared_task
def expire_credits() -> None:
    """Of every organization whose day has begun; a missed hour only delays it."""
    actions.expire_due(now=timezone.now())
