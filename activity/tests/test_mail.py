"""The mail queue: each mail goes out once through a real SMTP server, or somebody sees why not."""

import datetime as dt
import email
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from email import policy

import pytest
from celery import Celery, current_app
from django.db import connection, transaction
from django.utils import timezone

from activity import tasks
from activity.actions import mail as actions
from activity.models import OutgoingMail
from core import jobs

NOW = timezone.now()
MAIL = {
    "to": "nora@north.example",
    "subject": "Zoë’s news",
    "text": "Plain words",
    "html": "<p>Plain <b>words</b></p>",
}


def queue(key="news:1", **words) -> OutgoingMail:
    return actions.queue_mail(**{**MAIL, **words}, key=key)


def state_of(mail: OutgoingMail) -> str:
    mail.refresh_from_db()
    return mail.state


def test_a_mail_arrives_as_text_and_html(db, smtp):
    mail = queue()
    assert actions.deliver_mail(mail_id=mail.pk)
    [envelope] = smtp.mails
    assert envelope.rcpt_tos == ["nora@north.example"]
    arrived = email.message_from_bytes(envelope.content, policy=policy.default)
    assert arrived["Subject"] == "Zoë’s news"
    assert arrived["From"] == "Outsourcing Portal <portal@127.0.0.1>"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Message-ID"].endswith("@127.0.0.1>")
    parts = {part.get_content_type(): part.get_content() for part in arrived.iter_parts()}
    assert parts["text/plain"].strip() == "Plain words"
    assert "<b>words</b>" in parts["text/html"]
    assert state_of(mail) == "sent"
    assert (mail.attempts, mail.error, mail.sent_at is not None) == (1, "", True)


def test_the_same_key_is_the_same_mail(db, smtp):
    first, second = queue(), queue(subject="Other words")
    assert first.pk == second.pk
    for _ in range(2):
        actions.deliver_mail(mail_id=first.pk)
    assert len(smtp.mails) == 1


def test_the_same_key_has_the_same_message_id(db, smtp):
    """Should it ever be sent twice by hand, mail programs show it once."""
    mail = queue()
    actions.deliver_mail(mail_id=mail.pk)
    OutgoingMail.objects.update(state="queued")
    actions.deliver_mail(mail_id=mail.pk)
    ids = {email.message_from_bytes(e.content)["Message-ID"] for e in smtp.mails}
    assert (len(smtp.mails), len(ids)) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail_once(smtp):
    mail = queue()

    def deliver(_: int) -> bool:
        try:
            return actions.deliver_mail(mail_id=mail.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(deliver, range(4))) == [False, False, False, True]
    assert len(smtp.mails) == 1


def test_a_refused_mail_is_tried_again_ever_later_and_then_shown(db, smtp):
    smtp.answer = "550 No such\tuser here"
    mail, now, waits = queue(secret=True), timezone.now(), []
    for _ in actions.RETRY_AFTER:
        assert not actions.deliver_mail(mail_id=mail.pk, now=now)
        assert state_of(mail) == "queued"
        assert mail.error == "The mail server said: 550 No such user here"
        waits.append(mail.due_at - now)
        assert not actions.deliver_mail(mail_id=mail.pk, now=now), "not before it is due"
        now = mail.due_at
    assert waits == actions.RETRY_AFTER
    assert mail.text == "Plain words"
    assert not actions.deliver_mail(mail_id=mail.pk, now=now)
    assert state_of(mail) == "failed"
    assert (mail.attempts, mail.text, mail.html) == (6, "", "")
    assert not smtp.mails


def test_a_mail_that_was_refused_once_arrives_the_next_time(db, smtp):
    smtp.answer = "451 Come back later"
    mail = queue()
    actions.deliver_mail(mail_id=mail.pk)
    smtp.answer = ""
    assert actions.deliver_mail(mail_id=mail.pk, now=timezone.now() + dt.timedelta(minutes=2))
    assert (state_of(mail), mail.error, len(smtp.mails)) == ("sent", "", 1)


