"""Phases, tasks and handover entries of a transition."""

from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from accounts.models import Membership
from contracts.actions.handover import TEXTS
from contracts.forms.secrets import discard_secrets
from contracts.models import Contract, HandoverItem, TransitionPhase, TransitionTask
from contracts.models.transition import Side
from core.fields import DayField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm, differences

TO_DO = [("", "Choose"), *Side.choices]


class PhaseFields(forms.Form):
    """A phase has a name."""

    name = LineField(label="Name", max_length=120, help_text="For example “Run side by side”.")


class PhaseForm(PhaseFields, CreateOnceForm):
    """A new phase."""


class EditPhaseForm(PhaseFields, VersionForm):
    """A phase that is there."""


class TaskFields(PlainForm):
    """A task of one contract's plan; `task` is the one that is edited."""

    title = LineField(label="Task", max_length=200)
    phase = forms.ModelChoiceField(
        label="Phase", queryset=TransitionPhase.objects.none(), empty_label="Choose"
    )
    side = forms.ChoiceField(label="Who does it", choices=TO_DO)
    owner = forms.ModelChoiceField(
        label="Our person",
        queryset=Membership.objects.none(),
        required=False,
        empty_label="Nobody named",
        help_text="Is reminded. Without one, the delegated manager is.",
    )
    owner_name = LineField(
        label="Their person",
        max_length=200,
        required=False,
        help_text="If the vendor does it. The delegated manager is reminded to ask.",
    )
    starts_on = DayField(label="Begins on", required=False)
    due_on = DayField(label="Due on")
    after = forms.ModelMultipleChoiceField(
        label="Only after",
        queryset=TransitionTask.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tasks that have to be done before it.",
    )
    acceptance = LineField(
        label="Accepted when",
        max_length=500,
        required=False,
        help_text="How you will see that it is done. With this, somebody has to accept it.",
    )
    note = LineField(label="Note", max_length=500, required=False)

    def __init__(
        self, *args: Any, contract: Contract, task: TransitionTask | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["phase"].queryset = contract.phases.order_by("position", "pk")
        fields["owner"].queryset = contract.organization.memberships.current().by_name()
        others = contract.organization.transitiontask_set.filter(phase__contract=contract)
        if task:
            others = others.exclude(pk=task.pk)
        fields["after"].queryset = others.order_by("due_on", "position", "pk")
        if not others:
            del fields["after"]
        hidden = [name for name in ("creation_key", "version") if name in fields]
        self.helper.layout = Layout(
            *hidden,
            "title",
            Div("phase", "side", css_class="field-pair"),
            Div("owner", "owner_name", css_class="field-pair"),
            Div("starts_on", "due_on", css_class="field-pair"),
            "acceptance",
            *(["after"] if "after" in fields else []),
            "note",
        )


class TaskForm(TaskFields, CreateOnceForm):
    """A new task."""


class EditTaskForm(TaskFields, VersionForm):
    """A task that is there."""


class HandoverFields(PlainForm):
    """Training, documentation or access that one side owes the other."""

    title = LineField(label="What", max_length=200)
    kind = forms.ChoiceField(label="Kind", choices=[("", "Choose"), *HandoverItem.Kind.choices])
    side = forms.ChoiceField(label="Given by", choices=TO_DO)
    audience = LineField(label="For whom", max_length=200, required=False)
    due_on = DayField(label="Due on", required=False)
    kept_at = LineField(
        label="Where it is kept",
        max_length=300,
        required=False,
        help_text="A folder, a wiki page or an address. No passwords.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = [name for name in ("creation_key", "version") if name in self.fields]
        self.helper.layout = Layout(
            *hidden,
            "title",
            Div("kind", "side", css_class="field-pair"),
            Div("audience", "due_on", css_class="field-pair"),
            "kept_at",
        )

    def clean(self) -> dict[str, Any]:
        """An access that is handed over is noted without its password."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        discard_secrets(self, TEXTS)
        return data


class HandoverForm(HandoverFields, CreateOnceForm):
    """A new entry."""


class EditHandoverForm(HandoverFields, VersionForm):
    """An entry that is there."""


class DayForm(PlainForm):
    """The day on which something was done."""

    done_on = DayField(label="Done on")


def task_differences(form: forms.Form, stored: TransitionTask) -> list[tuple[str, str, str]]:
    """For a stale form: what is stored now beside what this person wrote; the order of tasks in titles."""
    after = list(stored.after.order_by("due_on", "position", "pk"))
    mine = list(form.cleaned_data.pop("after", []))
    rows = differences(form, stored)
    if {one.pk for one in after} != {one.pk for one in mine}:
        rows.append(("Only after", ", ".join(map(str, after)), ", ".join(map(str, mine))))
    form.cleaned_data["after"] = mine
    return rows
