"""Queueing and delivering mail. A mail is sent once, or somebody sees that it could not be."""

import datetime as dt
import hashlib
import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from activity.models import OutgoingMail
from core import jobs

log = logging.getLogger(__name__)

RETRY_AFTER = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
LOST_AFTER = dt.timedelta(minutes=10)


def queue_mail(
    *, to: str, subject: str, text: str, html: str = "", key: str, secret: bool = False
) -> OutgoingMail:
    """Promise one mail. The same `key` again is the same mail; `secret` bodies are wiped once sent."""
    mail, is_new = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={"to": to, "subject": subject, "text": text, "html": html, "secret": secret},
    )
    if is_new:
        jobs.wake("activity.tasks.deliver", mail.pk)
    return mail


def deliver_mail(*, mail_id: int, now: dt.datetime | None = None) -> bool:
    """Claim, send and mark one mail; False if another worker has it or it is not due.

    The claim is one conditional UPDATE, committed before anything is sent, so a mail never goes out twice.
    """
    now = now or timezone.now()
    states = OutgoingMail.State
    claimed = OutgoingMail.objects.filter(pk=mail_id, state=states.QUEUED, due_at__lte=now).update(
        state=states.SENDING, claimed_at=now
    )
    if not claimed:
        return False
    mail = OutgoingMail.objects.get(pk=mail_id)
    mail.attempts += 1
    try:
        _send(mail)
    except (OSError, SMTPException) as error:
        _note_failure(mail, str(error), now)
        return False
    mail.state, mail.sent_at, mail.error = states.SENT, timezone.now(), ""
    if mail.secret:
        mail.text = mail.html = ""
    mail.save()
    return True


def _send(mail: OutgoingMail) -> None:
    digest = hashlib.sha256(mail.key.encode()).hexdigest()[:32]
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    message = EmailMultiAlternatives(
        mail.subject, mail.text, to=[mail.to], headers={"Message-ID": f"<{digest}@{host}>"}
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    message.send()


def _note_failure(mail: OutgoingMail, error: str, now: dt.datetime) -> None:
    log.warning("mail %s was not sent: %s", mail.pk, error)
    mail.error = error[:300]
    if mail.attempts > len(RETRY_AFTER):
        mail.state = OutgoingMail.State.FAILED
    else:
        mail.state = OutgoingMail.State.QUEUED
        mail.due_at = now + RETRY_AFTER[mail.attempts - 1]
    mail.save()


@transaction.atomic
def note_lost_mail(*, now: dt.datetime) -> int:
    """A worker died while sending: nobody knows whether it went out, so say so instead of repeating it."""
    return OutgoingMail.objects.filter(
        state=OutgoingMail.State.SENDING, claimed_at__lt=now - LOST_AFTER
    ).update(
        state=OutgoingMail.State.FAILED,
        error="The sender stopped while sending; it may or may not have arrived.",
    )


def due_mail(*, now: dt.datetime, most: int = 200) -> list[int]:
    """Ids of what should have been sent by now, oldest first."""
    rows = OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED, due_at__lte=now)
    return list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[:most])
