"""Putting a watched day off, settling it, and taking both back."""

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from activity.actions import send_due_reminders
from activity.models import LogEntry, OutgoingMail, Reminder
from core.tenancy import ALL, organization_scope
from dashboard.tests.watched import again, in_days, remind, watch

REASON = "They answer in May"


@pytest.fixture
def day(acme, manager):
    return watch(acme, 20, responsible=manager)


def snooze(client, day, until=10, reason=REASON, version=1):
    body = {"until_on": in_days(until).isoformat(), "reason": reason, "version": version}
    return client.post(f"{day.get_absolute_url()}snooze/", body)


def settle(client, day, note="We keep it", version=1):
    return client.post(f"{day.get_absolute_url()}settle/", {"note": note, "version": version})


def verbs(day) -> list[str]:
    with organization_scope(day.organization):
        lines = LogEntry.objects.about(day).order_by("pk")
        return [line.verb for line in lines]


def test_a_day_is_put_off_with_a_reason_and_woken_again(client, day, manager):
    with organization_scope(day.organization):
        waiting = remind(day, manager)
    client.force_login(manager.user)
    page = snooze(client, day)
    assert (page.status_code, page.url) == (302, day.get_absolute_url())
    row = again(day)
    assert (row.snoozed_until_on, row.snooze_reason, row.snoozed_by) == (
        in_days(10),
        REASON,
        manager,
    )
    assert row.next_at is not None  # the engine works out the rest
    assert again(waiting).superseded_at is not None
    assertContains(client.get(row.get_absolute_url()), REASON)
    client.post(f"{day.get_absolute_url()}wake/")
    row = again(day)
    assert (row.snoozed_until_on, row.snooze_reason, row.snoozed_by) == (None, "", None)
    client.post(f"{day.get_absolute_url()}wake/")
    assert verbs(day) == ["watched_date.snoozed", "watched_date.woken"]


@pytest.mark.parametrize(
    ("until", "words"),
    [(0, "Choose a day after today."), (20, "Choose a day before"), (25, "when it is due")],
)
def test_never_past_the_day_itself(client, day, manager, until, words):
    client.force_login(manager.user)
    page = snooze(client, day, until)
    assertContains(page, words, status_code=422)
    assertContains(page, REASON, status_code=422)
    assert (again(day).snoozed_until_on, verbs(day)) == (None, [])


def test_what_is_overdue_can_not_be_put_off(client, acme, manager):
    late = watch(acme, -3)
    client.force_login(manager.user)
    assertNotContains(client.get(late.get_absolute_url()), "/snooze/")
    assert snooze(client, late, 2).status_code == 422


def test_a_reason_is_needed(client, day, manager):
    client.force_login(manager.user)
    assertContains(snooze(client, day, reason=""), "This field is required", status_code=422)
    assertContains(settle(client, day, note=" "), "This field is required", status_code=422)


def test_a_day_is_settled_and_that_is_taken_back(client, day, owner):
    with organization_scope(day.organization):
        sent, waiting = remind(day, owner, "sent"), remind(day, owner, rule="7")
    client.force_login(owner.user)
    assert settle(client, day).status_code == 302
    row = again(day)
    assert (row.settled_note, row.settled_by, row.next_at) == ("We keep it", owner, None)
    with organization_scope(day.organization):
        kept = Reminder.objects.filter(superseded_at=None)
        assert list(kept) == [sent]
    assert again(waiting).superseded_at is not None
    assertContains(client.get(row.get_absolute_url()), "Nobody is reminded of it any more")
    for _ in range(2):
        client.post(f"{day.get_absolute_url()}reopen/")
    row = again(day)
    assert (row.settled_at, row.settled_note, row.settled_by) == (None, "", None)
    assert row.next_at is not None
    assert verbs(day) == ["watched_date.settled", "watched_date.reopened"]


def test_sent_twice_it_is_settled_once(client, day, owner, manager):
    client.force_login(manager.user)
    settle(client, day)
    assertContains(settle(client, day, "Twice"), "settled already", status_code=422)
    assertContains(snooze(client, day), "settled already", status_code=422)
    client.post(f"{day.get_absolute_url()}wake/")
    assert (again(day).settled_note, verbs(day)) == ("We keep it", ["watched_date.settled"])


def test_who_is_second_sees_what_changed(client, day, manager):
    client.force_login(manager.user)
    snooze(client, day)
    page = snooze(client, day, 5, "Mine")
    assertContains(page, "Somebody changed this", status_code=409)
    assertContains(page, REASON, status_code=409)
    assertContains(page, 'value="Mine"', status_code=409)
    assert again(day).snooze_reason == REASON
    version = page.context["form"].data["version"]
    assert snooze(client, day, 5, "Mine", version).status_code == 302
    assert again(day).snooze_reason == "Mine"


@pytest.mark.parametrize("what", ["snooze", "settle", "wake", "reopen"])
def test_only_managers_may(client, day, evaluator, what):
    client.force_login(evaluator.user)
    assert client.post(f"{day.get_absolute_url()}{what}/").status_code == 403


def test_the_sender_keeps_to_it(client, day, manager):
    """Nothing while it is put off or settled; when that is taken back, what is due by then."""

    def reminded() -> list[str]:
        with organization_scope(ALL):
            send_due_reminders(now=timezone.now() + dt.timedelta(days=1))
            return list(Reminder.objects.filter(superseded_at=None).values_list("rule", flat=True))

    client.force_login(manager.user)
    snooze(client, day)
    assert reminded() == []
    settle(client, day, version=2)
    assert reminded() == []
    client.post(f"{day.get_absolute_url()}reopen/")
    assert reminded() == []
    client.post(f"{day.get_absolute_url()}wake/")
    assert reminded() == ["30"]
    settle(client, day, version=5)
    with organization_scope(ALL):
        states = list(OutgoingMail.objects.values_list("state", flat=True))
    assert states == ["cancelled"]  # the digest that was about to go out
    assert reminded() == []


@pytest.mark.parametrize("kind", ["review.due", "renewal.decide", "action.due", "security.check"])
def test_what_is_recorded_elsewhere_is_not_settled_here(client, acme, manager, kind):
    """Else a review would be missed silently, and an action be done without evidence."""
    day = watch(acme, 20, kind=kind, responsible=manager)
    client.force_login(manager.user)
    page = client.get(day.get_absolute_url())
    assertContains(page, "Put off")
    assertNotContains(page, "settle/")
    assertContains(settle(client, day), "ends by itself", status_code=422)
    assert again(day).settled_at is None
