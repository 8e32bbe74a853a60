"""Services, and the questions about handing one over. Nothing is answered beforehand."""

from typing import Any

from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms

from core.fields import NumberField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from planning.models import Service
from planning.needs import QUESTIONS
from planning.starters import STARTERS

NOT_SAID = ("", "Not said yet")
PARTS = {
    "gain": "What you would gain",
    "ease": "How easily it is handed over",
    "safety": "What could go wrong",
}


class ServiceFields(PlainForm):
    """What the service is, how much of it there is, and what hangs on it."""

    name = LineField(label="Name", max_length=120, help_text="For example Help desk.")
    description = forms.CharField(
        label="What is done",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What somebody would have to do for you, in plain words.",
    )
    sourcing = forms.ChoiceField(
        label="Who does it today",
        required=False,
        choices=[NOT_SAID, *Service.Sourcing.choices],
    )
    users = forms.IntegerField(
        label="Users",
        required=False,
        min_value=0,
        max_value=10_000_000,
        help_text="People who rely on it.",
    )
    devices = forms.IntegerField(label="Devices", required=False, min_value=0, max_value=10_000_000)
    volume = NumberField(
        label="How much a month",
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text="For example 120.",
    )
    volume_unit = LineField(
        label="Counted in", required=False, max_length=40, help_text="For example tickets."
    )
    criticality = forms.ChoiceField(
        label="How badly you need it",
        required=False,
        choices=[NOT_SAID, *Service.Criticality.choices],
    )
    sensitivity = forms.ChoiceField(
        label="How delicate its data is",
        required=False,
        choices=[NOT_SAID, *Service.Sensitivity.choices],
    )
    bearable_outage_hours = NumberField(
        label="Longest bearable outage, in hours",
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        help_text="After that it really hurts. 24 for a day.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = [name for name in ("creation_key", "version") if name in self.fields]
        self.helper.layout = Layout(
            *hidden,
            Fieldset("The service", "name", "description", "sourcing"),
            Fieldset(
                "How much of it there is",
                Div("users", "devices", css_class="field-pair"),
                Div("volume", "volume_unit", css_class="field-pair"),
            ),
            Fieldset(
                "What hangs on it",
                Div("criticality", "sensitivity", css_class="field-pair"),
                "bearable_outage_hours",
            ),
        )

    def clean(self) -> dict[str, Any]:
        """A number of something must say of what."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("volume") is not None and not data.get("volume_unit"):
            self.add_error("volume_unit", "Say what is counted, for example tickets.")
        return data


class ServiceForm(ServiceFields, CreateOnceForm):
    """A new service."""


class EditServiceForm(ServiceFields, VersionForm):
    """A service that is there."""


class StartersForm(PlainForm):
    """The usual services, several at once; `there` are the keys that the firm has already."""

    starters = forms.MultipleChoiceField(
        label="The usual services",
        widget=forms.CheckboxSelectMultiple,
        choices=[(starter.key, starter.name) for starter in STARTERS],
        error_messages={"required": "Tick at least one service."},
    )


class NeedsForm(VersionForm):
    """Every question with its five answers; each may stay open."""

    criticality = ServiceFields.base_fields["criticality"]
    sensitivity = ServiceFields.base_fields["sensitivity"]
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What should be remembered about these answers.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            choices = [(number, text) for number, text in enumerate(question.answers, start=1)]
            self.fields[question.key] = forms.TypedChoiceField(
                label=question.text,
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", "Not said yet"), *choices],
                widget=forms.RadioSelect,
            )
        sections = [
            Fieldset(title, *[row.key for row in QUESTIONS if row.part == part])
            for part, title in PARTS.items()
        ]
        sections[-1].fields += [
            HTML('<p class="muted">The next two stand in the service itself as well.</p>'),
            Div("criticality", "sensitivity", css_class="field-pair"),
        ]
        self.helper.layout = Layout("version", *sections, "note")
