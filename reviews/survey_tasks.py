"""Jobs of surveys. Hourly; a missed hour only delays, and a link ends with its day in any case."""

from celery import shared_task
from django.utils import timezone

from reviews.actions import survey_days as actions
from reviews.actions import survey_schedules as schedule_actions


@shared_task
def keep_surveys() -> None:
    """Close surveys whose last day has passed, remind before it, and lay ready those that come again."""
    now = timezone.now()
    actions.keep_surveys(now=now)
    schedule_actions.make_due_surveys(now=now)
