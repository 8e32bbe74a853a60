"""Queueing and delivering mail. A mail is sent once, or somebody sees that it could not be.

These actions have no `by`: the portal itself does them. What a person did, such as inviting
somebody, is an action of a higher app, which calls `queue_mail` inside its own transaction.
"""

import datetime as dt
import hashlib
import logging
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from activity.models import OutgoingMail
from core import jobs

log = logging.getLogger(__name__)

RETRY_AFTER = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
SMTP = "django.core.mail.backends.smtp.EmailBackend"
LOST_AFTER = dt.timedelta(minutes=10)
MOST_AT_ONCE = 200


@transaction.atomic
def queue_mail(
    *, to: str, subject: str, text: str, html: str = "", key: str, secret: bool = False
) -> OutgoingMail:
    """Promise one mail. The same `key` again is the same mail.

    The bodies of `secret` mails (they hold a link that lets somebody in) are wiped as soon as they
    are not needed any more. Line breaks in the subject become spaces: it is a header.
    """
    mail, is_new = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": " ".join(subject.split()),
            "text": text,
            "html": html,
            "secret": secret,
        },
    )
    if is_new:
        jobs.wake("activity.tasks.deliver", mail.pk)
    return mail


def deliver_mail(*, mail_id: int, now: dt.datetime | None = None) -> bool:
    """Claim, send and mark one mail; False if another worker has it, it is not due or was refused.

    Not one transaction on purpose: the claim is one conditional UPDATE, committed before anything is
    sent, so that a mail never goes out twice.
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
        _note_failure(mail, error, now, again=True)
        return False
    except ValueError as error:  # a header or an address that no mail can have
        _note_failure(mail, error, now, again=False)
        return False
    mail.state, mail.sent_at, mail.error = states.SENT, timezone.now(), ""
    _save_without_secret(mail)
    return True


def _send(mail: OutgoingMail) -> None:
    domain = mail.to.rpartition("@")[2]
    if settings.EMAIL_BACKEND == SMTP and f".{domain}".endswith(".example.com"):
        raise ValueError("example.com is reserved for examples: nobody reads mail there")
    digest = hashlib.sha256(mail.key.encode()).hexdigest()[:32]
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        to=[mail.to],
        headers={"Message-ID": f"<{digest}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    message.send()


def _note_failure(mail: OutgoingMail, error: Exception, now: dt.datetime, *, again: bool) -> None:
    mail.error = _reason(error)
    log.warning("mail %s was not sent: %s", mail.pk, mail.error)
    if again and mail.attempts <= len(RETRY_AFTER):
        mail.state = OutgoingMail.State.QUEUED
        mail.due_at = now + RETRY_AFTER[mail.attempts - 1]
        mail.save()
    else:
        mail.state = OutgoingMail.State.FAILED
        _save_without_secret(mail)


def _reason(error: Exception) -> str:
    """What the mail server said, or what was in the way, in one line."""
    words = str(error)
    if isinstance(error, SMTPRecipientsRefused):
        words = "; ".join(_answer(*answer) for answer in error.recipients.values())
    elif isinstance(error, SMTPResponseException):
        words = _answer(error.smtp_code, error.smtp_error)
    elif isinstance(error, OSError) and error.strerror:
        words = f"The mail server can’t be reached: {error.strerror}."
    return " ".join(words.split())[:300] or type(error).__name__


def _answer(code: int, text: bytes | str) -> str:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"The mail server said: {code} {said}"


def _save_without_secret(mail: OutgoingMail) -> None:
    if mail.secret:
        mail.text = mail.html = ""
    mail.save()


@transaction.atomic
def note_lost_mail(*, now: dt.datetime) -> int:
    """A worker died while sending: nobody knows whether it went out, so say so instead of repeating it."""
    lost = OutgoingMail.objects.lost(now - LOST_AFTER)
    lost.filter(secret=True).update(text="", html="")
    return lost.update(
        state=OutgoingMail.State.FAILED,
        error="The sender stopped while sending; it may or may not have arrived.",
    )


def send_due_mail(*, now: dt.datetime) -> int:
    """Send what should have been sent by now, oldest first; how many went out.

    Finds what a lost wake-up left behind and what is to be tried again. One bad row fails alone.
    """
    due = OutgoingMail.objects.due(now).values_list("pk", flat=True)
    return sum(_try(mail_id, now) for mail_id in list(due[:MOST_AT_ONCE]))


def _try(mail_id: int, now: dt.datetime) -> bool:
    try:
        return deliver_mail(mail_id=mail_id, now=now)
    except Exception:
        log.exception("mail %s broke the sender; note_lost_mail will show it", mail_id)
        return False
