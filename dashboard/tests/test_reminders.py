"""Reminders: what became of each, when they are sent, and how a person wants them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from activity.models import LogEntry, ReminderPreference, ReminderSettings
from core.tenancy import organization_scope
from dashboard.tests.watched import again, remind, watch

LIST, SETTINGS = "/o/acme/reminders/", "/o/acme/settings/reminders/"
FORM = {
    "days": "90, 60, 30, 7, 1",
    "hour": "8",
    "weekly_overdue": "on",
    "escalate_days": "14",
    "version": "1",
}


def kept(org) -> ReminderSettings:
    with organization_scope(org):
        return ReminderSettings.objects.get()


def states(page) -> list[str]:
    return [item.state[1] for item in page.context["deliveries"]]


# What became of each --------------------------------------------------------------------------------


def test_the_list_says_what_became_of_each_reminder(client, acme, manager, viewer, settings):
    settings.PUBLIC_URL = "https://portal.acme.example"
    row = watch(acme, 30)
    remind(row, manager)
    remind(row, manager, "queued", rule="7")
    remind(row, manager, "queued", rule="1", attempts=2, error="451 try later")
    remind(row, viewer, "sending", rule="overdue-1")
    remind(row, manager, "sent", rule="90", repeats=1)
    remind(row, manager, "cancelled", rule="60")
    remind(row, manager, "failed", rule="0", error="550 no such user")
    client.force_login(viewer.user)
    page = client.get(LIST)
    assert states(page) == [
        "Could not be sent",
        "Not needed any more",
        "Sent",
        "Being sent",
        "Trying again",
        "Waiting",
        "Waiting",
    ]
    for words in ("550 no such user", "451 try later", "Sent again once", "On the day"):
        assertContains(page, words)
    assertContains(page, "https://portal.acme.example/o/acme/contracts/", count=1)
    assert states(client.get(f"{LIST}?show=undelivered")) == ["Could not be sent"]
    assert states(client.get(f"{LIST}?show=waiting")) == [
        "Being sent",
        "Trying again",
        "Waiting",
        "Waiting",
    ]
    assert states(client.get(f"{LIST}?show=mine")) == ["Being sent"]
    assert len(states(client.get(f"{LIST}?show=x"))) == 7


def test_reminders_of_things_that_are_gone_still_stand_there(client, acme, manager):
    row = watch(acme, 3, "Gone")
    remind(row, manager, "sent")
    with organization_scope(acme):
        row.delete()
    client.force_login(manager.user)
    assertContains(client.get(LIST), "Gone")


def test_nothing_of_others_is_in_the_list(client, globex, outsider, viewer):
    remind(watch(globex, 3, "Globex secret"), outsider, "failed")
    client.force_login(viewer.user)
    assertContains(client.get(LIST), "Nobody has been reminded yet")
    assertContains(client.get(f"{LIST}?show=undelivered"), "No reminder fits")


def test_the_number_of_queries_is_constant(client, acme, manager, viewer):
    client.force_login(viewer.user)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(LIST)
        return len(seen)

    remind(watch(acme, 3), manager, "sent")
    queries()
    one = queries()
    for member in (manager, viewer):
        remind(watch(acme, 4), member, "failed")
        remind(watch(acme, 5), member)
    assert queries() == one
    assert one <= 6


# How a person wants them ----------------------------------------------------------------------------


def test_a_person_chooses_a_mail_for_each(client, acme, viewer):
    client.force_login(viewer.user)
    for _ in range(2):
        assert client.post(f"{LIST}way/", {"way": "at_once"}).url == LIST
    with organization_scope(acme):
        assert ReminderPreference.objects.get(member=viewer).way == "at_once"
        assert LogEntry.objects.filter(verb="reminders.way_chosen").count() == 1
    page = client.get(LIST)
    assert page.context["form"].initial == {"way": "at_once"}
    page = client.post(f"{LIST}way/", {"way": "never"}, follow=True)
    assertContains(page, "Choose one of the two ways")


# When they are sent ---------------------------------------------------------------------------------


def test_the_settings_show_a_day_reminded_by_them(client, acme, admin):
    acme.time_zone = "Europe/Berlin"
    acme.save()
    client.force_login(admin.user)
    page = client.get(SETTINGS)
    year = page.context["example_on"].year
    shown = [f"{day:%d %m}" for day in page.context["example_days"]]
    if year % 4:
        assert shown == ["31 12", "30 01", "01 03", "24 03", "30 03"]
    assertContains(page, "at 08:00 Europe/Berlin")


def test_settings_are_saved_and_every_open_day_is_looked_at_anew(client, acme, admin):
    row, settled = watch(acme, 40), watch(acme, 41, settled_at="2026-01-01T00:00:00Z")
    client.force_login(admin.user)
    body = FORM | {
        "days": " 7; 30,30 , 120",
        "days_contract_notice": "180 90",
        "hour": "6",
        "quiet_weekends": "on",
        "escalate_days": "",
    }
    assert client.post(SETTINGS, body).status_code == 302
    found = kept(acme)
    assert (found.days, found.days_by_kind) == ([120, 30, 7], {"contract.notice": [180, 90]})
    assert (found.hour, found.quiet_weekends, found.escalate_days) == (6, True, None)
    assert (found.version, found.weekly_overdue) == (2, True)
    assert again(row).next_at is not None
    assert again(settled).next_at is None
    page = client.get(SETTINGS)
    assertContains(page, 'value="180, 90"')
    with organization_scope(acme):
        assert LogEntry.objects.filter(verb="reminders.changed").count() == 1
    client.post(SETTINGS, body | {"version": "2"})  # the same again changes nothing
    assert kept(acme).version == 2


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("days", "", "This field is required"),
        ("days", "90, soon", "“soon” is no number of days"),
        ("days", "-3", "“-3” is no number of days"),
        ("days", "1.5", "is no number of days"),
        ("days", "٣", "is no number of days"),
        ("days", "900", "900 days are too many"),
        ("days", "9" * 100, "days are too many"),
        ("days", " ".join(map(str, range(13))), "These are 13 days; 12 at most"),
        ("days_contract_end", "x", "“x” is no number of days"),
        ("hour", "24", "Select a valid choice"),
        ("escalate_days", "-1", "greater than or equal to 0"),
    ],
)
def test_wrong_settings_are_refused_at_their_field(client, acme, admin, field, value, words):
    client.force_login(admin.user)
    page = client.post(SETTINGS, FORM | {field: value})
    assertContains(page, words, status_code=422)
    assert list(page.context["form"].errors) == [field]
    with organization_scope(acme):
        assert not ReminderSettings.objects.exists()


def test_who_is_second_sees_both_versions(client, acme, admin):
    client.force_login(admin.user)
    client.post(SETTINGS, FORM | {"days": "50", "days_contract_key": "9"})
    page = client.post(SETTINGS, FORM | {"days": "20, 10"})
    assert page.status_code == 409
    assert page.context["differing"] == [
        ("Days before", "50", "20, 10"),
        ("Check a key", "9", "–"),
    ]
    assert kept(acme).days == [50]
    client.post(
        SETTINGS, FORM | {"days": "20, 10", "version": page.context["form"].data["version"]}
    )
    assert (kept(acme).days, kept(acme).days_by_kind) == ([20, 10], {})


def test_only_admins_set_them(client, owner):
    client.force_login(owner.user)
    assert client.get(SETTINGS).status_code == 403
    assertNotContains(client.get("/o/acme/calendar/"), SETTINGS)
