"""Who is reminded of what: each rule once for each person, in words and at the hour that they want."""

import datetime as dt

import pytest
from django.utils import timezone

from activity import actions, tasks
from activity.models import (
    OutgoingMail,
    Reminder,
    ReminderPreference,
    ReminderSettings,
    WatchedDate,
)
from activity.tests.watching_case import at, day, mails, reminded, thing, watched
from core.tenancy import ALL

SCOPE = ALL
pytestmark = pytest.mark.usefixtures("in_january")
MORNING = at("2026-05-31 08:00")  # 30 days before


def at_once(member) -> None:
    ReminderPreference.objects.create(
        organization=member.organization, member=member, way=ReminderPreference.Way.AT_ONCE
    )


def remind(text: str) -> int:
    return actions.send_due_reminders(now=at(text))


# Rules, one after the other -------------------------------------------------------------------------


def test_from_ninety_days_before_to_overdue_each_rule_once(acme, manager, owner):
    watched(thing(acme), responsible=manager)
    now, looked = at("2026-03-01 08:00"), 0
    while now < at("2026-07-16 00:00"):
        remind(now.isoformat(" ")[:16])
        now += dt.timedelta(days=1)
        looked += 1
    assert reminded() == [
        ("90", "Mia"),
        ("60", "Mia"),
        ("30", "Mia"),
        ("escalation", "Olga"),
        ("7", "Mia"),
        ("1", "Mia"),
        ("overdue-1", "Mia"),
        ("overdue-2", "Mia"),
        ("overdue-3", "Mia"),
    ]
    assert (looked, len(mails())) == (137, 9)


def test_a_day_stored_late_is_told_at_once_and_only_once(acme, manager):
    watched(thing(acme), responsible=manager)
    assert [remind("2026-06-25 15:00"), remind("2026-06-25 15:01")] == [1, 0]
    assert reminded() == [("7", "Mia")]
    assert len(mails()) == 1, "today's digest was not sent yet"


def test_a_missed_week_only_delays(acme, manager):
    watched(thing(acme), responsible=manager)
    remind("2026-05-31 08:00")
    assert remind("2026-07-03 11:00") == 1, "7, 1 and the escalation (nobody to tell) are overtaken"
    assert reminded() == [("30", "Mia"), ("overdue-1", "Mia")]


def test_changed_settings_count_at_once_and_double_nothing(acme, manager):
    acme.time_zone = "Europe/Berlin"
    acme.save()
    row = watched(thing(acme), responsible=manager)
    remind("2026-05-31 06:00")
    ReminderSettings.objects.create(
        organization=acme, hour=18, days=[30, 20], quiet_weekends=True, escalate_days=None
    )
    WatchedDate.objects.update(next_at=at("2026-05-31 06:05"))
    assert remind("2026-05-31 06:05") == 0
    row.refresh_from_db()
    assert row.next_at == at("2026-06-10 16:00"), "20 days before, at 18:00 in Berlin"
    assert remind("2026-05-31 16:00") == 0
    assert reminded() == [("30", "Mia")]


def test_a_snoozed_day_is_quiet_then_told_once(acme, manager, owner):
    row = watched(thing(acme), responsible=manager)
    remind("2026-05-31 08:00")
    WatchedDate.objects.update(snoozed_until_on=dt.date(2026, 6, 20), next_at=MORNING)
    assert [remind("2026-06-01 08:00"), remind("2026-06-19 23:59")] == [0, 0]
    assert [remind("2026-06-20 08:00"), remind("2026-06-20 09:00")] == [1, 0]
    row.refresh_from_db()
    assert row.next_at == at("2026-06-21 08:00"), "Owners hear of it the day after"
    assert reminded() == [("30", "Mia"), ("snooze-2026-06-20", "Mia")]


# Who ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [None, "removed", "inactive"])
def test_without_anybody_in_charge_the_owners_are_reminded(acme, manager, owner, admin, who):
    watched(thing(acme), responsible=manager if who else None)
    if who == "removed":
        manager.ended_at = timezone.now()
        manager.save()
    if who == "inactive":
        manager.user.is_active = False
        manager.user.save()
    remind("2026-05-31 08:00")
    assert sorted(reminded()) == [("30", "Ada"), ("30", "Olga")]
    remind("2026-06-16 08:00")
    assert len(reminded()) == 2, "they know already"


def test_who_left_gets_nothing_and_the_owners_get_it_instead(acme, manager, owner):
    watched(thing(acme), responsible=manager)
    remind("2026-05-31 08:00")
    assert [mail.to for mail in mails()] == [manager.user.email]
    manager.ended_at = timezone.now()
    manager.save()
    remind("2026-05-31 08:01")
    assert reminded() == [("30", "Olga")]
    assert [mail.to for mail in mails()] == [owner.user.email]