def test_no_mail_server_at_all_is_said(db, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    mail = queue()
    assert not actions.deliver_mail(mail_id=mail.pk)
    assert (state_of(mail), mail.error) == (
        "queued",
        "The mail server can’t be reached: Connection refused.",
    )


def test_only_secret_words_are_wiped_after_sending(db, smtp):
    open_mail, secret = queue("a"), queue("b", secret=True)
    for mail in (open_mail, secret):
        actions.deliver_mail(mail_id=mail.pk)
        mail.refresh_from_db()
    assert (open_mail.text, secret.text, secret.html) == ("Plain words", "", "")


def test_a_subject_can_not_smuggle_in_headers(db, smtp):
    mail = queue(subject="Hello\r\nBcc: everybody@example.com\n\nBody")
    actions.deliver_mail(mail_id=mail.pk)
    [envelope] = smtp.mails
    arrived = email.message_from_bytes(envelope.content, policy=policy.default)
    assert arrived["Subject"] == "Hello Bcc: everybody@example.com Body"
    assert (arrived["Bcc"], envelope.rcpt_tos) == (None, ["nora@north.example"])


def test_an_address_that_no_mail_can_have_fails_at_once(db, smtp):
    mail = queue(to="a@b.example\nBcc: c@d.example")
    assert not actions.deliver_mail(mail_id=mail.pk)
    assert state_of(mail) == "failed"
    assert mail.error.startswith("Invalid address")
    assert not smtp.mails


def test_a_mail_lost_with_its_worker_is_shown_not_repeated(db, smtp):
    mail = queue(secret=True)
    OutgoingMail.objects.update(state="sending", claimed_at=NOW)
    assert actions.note_lost_mail(now=NOW + dt.timedelta(minutes=9)) == 0
    assert actions.note_lost_mail(now=NOW + dt.timedelta(minutes=11)) == 1
    assert state_of(mail) == "failed"
    assert mail.error == "The sender stopped while sending; it may or may not have arrived."
    assert mail.text == ""


def test_the_tick_finds_what_no_wake_up_reached(db, smtp):
    due, later = queue("a"), queue("b")
    OutgoingMail.objects.filter(pk=later.pk).update(due_at=NOW + dt.timedelta(hours=1))
    lost = queue("c")
    long_ago = timezone.now() - dt.timedelta(minutes=11)
    OutgoingMail.objects.filter(pk=lost.pk).update(state="sending", claimed_at=long_ago)
    tasks.tick()
    assert [state_of(mail) for mail in (due, later, lost)] == ["sent", "queued", "failed"]
    assert len(smtp.mails) == 1


def test_many_mails_are_sent_in_rounds_until_the_minute_is_over(db, smtp, monkeypatch):
    for number in range(5):
        queue(f"news:{number}")
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 2)
    now = timezone.now()
    monkeypatch.setattr(actions, "SENDING_TAKES", dt.timedelta(0))
    assert actions.send_due_mail(now=now) == 0
    monkeypatch.setattr(actions, "SENDING_TAKES", dt.timedelta(minutes=1))
    assert actions.send_due_mail(now=now) == 5


def test_a_sender_that_was_slow_rather_than_dead_says_that_it_is_out(db, smtp, monkeypatch):
    """Given up as lost, then queued again, while it still waited for the mail server's yes."""
    mail = queue()
    send = actions._send

    def take_long(mail: OutgoingMail) -> None:
        send(mail)
        OutgoingMail.objects.update(repeat_if_lost=True)
        assert actions.note_lost_mail(now=timezone.now() + dt.timedelta(minutes=11)) == 1

    monkeypatch.setattr(actions, "_send", take_long)
    assert actions.deliver_mail(mail_id=mail.pk)
    assert (state_of(mail), mail.repeats) == ("sent", 1)
    assert not actions.deliver_mail(mail_id=mail.pk)


def test_one_bad_row_fails_alone(db, smtp, monkeypatch):
    bad, good = queue("a", text="bad"), queue("b")
    send = actions._send

    def break_on_the_bad_one(mail: OutgoingMail) -> None:
        if mail.text == "bad":
            raise RuntimeError("nobody thought of this")
        send(mail)

    monkeypatch.setattr(actions, "_send", break_on_the_bad_one)
    tasks.tick()
    assert [state_of(mail) for mail in (bad, good)] == ["sending", "sent"]


def test_an_unknown_recipient_is_said_in_words(db, smtp):
    smtp.recipient_answer = "550 Nobody of that name"
    mail = queue()
    actions.deliver_mail(mail_id=mail.pk)
    assert state_of(mail) == "queued"
    assert mail.error == "The mail server said: 550 Nobody of that name"


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_sent(smtp):
    with pytest.raises(ZeroDivisionError):
        _queue_and_break()
    assert not OutgoingMail.objects.exists()


@transaction.atomic
def _queue_and_break() -> None:
    queue()
    raise ZeroDivisionError


@pytest.fixture(params=["stopped", "frozen"])
def broker_away(request):
    """Our Celery with a Redis that refuses connections, or takes them and never says a word."""
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    if request.param == "frozen":
        silent.listen()
    ours = current_app._get_current_object()
    address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
    app = Celery("elsewhere", broker=address, set_as_current=False)
    app.conf.broker_transport_options = {"socket_timeout": 1, "socket_connect_timeout": 1}
    app.set_current()
    yield
    ours.set_current()
    jobs._sender.submit(lambda: None).result(20)
    jobs._away_until = 0.0
    app.close()
    silent.close()


def test_a_page_works_and_does_not_wait_while_the_broker_is_away(
    db, broker_away, django_capture_on_commit_callbacks
):
    started = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        mail = queue()
    assert len(callbacks) == 1
    assert state_of(mail) == "queued"
    assert time.monotonic() - started < 0.5


def test_the_people_of_the_example_get_no_real_mail(db, settings):
    settings.EMAIL_BACKEND = actions.SMTP
    mail = actions.queue_mail(to="owner@larkspur.example.com", subject="Hi", text="Hi", key="x:1")
    assert actions.deliver_mail(mail_id=mail.pk) is False
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("failed", 1)
