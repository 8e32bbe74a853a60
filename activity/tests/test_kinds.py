"""Kinds of watched days and rules of reminders in words."""

import pytest

from activity.kinds import KINDS, kind_choices, kind_of, rule_in_words
from core.templatetags.icons import icon


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
