"""A rule that starts corrective actions by itself."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms

from core.forms import PlainForm, VersionForm
from reviews.action_rules import MOST_WINDOWS
from reviews.forms.people import hidden, pair
from reviews.models import Issue


class RuleFields(PlainForm):
    """So many misses of one service level in so many windows."""

    misses = forms.IntegerField(label="How many misses", min_value=1, max_value=MOST_WINDOWS)
    windows = forms.IntegerField(
        label="In how many windows",
        min_value=1,
        max_value=MOST_WINDOWS,
        help_text="A window is the month, quarter or year over which the level is measured.",
    )
    severity = forms.ChoiceField(label="How bad the issue is", choices=Issue.Severity.choices)
    due_days = forms.IntegerField(label="Action due within … days", min_value=1, max_value=365)
    is_active = forms.BooleanField(
        label="Starts actions", required=False, help_text="Untick to pause the rule."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            *hidden(self),
            pair("misses", "windows"),
            pair("severity", "due_days"),
            "is_active",
        )


class RuleForm(RuleFields):
    """A new rule."""


class EditRuleForm(RuleFields, VersionForm):
    """A rule that is there."""
