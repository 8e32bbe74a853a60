"""Kinds of watched days and rules of reminders in words."""

from importlib import import_module

import pytest
from django.apps import apps

from activity.kinds import KINDS, kind_choices, kind_of, rule_in_words
from activity.models import ReminderSettings
from activity.schedule import USUAL_DAYS_BY_KIND
from core.templatetags.icons import icon
from core.tenancy import ALL, organization_scope


def test_every_kind_has_words_and_an_icon():
    for name, kind in KINDS.items():
        assert kind.label
        assert kind.advice.endswith(".")
        assert icon(kind.icon)
        assert (name, kind.label) in kind_choices()


def test_a_kind_of_tomorrow_has_words_as_well():
    assert kind_of("reviews.follow_up").label == "Follow up"
    assert kind_of("x").label == "X"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("90", "90 days before"),
        ("1", "1 day before"),
        ("0", "On the day"),
        ("overdue-1", "Overdue, week 1"),
        ("escalation", "Escalated: nothing was done"),
        ("snooze-2026-05-01", "It was put off until 2026-05-01"),
        ("overdue", "overdue"),
        ("else", "else"),
    ],
)
def test_rules_in_words(rule, words):
    assert rule_in_words(rule) == words


@pytest.mark.django_db
def test_who_saved_reminders_before_gets_the_usual_days_of_newer_kinds(acme):
    migrations = [
        import_module(f"activity.migrations.{name}")
        for name in ("0006_days_of_new_kinds", "0008_days_of_plan_and_source")
    ]
    with organization_scope(ALL):
        kept = {"gap.due": [3]}
        row = ReminderSettings.objects.create(organization=acme, days_by_kind=kept)
        for migration in migrations:
            migration.add_days(apps, None)
        row.refresh_from_db()
    added = {kind: list(USUAL_DAYS_BY_KIND[kind]) for kind in row.days_by_kind} | kept
    assert row.days_by_kind == added
    newest = {"credential.expires", "goal.due", "pilot.end", "proposal.deadline", "survey.prepare"}
    assert newest <= added.keys()
