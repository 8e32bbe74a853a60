"""How far one goal is, and when a survey comes again."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from contracts.models import Contract
from core.fields import DayField, NumberField
from core.forms import LineField, PlainForm
from reviews.models import SurveyTemplate
from reviews.models.schedule import Every


class GoalCheckForm(PlainForm):
    """The number and a few words; drawn by reviews/includes/goal_check.html. Empty: not said."""

    version = forms.IntegerField(min_value=0)
    value = NumberField(label="How far is it?", max_digits=14, decimal_places=4, required=False)
    note = LineField(label="Note", max_length=500, required=False)


class SurveyScheduleForm(PlainForm):
    """How often these people are asked, from when on, and what."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    every = forms.ChoiceField(label="How often", choices=[("", "Choose"), *Every.choices])
    next_on = DayField(
        label="Next on",
        help_text="On this day a draft is laid ready; you look through it and send it.",
    )
    template = forms.ModelChoiceField(
        SurveyTemplate.objects.none(),
        label="Questions",
        required=False,
        empty_label="The usual ones",
    )

    def __init__(self, *args: Any, contract: Contract, audience: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        templates: Any = self.fields["template"]
        rows = contract.organization.surveytemplate_set.filter(archived_at=None, audience=audience)
        templates.queryset = rows.order_by("name", "pk")

    def clean_next_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["next_on"]
        if day <= timezone.localdate():
            raise ValidationError("Choose a day after today.")
        return day
