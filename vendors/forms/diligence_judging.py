"""Judging what a vendor answered about security, and the gaps that it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from accounts.models import Membership, Organization
from core.fields import DayField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from vendors.actions.diligence_judging import Judgement
from vendors.diligence_queries import Part, Round, Row
from vendors.forms.diligence import OPEN, people_of, repeat_field
from vendors.models import DiligenceAnswer, DiligenceGap

VERDICTS = [*DiligenceAnswer.Verdict.choices, (OPEN, "Not judged")]


@dataclass(frozen=True)
class JudgeRow:
    """One question on the judging page; without fields where nothing was answered."""

    row: Row
    verdict: forms.BoundField | None
    note: forms.BoundField | None
    gap: forms.BoundField | None
    noted: DiligenceGap | None


class JudgeForm(VersionForm):
    """A verdict for each answer, and what becomes a gap."""

    summary = forms.CharField(
        label="In short",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For those who read only one sentence about it.",
    )
    repeat_months = repeat_field()
    rest_believed = forms.BooleanField(
        label="Every answer that I have not judged counts as plausible, not proven", required=False
    )

    def __init__(
        self, *args: Any, shown: Round, noted: Mapping[str, DiligenceGap], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shown, self.noted = shown, noted
        for row in shown.rows:
            key, topic = row.question.key, row.question.topic
            if row.given.answer:
                self.fields[f"verdict_{key}"] = forms.ChoiceField(
                    label=f"{topic}: verdict",
                    required=False,
                    choices=VERDICTS,
                    widget=forms.RadioSelect,
                )
                self.fields[f"note_{key}"] = LineField(
                    label=f"{topic}: why", required=False, max_length=500
                )
            if key not in noted:
                self.fields[f"gap_{key}"] = forms.ChoiceField(
                    label=f"{topic}: gap",
                    required=False,
                    choices=[("", _no_gap(row)), *DiligenceGap.Severity.choices],
                )

    def parts(self) -> list[tuple[Part, list[JudgeRow]]]:
        return [(part, [self._row(row) for row in part.rows]) for part in self.shown.parts]

    def _row(self, row: Row) -> JudgeRow:
        key = row.question.key
        verdict, note, gap = (
            self[f"{name}_{key}"] if f"{name}_{key}" in self.fields else None for name in _JUDGED
        )
        return JudgeRow(row, verdict, note, gap, self.noted.get(key))

    def clean(self) -> dict[str, Any]:
        """As the action takes it: the judgements by question."""
        data = super().clean() or self.cleaned_data
        judgements = {}
        for row in self.shown.rows:
            verdict, note, gap = (data.get(f"{n}_{row.question.key}", "") for n in _JUDGED)
            judgements[row.question.key] = Judgement("" if verdict == OPEN else verdict, note, gap)
        kept = ("summary", "repeat_months", "rest_believed", "version")
        return {"judgements": judgements, **{name: data[name] for name in kept if name in data}}


_JUDGED = ("verdict", "note", "gap")


def _no_gap(row: Row) -> str:
    """What we would propose stands beside the choice; it is chosen by nobody but a person."""
    if row.gap is None:
        return "No gap"
    return f"No gap (proposed: {DiligenceGap.Severity(row.gap.severity).label.lower()})"


def judge_initial(shown: Round) -> dict[str, Any]:
    """What was judged so far."""
    check = shown.check
    found: dict[str, Any] = {
        "summary": check.summary,
        "repeat_months": check.repeat_months,
        "version": check.version,
    }
    for key, row in shown.by_question.items():
        found |= {f"verdict_{key}": row.verdict or None, f"note_{key}": row.verdict_note}
    return found


# Gaps -----------------------------------------------------------------------------------------------


class GapFields(PlainForm):
    """What is missing, how bad that is, who sees to it and until when."""

    text = LineField(label="What is missing", max_length=300)
    severity = forms.ChoiceField(
        label="How bad is it?", choices=[("", "Choose"), *DiligenceGap.Severity.choices]
    )
    due_on = DayField(
        label="To be mended by", required=False, help_text="Agree on it with the vendor."
    )
    owner = forms.ModelChoiceField(
        label="Our person",
        queryset=Membership.objects.none(),
        required=False,
        empty_label="Whoever looks after the vendor",
        help_text="Follows it up and is reminded.",
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["owner"]
        people.queryset = people_of(organization)
        hidden = [name for name in ("creation_key", "version") if name in self.fields]
        self.helper.layout = Layout(
            *hidden,
            "text",
            Div("severity", "due_on", css_class="field-pair"),
            "owner",
        )


class AddGapForm(GapFields, CreateOnceForm):
    """A new gap."""


class EditGapForm(GapFields, VersionForm):
    """A gap that is there."""


class SettleGapForm(VersionForm):
    """What became of it. Nothing is chosen beforehand."""

    state = forms.ChoiceField(
        label="What became of it?",
        choices=[
            (DiligenceGap.State.CLOSED, "It is mended"),
            (DiligenceGap.State.ACCEPTED, "We accept it as it is"),
            (DiligenceGap.State.OPEN, "It is open (again)"),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="What shows it, or why we accept it",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