def test_owners_are_told_of_what_is_ignored_with_who_was_reminded(acme, manager, owner):
    watched(thing(acme), responsible=manager)
    remind("2026-05-31 08:00")
    remind("2026-06-16 08:00")
    [_, told] = mails()
    assert (told.to, told.subject) == (
        owner.user.email,
        "To look at: Notice: Help desk: Tue 30 Jun 2026 (in 14 days)",
    )
    assert "Mia was reminded, but nobody has noted yet that it is dealt with." in told.text
    assert "because you are an Owner" in told.text


def test_an_organization_sees_only_its_own(acme, globex, manager, outsider):
    watched(thing(acme), responsible=manager)
    watched(thing(globex))
    remind("2026-05-31 08:00")
    assert sorted(reminded()) == [("30", "Mia"), ("30", "Otto")]
    assert [len(mail.text.split("/o/acme/")) for mail in mails()] == [4, 1]


# How ------------------------------------------------------------------------------------------------


def test_the_digest_has_all_of_a_day_soonest_first_with_what_is_at_stake(acme, manager):
    late, far = thing(acme, "Late"), thing(acme, "Far")
    actions.watch_days(
        days=[
            day(far, dt.date(2026, 8, 1), responsible=manager, sentence="Renews for €9,000."),
            day(late, dt.date(2026, 6, 20), responsible=manager),
            day(thing(acme, "<b>Soon</b>"), dt.date(2026, 7, 1), responsible=manager),
        ]
    )
    remind("2026-06-28 08:00")
    [mail] = mails()
    assert mail.subject == "3 dates to look at. First: Notice: Late, Sat 20 Jun 2026"
    order = ["Overdue", "Late", "8 days overdue", "Within 7 days", "Soon", "in 3 days", "Later"]
    places = [mail.text.index(word) for word in [*order, "Renews for €9,000."]]
    assert places == sorted(places)
    assert "http://127.0.0.1:8000/o/acme/reminders/" in mail.text
    assert "Notice: &lt;b&gt;Soon&lt;/b&gt;" in mail.html
    assert mail.repeat_if_lost
    assert set(Reminder.objects.values_list("mail_id", flat=True)) == {mail.pk}


def test_one_digest_a_day_at_the_hour_of_the_organization(acme, manager):
    acme.time_zone = "America/New_York"
    acme.save()
    watched(thing(acme, "One"), dt.date(2026, 8, 1), responsible=manager)
    remind("2026-06-25 11:59")
    assert (len(reminded()), mails()) == (1, [])
    remind("2026-06-25 12:00")
    watched(thing(acme, "Two"), dt.date(2026, 8, 1), responsible=manager)
    remind("2026-06-25 15:00")
    assert (len(reminded()), len(mails())) == (2, 1)
    remind("2026-06-26 11:59")
    assert len(mails()) == 1
    remind("2026-06-26 12:00")
    assert [mail.key for mail in mails()] == [
        f"digest:{manager.pk}:2026-06-25",
        f"digest:{manager.pk}:2026-06-26",
    ]


def test_what_can_not_wait_for_the_next_digest_goes_at_once(acme, manager):
    watched(thing(acme, "One"), dt.date(2026, 8, 1), responsible=manager)
    remind("2026-06-26 08:00")
    ReminderSettings.objects.create(organization=acme, quiet_weekends=True)
    actions.watch_days(
        days=[
            day(thing(acme, "Sunday"), dt.date(2026, 6, 28), responsible=manager),
            day(thing(acme, "Monday"), dt.date(2026, 6, 29), responsible=manager),
        ]
    )
    remind("2026-06-26 16:00")
    assert [mail.subject for mail in mails()][1:] == ["Notice: Sunday: Sun 28 Jun 2026 (in 2 days)"]
    remind("2026-06-27 09:00")
    assert len(mails()) == 2, "a quiet weekend"
    remind("2026-06-29 08:00")
    assert mails()[-1].subject == "2 dates to look at. First: Notice: Sunday, Sun 28 Jun 2026"


def test_a_mail_for_each_at_once_for_who_wants_it(acme, manager):
    at_once(manager)
    one, two = thing(acme, "One"), thing(acme, "Two")
    actions.watch_days(days=[day(one, responsible=manager), day(two, responsible=manager)])
    remind("2026-06-25 03:00")
    assert [mail.subject for mail in mails()] == [
        "Notice: One: Tue 30 Jun 2026 (in 5 days)",
        "Notice: Two: Tue 30 Jun 2026 (in 5 days)",
    ]
    first = mails()[0]
    assert first.key == (
        f"reminder:contract.notice:vendors.vendor:{one.pk}:7:2026-06-30:{manager.pk}"
    )
    assert f"Open it: http://127.0.0.1:8000/o/acme/contracts/{one.pk}/" in first.text
    assert first.html.count('class="button"') == 1
    assert "because you are in charge of this" in first.text


