"""Opening proposals by itself. Each minute; a missed minute only delays it."""

from celery import shared_task
from django.utils import timezone

from evaluations.actions import request_opening as actions
from evaluations.request_queries import due_requests


@shared_task
def open_due_proposals() -> None:
    """Those whose deadline has passed."""
    actions.open_due(requests=due_requests(timezone.now()))
