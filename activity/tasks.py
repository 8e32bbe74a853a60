"""Jobs: ids in, one action each. `tick` runs every minute and finds what a lost wake-up left behind."""

import logging

from celery import shared_task
from django.utils import timezone

from activity import actions
from core.tenancy import ALL, organization_scope

log = logging.getLogger(__name__)


@shared_task
def deliver(mail_id: int) -> None:
    actions.deliver_mail(mail_id=mail_id)


@shared_task
def tick() -> None:
    """Remind of what is due, and send what waits. What is wrong with reminders holds no mail up."""
    try:
        with organization_scope(ALL):
            actions.send_due_reminders(now=timezone.now())
    except Exception:
        log.exception("Looking for due reminders failed; the next tick tries again.")
    actions.note_lost_mail(now=timezone.now())
    actions.send_due_mail(now=timezone.now())
