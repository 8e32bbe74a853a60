"""Which credential each gate asks for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms

from core.forms import LineField, VersionForm
from evaluations.models import EvaluationCriterion, GateCredential
from vendors.models import Credential

NOTHING = ("", "Nothing on file")


class GateCredentialsForm(VersionForm):
    """For each gate a kind and, if it matters, a name. The action takes {criterion id: (kind, name)}."""

    def __init__(
        self,
        *args: Any,
        gates: Sequence[EvaluationCriterion],
        asked: Mapping[int, GateCredential],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.gates = gates
        for row in gates:
            now = asked.get(row.pk)
            self.fields[f"kind_{row.pk}"] = forms.ChoiceField(
                label="What has to be on file",
                required=False,
                choices=[NOTHING, *Credential.Kind.choices],
                initial=now.kind if now else "",
            )
            self.fields[f"name_{row.pk}"] = LineField(
                label="Which one",
                max_length=120,
                required=False,
                initial=now.name if now else "",
                help_text="Like ISO 27001. Left empty, any of this kind will do.",
            )

    def rows(self) -> Iterator[tuple[EvaluationCriterion, forms.BoundField, forms.BoundField]]:
        """(gate, its kind, its name) in order."""
        for row in self.gates:
            yield row, self[f"kind_{row.pk}"], self[f"name_{row.pk}"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        asked = {}
        for row in self.gates:
            kind, name = data.get(f"kind_{row.pk}", ""), data.get(f"name_{row.pk}", "")
            if name and not kind:
                self.add_error(f"kind_{row.pk}", "What kind is it?")
            asked[row.pk] = (kind, name)
        return {"asked": asked, "version": data.get("version")}
