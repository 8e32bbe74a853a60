"""Jobs of renewals. Hourly the tick asks which briefs have to be there; a missed hour only delays it."""

from celery import shared_task
from django.utils import timezone

from reviews.actions import renewal_days as actions


@shared_task
def open_renewal_briefs() -> None:
    """Sixty days before the last safe day, in each organization's own time zone."""
    actions.open_due_briefs(now=timezone.now())
