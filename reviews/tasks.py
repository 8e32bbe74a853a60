"""Jobs of reviews. Hourly the tick asks what time has changed; a missed hour only delays it."""

from celery import shared_task
from django.utils import timezone

from reviews.actions import plans as actions


@shared_task
def refresh_plans() -> None:
    """Reviews of the periods that have begun, of every organization whose day has begun."""
    actions.refresh_due(now=timezone.now())
