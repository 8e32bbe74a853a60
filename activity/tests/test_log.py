"""The audit trail: what is written, who sees what is sealed, how it reads."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from accounts.models import Membership
from activity import log
from activity.models import LogEntry
from activity.words import in_words, verb_in_words
from core.tenancy import ALL, organization_scope


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (Decimal("12.50"), "12.50"),
        (dt.date(2026, 12, 31), "2026-12-31"),
        (dt.datetime(2026, 12, 31, 23, 59, tzinfo=dt.UTC), "2026-12-31 23:59:00+00:00"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({1: Decimal(2)}, {"1": "2"}),
        ((None, True, 3), [None, True, 3]),
        ("text", "text"),
    ],
)
def test_values_are_kept_without_loss(value, kept):
    assert log.plain(value) == kept


def test_a_row_is_kept_by_its_name(viewer):
    assert log.plain({"owner": viewer}) == {"owner": "Vik"}


def test_only_what_changed_is_noted(acme):
    before, after = log.apply_changes(acme, {"name": "New", "currency": "EUR"})
    assert (before, after, acme.name) == ({"name": "Acme"}, {"name": "New"}, "New")


def test_a_line_says_who_did_what_to_which_row(acme, admin):
    line = log.record(by=admin, verb="member.role_changed", target=admin, after={"role": "Owner"})
    assert (line.organization, line.actor, line.actor_name) == (acme, admin, "Ada")
    assert (line.target_type, line.target_id, line.target_name) == (
        "accounts.membership",
        admin.pk,
        "Ada",
    )
    assert str(line) == "Ada: member.role_changed Ada"
    assert line.changes == [("Role", "–", "Owner")]


def test_what_nobody_did_was_done_by_the_portal(acme):
    assert log.record(by=None, verb="x.done", target=acme).actor_name == "Portal"


def test_sealed_lines_are_seen_by_their_actor_only(acme, admin, viewer):
    with organization_scope(acme):
        log.record(by=viewer, verb="score.saved", target=acme, sealed=True)
        log.record(by=None, verb="score.imported", target=acme, sealed=True)
        log.record(by=admin, verb="organization.changed", target=acme)
        seen = {
            member.name: [line.verb for line in acme.logentry_set.visible_to(member).order_by("pk")]
            for member in (admin, viewer)
        }
    assert seen == {
        "Ada": ["organization.changed"],
        "Vik": ["score.saved", "organization.changed"],
    }


def test_the_history_of_one_row(acme, admin, viewer):
    for target in (admin, viewer, acme):
        log.record(by=admin, verb="x.done", target=target)
    with organization_scope(acme):
        found = LogEntry.objects.about(viewer).newest_first()
        assert [line.target_name for line in found] == ["Vik"]


def test_lines_outlive_the_name_of_their_actor(acme, viewer):
    line = log.record(by=viewer, verb="x.done", target=acme)
    viewer.user.name = "Victor"
    viewer.user.save()
    with organization_scope(ALL):
        line.refresh_from_db()
    assert line.actor_name == "Vik"
    assert Membership.objects.get(pk=viewer.pk).name == "Victor"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        ("", "–"),
        ([], "–"),
        (0, "0"),
        (False, "no"),
        (True, "yes"),
        (["EN", "DE"], "EN, DE"),
        ({"Quality": "30", "Cost": None}, "Quality: 30, Cost: –"),
        ("30.0", "30.0"),
    ],
)
def test_values_in_words(value, words):
    assert in_words(value) == words


def test_verbs_in_words():
    assert verb_in_words("vendor.status_changed") == "Vendor status changed"
