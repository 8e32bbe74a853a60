"""The decision about the weights: one person's answer, several people's together, or weights of one's own."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from core.fields import NumberField
from core.forms import VersionForm
from evaluations import weighting
from evaluations.criteria import CriterionDraft
from evaluations.forms.weighting import NUMBER
from evaluations.weight_answers import Decision
from evaluations.weighting import OWN

ONE, SEVERAL = "one", "several"


class DecisionForm(VersionForm):
    """One person's answer, several people's together, or weights of one's own."""

    choice = forms.ChoiceField(
        label="Whose weights count?",
        choices=[(ONE, "One"), (SEVERAL, "Several"), (OWN, "Own")],
        error_messages={"required": "Choose where the weights come from."},
    )
    one = forms.CharField(required=False, max_length=50)
    people = forms.MultipleChoiceField(required=False)
    reason = forms.CharField(
        label="Why so?",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        help_text="Stands on the set-up page and in the history.",
    )

    def __init__(
        self, data: QueryDict | None, *, drafts: Sequence[CriterionDraft], version: int
    ) -> None:
        super().__init__(data, initial={"version": version})
        self.drafts = drafts
        sent = data.getlist("people") if data is not None else []
        self.fields["people"].choices = [(key, key) for key in sent]  # type: ignore[attr-defined]
        for draft in drafts:
            field = NumberField(
                label=f"Weight of {draft.name}",
                required=False,
                min_value=0,
                max_value=100,
                decimal_places=3,
                max_digits=6,
                initial=f"{draft.weight.normalize():f}",
            )
            field.widget.attrs.update(NUMBER)
            self.fields[f"own-{draft.row}"] = field

    @property
    def own_rows(self) -> list[tuple[CriterionDraft, Any]]:
        return [(draft, self[f"own-{draft.row}"]) for draft in self.drafts]

    @property
    def chosen(self) -> list[str]:
        """Keys of the answers that are ticked, for showing the form again."""
        return self.data.getlist("people") if self.is_bound else []  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("choice") != OWN:
            for draft in self.drafts:
                self.errors.pop(f"own-{draft.row}", None)
        if data.get("choice") == ONE and not data.get("one"):
            self.add_error("one", "Choose whose answer.")
        if data.get("choice") == SEVERAL and not data.get("people"):
            self.add_error("people", "Tick at least one person.")
        if data.get("choice") == OWN:
            for draft in self.drafts:
                name = f"own-{draft.row}"
                if name not in self.errors and data.get(name) is None:
                    self.add_error(name, f"Write the weight of {draft.name}; 0 if it has none.")
        return data

    @property
    def decision(self) -> Decision:
        data = self.cleaned_data
        if data["choice"] == OWN:
            own = {pk: data[f"own-{pk}"] for pk in weighting.ids_of(self.drafts)}
            return Decision(own=own, reason=data["reason"])
        keys = [data["one"]] if data["choice"] == ONE else data["people"]
        return Decision(answers=keys, reason=data["reason"])
