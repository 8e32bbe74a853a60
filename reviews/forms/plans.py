"""The plan of a contract's reviews, and what is said about one review before it is held."""

import datetime as dt
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Perm
from core.fields import DayField
from core.forms import PlainForm, VersionForm
from core.templatetags.ui import format_date
from reviews.models import Every, Review, ReviewPlan

MOST_DUE_DAYS = 90


def _people(organization: Any) -> Any:
    return organization.memberships.able_to(Perm.REVIEW_EDIT).by_name()


class PlanForm(VersionForm):
    """How often, from when on, by whom."""

    every = forms.ChoiceField(label="How often", choices=Every.choices)
    first_on = DayField(
        label="First period",
        help_text="Any day of the first period that you review. An earlier one adds the reviews since then.",
    )
    reviewer = forms.ModelChoiceField(
        label="Who holds the reviews", queryset=Membership.objects.none(), required=False
    )
    due_days = forms.IntegerField(
        label="Days to hold it",
        min_value=1,
        max_value=MOST_DUE_DAYS,
        help_text="So many days after the period ends it is due.",
    )
    satisfaction_threshold = forms.IntegerField(
        label="Satisfaction is low below … %",
        min_value=1,
        max_value=100,
        help_text="Service levels that are met while people are less satisfied than this raise an alarm.",
    )
    invites_vendor = forms.BooleanField(
        label="Ask the vendor for their view before each review",
        required=False,
        help_text="By a private link, once the period has ended, to the contract’s counterpart.",
    )

    def __init__(self, *args: Any, plan: ReviewPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        fields: dict[str, Any] = self.fields
        fields["reviewer"].queryset = _people(plan.organization)
        manager = plan.contract.manager
        fields["reviewer"].empty_label = f"Whoever runs the contract ({manager})"
        self.helper.layout = Layout(
            "version",
            Div("every", "first_on", css_class="field-pair"),
            Div("reviewer", "due_days", css_class="field-pair"),
            "satisfaction_threshold",
            "invites_vendor",
        )

    def clean_first_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["first_on"]
        starts_on = self.plan.contract.starts_on
        last = max(timezone.localdate(), starts_on or day) + dt.timedelta(days=366)
        if day > last:
            written = format_date(last, self.plan.organization)
            raise ValidationError(f"Begin within a year: by {written} at the latest.")
        if starts_on and day < starts_on and day != self.plan.first_on:
            written = format_date(starts_on, self.plan.organization)
            raise ValidationError(
                f"The contract starts on {written}. Choose that day or a later one."
            )
        return day


class DelegateForm(VersionForm):
    """Who holds this one review."""

    reviewer = forms.ModelChoiceField(
        label="Who holds it",
        queryset=Membership.objects.none(),
        required=False,
        help_text="They are reminded from now on. Only this review; the others stay as planned.",
    )

    def __init__(self, *args: Any, plan: ReviewPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["reviewer"].queryset = _people(plan.organization)
        usual = plan.reviewer or plan.contract.manager
        fields["reviewer"].empty_label = f"As planned ({usual})"


class PostponeForm(VersionForm):
    """Until when it may wait, and why."""

    due_on = DayField(label="Hold it by")
    reason = forms.CharField(
        label="Why",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays beside the review.",
    )

    def clean_due_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError("This day has passed. Choose today or a later one.")
        return day


class MissForm(VersionForm):
    """Why it was not held."""

    reason = forms.CharField(
        label="Why was it not held?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One sentence helps whoever reads the history later.",
    )


class CriteriaForm(VersionForm):
    """The version of the plan; the criteria themselves are rows of the editor."""


class HandOverForm(PlainForm):
    """Who takes over the reviews of somebody."""

    to = forms.ModelChoiceField(
        label="Who takes over?",
        queryset=Membership.objects.none(),
        empty_label="Choose",
        help_text="Somebody who may hold reviews: a Manager, Owner or Admin.",
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["to"].queryset = _people(member.organization).exclude(pk=member.pk)


def initial_of(row: ReviewPlan | Review, *names: str) -> dict[str, Any]:
    """What the form shows of the row."""
    return {name: getattr(row, name) for name in [*names, "version"]}
