"""Jobs of contracts. Hourly the tick asks what time has changed; a missed hour only delays it."""

from celery import shared_task
from django.utils import timezone

from contracts.actions import refreshing as actions


@shared_task
def refresh_dates() -> None:
    """Renewals, passed deadlines and risen prices, of every organization whose day has begun."""
    actions.refresh_due(now=timezone.now())
