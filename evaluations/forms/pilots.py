"""Preparing a pilot, its success criteria, what was measured, and the decision."""

from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from accounts.models import Organization
from accounts.permissions import Perm
from core.fields import DayField, NumberField, PaperField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from evaluations.models import (
    Candidate,
    Evaluation,
    EvaluationCriterion,
    Pilot,
    PilotCriterion,
)
from evaluations.pilots import scale_of

DEAREST = 999_999_999_999


def _reason(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class PilotFields(PlainForm):
    """What is tried, when, for how much, and who runs it. Everything may wait until the pilot starts."""

    scope = forms.CharField(
        label="What is tried",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A small, real part of the work: which users, which tasks, and what is left out.",
    )
    starts_on = DayField(label="First day", required=False)
    ends_on = DayField(label="Last day", required=False)
    budget = NumberField(
        label="Budget",
        required=False,
        min_value=0,
        max_value=DEAREST,
        max_digits=14,
        decimal_places=2,
    )
    manager = forms.ModelChoiceField(
        label="Who runs it",
        queryset=EvaluationCriterion.objects.none(),
        required=False,
        empty_label="Nobody yet",
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["manager"].queryset = organization.memberships.able_to(
            Perm.EVALUATION_MANAGE
        ).by_name()
        fields["budget"].label = f"Budget ({organization.currency})"
        shared = ["scope", Div("starts_on", "ends_on", css_class="field-pair")]
        shared.append(Div("budget", "manager", css_class="field-pair"))
        own = [name for name in self.fields if name not in PilotFields.base_fields]
        self.helper.layout = Layout(*own, *shared)


class NewPilotForm(PilotFields, CreateOnceForm):
    candidate = forms.ModelChoiceField(
        label="With whom", queryset=Candidate.objects.none(), empty_label="Choose …"
    )

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["candidate"]
        field.queryset = evaluation.candidates.exclude(vendor=None).order_by("position", "pk")


class EditPilotForm(PilotFields, VersionForm):
    pass


class PilotCriterionForm(VersionForm):
    """One thing that the pilot has to show."""

    text = LineField(
        label="What is measured",
        max_length=300,
        help_text="For example “First response during the day”.",
    )
    comparator = forms.ChoiceField(
        label="It counts as a success with",
        choices=[("", "Choose …"), *PilotCriterion.Comparator.choices],
    )
    target = NumberField(label="Target", max_digits=14, decimal_places=4)
    unit = LineField(label="Unit", max_length=30, required=False)
    criterion = forms.ModelChoiceField(
        label="Stands for the criterion",
        queryset=EvaluationCriterion.objects.none(),
        required=False,
        empty_label="None: it is only a target",
        help_text="Then what is measured replaces the estimates of this candidate on it.",
    )

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["criterion"]
        field.queryset = evaluation.criteria.order_by("position", "pk")
        self.helper.layout = Layout(
            "version",
            "text",
            Div("comparator", "target", "unit", css_class="field-row"),
            "criterion",
        )


class MeasureForm(VersionForm):
    """What came out, what it rests on, and the mark that follows."""

    value = NumberField(label="Measured", max_digits=14, decimal_places=4)
    measured_on = DayField(label="On")
    evidence = LineField(
        label="What it rests on",
        max_length=500,
        help_text="For example “export of our ticket system, 212 tickets”.",
    )
    file = PaperField(label="Proof, as a file", required=False)
    mark = forms.CharField(label="Mark that follows", required=False, max_length=40)
    mark_reason = LineField(label="Why this mark", required=False, max_length=500)

    def __init__(self, *args: Any, line: PilotCriterion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if line.unit:
            self.fields["value"].label = f"Measured ({line.unit})"
        if line.criterion is None:
            del self.fields["mark"], self.fields["mark_reason"]
            return
        scale = scale_of(line.criterion)
        self.fields["mark"].label = f"Mark on “{line.criterion}”"
        self.fields["mark"].help_text = (
            f"From {scale.worst.normalize():f} (worst) to {scale.best.normalize():f} (best). It counts"
            " instead of what was estimated. Empty: the estimates go on counting."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        return {"mark": "", "mark_reason": "", **cleaned}


class ExtendForm(VersionForm):
    ends_on = DayField(label="New last day")
    reason = _reason("Why it takes longer")


class DecidePilotForm(VersionForm):
    decision = forms.ChoiceField(
        label="Decision", choices=Pilot.Decision.choices, widget=forms.RadioSelect
    )
    reason = _reason("Why")
    spent = NumberField(
        label="What it cost",
        required=False,
        min_value=0,
        max_value=DEAREST,
        max_digits=14,
        decimal_places=2,
    )
