"""Jobs: ids in, one action each. `tick` runs every minute and finds what a lost wake-up left behind."""

from celery import shared_task
from django.utils import timezone

from activity import actions


@shared_task
def deliver(mail_id: int) -> None:
    actions.deliver_mail(mail_id=mail_id)


@shared_task
def tick() -> None:
    now = timezone.now()
    actions.note_lost_mail(now=now)
    actions.send_due_mail(now=now)
