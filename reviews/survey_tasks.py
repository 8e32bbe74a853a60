"""Jobs of surveys. Hourly; a missed hour only delays, and a link ends with its day in any case."""

from celery import shared_task
from django.utils import timezone

from reviews.actions import survey_days as actions


@shared_task
def keep_surveys() -> None:
    """Close surveys whose last day has passed, and remind before it."""
    actions.keep_surveys(now=timezone.now())