def test_a_long_digest_gives_the_soonest_and_says_how_many_more(acme, manager):
    actions.watch_days(
        days=[day(thing(acme, f"V{number:02}"), responsible=manager) for number in range(33)]
    )
    remind("2026-05-31 08:00")
    [mail] = mails()
    assert "And 3 more, all due later than these." in mail.text
    assert mail.text.count("- Notice: V") == 30
    assert Reminder.objects.filter(mail=mail).count() == 33


# What goes wrong ------------------------------------------------------------------------------------


def test_one_bad_row_fails_alone_is_shown_and_tried_again(acme, globex, manager, outsider):
    bad = watched(thing(globex))
    watched(thing(acme), responsible=manager)
    type(globex).objects.filter(pk=globex.pk).update(time_zone="Mars/Olympus")
    remind("2026-05-31 08:00")
    assert reminded() == [("30", "Mia")]
    assert len(mails()) == 1
    bad.refresh_from_db()
    assert bad.problem.startswith("Nobody could be reminded (ZoneInfoNotFoundError:")
    assert bad.next_at == at("2026-05-31 08:15")
    type(globex).objects.filter(pk=globex.pk).update(time_zone="UTC")
    remind("2026-05-31 08:15")
    bad.refresh_from_db()
    assert (bad.problem, reminded()[-1]) == ("", ("30", "Otto"))


def test_a_row_that_the_database_refuses_fails_alone(acme, manager, monkeypatch):
    bad, good = thing(acme, "Bad"), thing(acme, "Good")
    actions.watch_days(days=[day(bad, responsible=manager), day(good, responsible=manager)])
    # A stored path that a reminder can't hold stands for whatever nobody has thought of.
    monkeypatch.setattr(Reminder._meta.get_field("title"), "get_db_prep_save", _refuse_bad)
    assert remind("2026-05-31 08:00") == 1
    assert [row.problem for row in WatchedDate.objects.order_by("pk")] == [
        "Nobody could be reminded (ValueError: no).",
        "",
    ]
    assert len(mails()) == 1


def _refuse_bad(value, connection):
    if "Bad" in value:
        raise ValueError("no")
    return value


def test_a_mail_that_can_not_be_worded_holds_no_other_up(acme, globex, manager, outsider):
    at_once(manager)
    watched(thing(acme), responsible=manager)
    watched(thing(globex), responsible=outsider)
    remind("2026-05-31 07:59")
    WatchedDate.objects.update(next_at=None)
    OutgoingMail.objects.all().delete()
    type(globex).objects.filter(pk=globex.pk).update(time_zone="Mars/Olympus")
    remind("2026-05-31 08:00")
    assert [mail.to for mail in mails()] == [manager.user.email]
    type(globex).objects.filter(pk=globex.pk).update(time_zone="UTC")
    remind("2026-05-31 08:01")
    assert [mail.to for mail in mails()] == [manager.user.email, outsider.user.email]


def test_the_tick_reminds_and_sends_even_when_reminding_breaks(
    acme, manager, smtp, settings, monkeypatch
):
    today = timezone.localdate()
    ReminderSettings.objects.create(organization=acme, hour=0)
    watched(thing(acme), today, responsible=manager)
    tasks.tick()
    [arrived] = smtp.mails
    assert arrived.rcpt_tos == [manager.user.email]
    actions.queue_mail(to="nora@north.example", subject="Hi", text="Hi", key="x")
    monkeypatch.setattr(tasks.actions, "send_due_reminders", None)
    tasks.tick()
    assert len(smtp.mails) == 2


def test_a_lost_reminder_is_sent_again_under_its_message_id_and_counted(acme, manager, smtp):
    watched(thing(acme), responsible=manager)
    remind("2026-05-31 08:00")
    [mail] = mails()
    mail.state, mail.claimed_at = "sending", MORNING
    mail.save()
    assert actions.note_lost_mail(now=MORNING + dt.timedelta(minutes=11)) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.repeats) == ("queued", 1)
    assert "same Message-ID" in mail.error
    assert actions.send_due_mail(now=MORNING + dt.timedelta(minutes=11)) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.repeats, mail.error) == ("sent", 1, "")
    OutgoingMail.objects.update(state="sending", claimed_at=MORNING, repeats=5)
    actions.note_lost_mail(now=MORNING + dt.timedelta(minutes=11))
    assert len(mails("failed")) == 1, "not for ever"


# How much -------------------------------------------------------------------------------------------


def test_the_number_of_queries_does_not_depend_on_how_many_are_due(
    acme, manager, owner, django_assert_num_queries
):
    for count, later in ((1, 0), (40, 1)):
        now = MORNING + dt.timedelta(days=later)
        things = [thing(acme, f"V{count}-{number}") for number in range(count)]
        actions.watch_days(days=[day(row, responsible=manager) for row in things])
        with django_assert_num_queries(34):
            assert actions.send_due_reminders(now=now) == count
    with django_assert_num_queries(
        12
    ):  # four questions, and around them the bounds of transactions
        assert actions.send_due_reminders(now=now) == 0
