"""Watching days: the same again changes nothing, a moved day begins anew, what was not sent is taken back."""

import datetime as dt

import pytest

from activity import actions
from activity.models import OutgoingMail, Reminder, WatchedDate
from activity.tests.watching_case import DUE, at, day, mails, reminded, thing, watched
from core.tenancy import ALL, OtherOrganization

SCOPE = ALL
pytestmark = pytest.mark.usefixtures("in_january")
MORNING = at("2026-05-31 08:00")  # 30 days before


def test_the_same_again_changes_nothing_and_other_words_only_the_words(acme, manager):
    vendor = thing(acme)
    row = watched(vendor, responsible=manager)
    actions.send_due_reminders(now=MORNING)
    row.refresh_from_db()
    before = row.next_at, row.version
    assert before[0] == at("2026-06-16 08:00"), "then Owners are told"
    for title in ("Notice: Help desk", "Notice: Help desk 2026"):
        again = watched(vendor, responsible=manager, title=title)
        assert (again.next_at, again.version, again.title) == (*before, title)
    assert actions.send_due_reminders(now=MORNING) == 0
    assert reminded() == [("30", "Mia")]


def test_a_moved_day_begins_anew_and_the_mail_about_the_old_one_is_cancelled(acme, manager):
    vendor = thing(acme)
    row = watched(vendor, responsible=manager)
    actions.send_due_reminders(now=MORNING)
    [old] = mails()
    WatchedDate.objects.update(
        snoozed_until_on=dt.date(2026, 6, 2), settled_at=MORNING, settled_note="Kept"
    )
    moved = watched(vendor, dt.date(2026, 7, 1), responsible=manager)
    assert moved.pk == row.pk
    assert (moved.snoozed_until_on, moved.settled_at, moved.settled_note) == (None, None, "")
    assert (mails("cancelled"), mails()) == ([old], [])
    assert Reminder.objects.get().superseded_at is not None
    actions.send_due_reminders(now=MORNING)
    assert reminded() == [("60", "Mia")]
    assert actions.deliver_mail(mail_id=old.pk, now=MORNING) is True, "now it tells of the new day"


def test_moved_there_and_back_before_anything_went_out_it_is_still_told(acme, manager):
    vendor = thing(acme)
    watched(vendor, responsible=manager)
    actions.send_due_reminders(now=MORNING)
    watched(vendor, dt.date(2027, 6, 30), responsible=manager)
    watched(vendor, DUE, responsible=manager)
    actions.send_due_reminders(now=MORNING)
    assert reminded() == [("30", "Mia")]
    [mail] = mails()
    assert "30 Jun 2026" in mail.text


def test_what_was_sent_is_not_sent_again_when_the_day_comes_back(acme, manager):
    vendor = thing(acme)
    watched(vendor, responsible=manager)
    actions.send_due_reminders(now=MORNING)
    OutgoingMail.objects.update(state="sent")
    watched(vendor, dt.date(2027, 6, 30), responsible=manager)
    watched(vendor, DUE, responsible=manager)
    assert actions.send_due_reminders(now=MORNING) == 0
    assert len(mails("sent")) == 1


def test_a_digest_is_made_again_without_the_day_that_moved(acme, manager):
    one, two = thing(acme, "One"), thing(acme, "Two")
    actions.watch_days(days=[day(one, responsible=manager), day(two, responsible=manager)])
    actions.send_due_reminders(now=MORNING)
    [digest] = mails()
    assert "Notice: One" in digest.text
    assert "Notice: Two" in digest.text
    watched(one, dt.date(2027, 6, 30), responsible=manager)
    assert mails() == []
    actions.send_due_reminders(now=MORNING)
    [again] = mails()
    assert (again.pk, "Notice: One" in again.text) == (digest.pk, False)
    assert again.subject == "Notice: Two: Tue 30 Jun 2026 (in 30 days)"


def test_a_mail_that_is_being_sent_is_left_alone(acme, manager):
    vendor = thing(acme)
    watched(vendor, responsible=manager)
    actions.send_due_reminders(now=MORNING)
    OutgoingMail.objects.update(state="sending")
    watched(vendor, dt.date(2027, 6, 30), responsible=manager)
    assert Reminder.objects.get().superseded_at is None
    assert len(mails("sending")) == 1


@pytest.mark.parametrize("how", ["no day", "unwatched"])
def test_a_day_that_is_gone_reminds_nobody_and_what_was_claimed_stays_to_be_seen(
    acme, manager, how
):
    vendor = thing(acme)
    watched(vendor, responsible=manager)
    actions.send_due_reminders(now=MORNING)
    if how == "unwatched":
        actions.unwatch(target=vendor)
    else:
        actions.watch(day=day(vendor, None))
    assert not WatchedDate.objects.exists()
    kept = Reminder.objects.get()
    assert (kept.watched, kept.superseded_at is None) == (None, False)
    assert mails() == []
    actions.watch(day=day(vendor, None))


def test_settled_stays_quiet_until_it_is_moved(acme, manager):
    vendor = thing(acme)
    watched(vendor, responsible=manager)
    WatchedDate.objects.update(settled_at=MORNING, next_at=None)
    watched(vendor, responsible=manager)
    assert actions.send_due_reminders(now=MORNING) == 0
    watched(vendor, DUE + dt.timedelta(days=1), responsible=manager)
    assert actions.send_due_reminders(now=MORNING) == 1


def test_who_takes_over_gets_what_was_not_sent_yet(acme, manager, viewer):
    vendor = thing(acme)
    watched(vendor, responsible=manager)
    actions.send_due_reminders(now=MORNING)
    watched(vendor, responsible=viewer)
    actions.send_due_reminders(now=MORNING)
    assert reminded() == [("30", "Vik")]
    assert [mail.to for mail in mails()] == [viewer.user.email]


def test_many_days_in_few_queries(acme, manager, django_assert_num_queries):
    vendors = [thing(acme, f"Vendor {number}") for number in range(12)]

    def days(due_on):
        return [day(vendor, due_on, responsible=manager) for vendor in vendors]

    with django_assert_num_queries(4):  # a savepoint, and within it a look and an insert
        actions.watch_days(days=days(DUE))
    with django_assert_num_queries(3):
        actions.watch_days(days=days(DUE))
    with django_assert_num_queries(8) as asked:
        actions.watch_days(days=days(DUE + dt.timedelta(days=1)))
    assert WatchedDate.objects.count() == 12, asked.captured_queries
    with django_assert_num_queries(11):
        actions.watch_days(days=days(None))
    assert not WatchedDate.objects.exists()


def test_nobody_of_another_organization_is_made_responsible(acme, outsider):
    with pytest.raises(OtherOrganization):
        watched(thing(acme), responsible=outsider)
