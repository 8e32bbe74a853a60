"""How far one goal is, and when a survey comes again."""

from django import forms

from core.fields import NumberField
from core.forms import LineField, PlainForm


class GoalCheckForm(PlainForm):
    """The number and a few words; drawn by reviews/includes/goal_check.html. Empty: not said."""

    version = forms.IntegerField(min_value=0)
    value = NumberField(label="How far is it?", max_digits=14, decimal_places=4, required=False)
    note = LineField(label="Note", max_length=500, required=False)
