"""Queueing and delivering mail. A mail is sent once, or somebody sees that it could not be.

These actions have no `by`: the portal itself does them. What a person did, such as inviting
somebody, is an action of a higher app, which calls `queue_mail` inside its own transaction.
"""

import datetime as dt
import hashlib
import logging
import time
from collections.abc import Collection
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from activity.models import JobFile, OutgoingMail
from core import jobs
from core.tenancy import ALL, organization_scope

log = logging.getLogger(__name__)

RETRY_AFTER = [dt.timedelta(seconds=seconds) for seconds in settings.MAIL_RETRY_AFTER]
LOST_AFTER = dt.timedelta(seconds=settings.MAIL_LOST_AFTER)
MOST_REPEATS = 5
SMTP = "django.core.mail.backends.smtp.EmailBackend"
MOST_AT_ONCE = 200
SENDING_TAKES = dt.timedelta(seconds=50)  # of one call, which comes every minute


@transaction.atomic
def queue_mail(
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    key: str,
    secret: bool = False,
    not_before: dt.datetime | None = None,
) -> OutgoingMail:
    """Promise one mail. The same `key` again is the same mail.

    The bodies of `secret` mails (they hold a link that lets somebody in) are wiped as soon as they
    are not needed any more. Line breaks in the subject become spaces: it is a header. `not_before` is
    for a mail that waits for its attachment, but not for ever (`attach_file`).
    """
    mail, is_new = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": " ".join(subject.split()),
            "text": text,
            "html": html,
            "secret": secret,
            "due_at": not_before or timezone.now(),
        },
    )
    if is_new and not not_before:
        jobs.wake("activity.tasks.deliver", mail.pk)
    return mail


@transaction.atomic
def attach_file(*, mails: Collection[int], file: JobFile) -> int:
    """Add the file to those of these mails that still wait, and let them go; how many there were.

    A mail that went out before stays what it was.
    """
    waiting = OutgoingMail.objects.filter(pk__in=mails, state=OutgoingMail.State.QUEUED, attempts=0)
    found = waiting.update(attachment=file, due_at=timezone.now())
    for mail_id in mails if found else ():
        jobs.wake("activity.tasks.deliver", mail_id)
    return found


@transaction.atomic
def cancel_mail(*, mail_id: int) -> bool:
    """Not needed any more: it does not go out if no mail server has seen it yet; whether that was so."""
    states = OutgoingMail.State
    waiting = OutgoingMail.objects.filter(pk=mail_id, state=states.QUEUED)
    cancelled = waiting.update(state=states.CANCELLED)
    OutgoingMail.objects.filter(pk=mail_id, secret=True, state=states.CANCELLED).update(
        text="", html=""
    )
    return bool(cancelled)


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
    # It is out, whoever has claimed it since because we took so long.
    mail.state, mail.sent_at, mail.error = states.SENT, timezone.now(), ""
    _mark(mail, OutgoingMail.objects.filter(pk=mail.pk))
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
    with organization_scope(ALL):  # a mail belongs to no organization; its file does
        file = mail.attachment
    if file is not None:
        message.attach(file.filename, bytes(file.data), file.content_type)
    message.send()


def _note_failure(mail: OutgoingMail, error: Exception, now: dt.datetime, *, again: bool) -> None:
    mail.error = _reason(error)
    log.warning("mail %s was not sent: %s", mail.pk, mail.error)
    if again and mail.attempts <= len(RETRY_AFTER):
        mail.state = OutgoingMail.State.QUEUED
        mail.due_at = now + RETRY_AFTER[mail.attempts - 1]
    else:
        mail.state = OutgoingMail.State.FAILED
    own = OutgoingMail.objects.filter(pk=mail.pk, claimed_at=mail.claimed_at)
    _mark(mail, own.filter(state=OutgoingMail.State.SENDING))


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


def _mark(mail: OutgoingMail, row: "QuerySet[OutgoingMail]") -> None:
    """Write down how it ended; a secret goes as soon as the mail is not to be sent any more."""
    if mail.secret and mail.state != OutgoingMail.State.QUEUED:
        mail.text = mail.html = ""
    names = ("state", "attempts", "error", "due_at", "sent_at", "text", "html")
    row.update(**{name: getattr(mail, name) for name in names})


@transaction.atomic
def note_lost_mail(*, now: dt.datetime) -> int:
    """A worker died while sending: nobody knows whether the mail went out.

    Reminders are sent again, counted, under the same Message-ID, by which a mailbox knows the second
    one; all others are shown, not repeated. How many were lost.
    """
    lost = OutgoingMail.objects.lost(now - LOST_AFTER)
    states = OutgoingMail.State
    again = lost.filter(repeat_if_lost=True, repeats__lt=MOST_REPEATS).update(
        state=states.QUEUED,
        repeats=F("repeats") + 1,
        due_at=now,
        error="The sender stopped while sending; it is sent again under the same Message-ID.",
    )
    lost.filter(secret=True).update(text="", html="")
    return again + lost.update(
        state=states.FAILED,
        error="The sender stopped while sending; it may or may not have arrived.",
    )


def send_due_mail(*, now: dt.datetime) -> int:
    """Send what should have been sent by now, oldest first, for at most a minute; how many went out.

    Finds what a lost wake-up left behind and what is to be tried again. One bad row fails alone.
    """
    due = OutgoingMail.objects.due(now).values_list("pk", flat=True)
    until, sent = time.monotonic() + SENDING_TAKES.total_seconds(), 0
    while time.monotonic() < until:
        batch = list(due[:MOST_AT_ONCE])
        sent += sum(_try(mail_id, now) for mail_id in batch if time.monotonic() < until)
        if len(batch) < MOST_AT_ONCE:
            break
    return sent


def _try(mail_id: int, now: dt.datetime) -> bool:
    try:
        return deliver_mail(mail_id=mail_id, now=now)
    except Exception:
        log.exception("mail %s broke the sender; note_lost_mail will show it", mail_id)
        return False
