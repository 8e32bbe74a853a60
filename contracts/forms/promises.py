"""Where one promise of the vendor stands."""

import uuid
from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from contracts.clauses import CLAUSES
from contracts.models import Contract, HandoverItem, PromisePlace
from core.fields import DayField
from core.forms import LineField, PlainForm

Kind = PromisePlace.Kind
KINDS = [
    (Kind.CLAUSE.value, "In a clause"),
    (Kind.LEVEL.value, "In a service level, so that it is measured"),
    (Kind.DELIVERABLE.value, "As a deliverable, with a day"),
    (Kind.DROPPED.value, "Nowhere: drop it knowingly"),
]


class PlaceForm(PlainForm):
    """One of four places, each with what it needs; static/promises.css shows the chosen one's fields."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    kind = forms.ChoiceField(label="Where does it go?", choices=KINDS, widget=forms.RadioSelect)
    clause = forms.ChoiceField(
        label="Clause",
        required=False,
        choices=[("", "Choose"), *((clause.key, clause.name) for clause in CLAUSES)],
        help_text="It is marked as negotiated, if it was not found yet.",
    )
    level = forms.TypedChoiceField(
        label="Service level", required=False, coerce=uuid.UUID, empty_value=None
    )
    deliverable: Any = forms.ModelChoiceField(
        label="Deliverable", queryset=None, required=False, empty_label="Make a new one"
    )
    title = LineField(label="The new one", max_length=200, required=False)
    item_kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "Choose"), *HandoverItem.Kind.choices]
    )
    due_on = DayField(label="Due on, if a day was named", required=False)
    note = forms.CharField(
        label="The words in the contract, or why you drop it",
        help_text="In the end the words on paper count. What is dropped needs a reason.",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, *args: Any, contract: Contract, levels: Mapping[uuid.UUID, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        named = [(str(lineage), name) for lineage, name in levels.items()]
        first = "Choose" if named else "There is none yet"
        fields["level"].choices = [("", first), *named]
        fields["deliverable"].queryset = contract.handover_items.order_by("due_on", "pk")
        self.helper.layout = Layout(
            "version",
            "kind",
            Div("clause", css_class="place-part for-clause"),
            Div("level", css_class="place-part for-level"),
            Div(
                "deliverable",
                "title",
                Div("item_kind", "due_on", css_class="field-pair"),
                css_class="place-part for-deliverable",
            ),
            "note",
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kind = data.get("kind")
        if kind in (Kind.CLAUSE, Kind.LEVEL):
            self._need(kind, f"Choose the {'clause' if kind == Kind.CLAUSE else 'service level'}.")
        elif kind == Kind.DELIVERABLE and not data.get("deliverable"):
            self._need("title", "Choose a deliverable, or say what the new one is.")
            self._need("item_kind", "Say what kind of deliverable it is.")
        elif kind == Kind.DROPPED:
            self._need("note", "Say why it is dropped.")
        return data

    def _need(self, name: str, words: str) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, words)
