"""Rounds of security questions: planning one, asking, answering, judging, and its gaps."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Membership, Organization
from accounts.permissions import Perm
from core.fields import DayField, PaperField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from core.uploads import ACCEPTED
from vendors.actions.diligence_answers import Entry
from vendors.actions.diligence_judging import Judgement
from vendors.diligence_queries import Part, Round, Row, fingerprint
from vendors.diligence_questions import Area, Question
from vendors.models import Contact, DiligenceAnswer, DiligenceGap

LONGEST = dt.timedelta(days=180)
MONTHS = [
    ("", "Not again"),
    ("6", "After 6 months"),
    ("12", "After a year"),
    ("24", "After two years"),
]
OPEN = "open"  # chosen to take an answer or a verdict back; at first nothing is chosen
ANSWERS = [*DiligenceAnswer.Answer.choices, (OPEN, "Leave open")]
VERDICTS = [*DiligenceAnswer.Verdict.choices, (OPEN, "Not judged")]


def _people(organization: Organization) -> Any:
    return organization.memberships.able_to(Perm.VENDOR_EDIT).by_name()


def _repeat_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="Ask again",
        choices=MONTHS,
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Counted from the day on which the answers are judged; somebody is reminded then.",
    )


class RoundFields(PlainForm):
    """What is asked, until when, and who answers for it."""

    due_on = DayField(
        label="Answers wanted by",
        required=False,
        help_text="It stands in the mail and on their page.",
    )
    responsible = forms.ModelChoiceField(
        label="Who answers for it",
        queryset=Membership.objects.none(),
        required=False,
        empty_label="Whoever looks after the vendor",
        help_text="Is reminded, and told when the answers are in.",
    )
    repeat_months = _repeat_field()
    introduction = forms.CharField(
        label="What you say first",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Above the questions, for example which service it is about.",
    )

    def __init__(
        self, *args: Any, organization: Organization, areas: Sequence[Area], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["responsible"]
        people.queryset = _people(organization)
        self.areas = areas
        for area in areas:
            self.fields[f"asked_{area.key}"] = forms.MultipleChoiceField(
                label=area.title,
                required=False,
                choices=[(question.key, question.topic) for question in area.questions],
                widget=forms.CheckboxSelectMultiple,
            )
        hidden = [name for name in ("creation_key", "version") if name in self.fields]
        self.helper.layout = Layout(
            *hidden,
            Div("due_on", "repeat_months", css_class="field-pair"),
            "responsible",
            "introduction",
        )

    def questions(self) -> list[tuple[Area, forms.BoundField]]:
        """The areas with the boxes of their questions; none where questions are fixed."""
        return [(area, self[f"asked_{area.key}"]) for area in self.areas]

    def clean(self) -> dict[str, Any]:
        """What is not ticked is left out."""
        data = super().clean() or self.cleaned_data
        left_out: list[str] = []
        for area in self.areas:
            asked = set(data.pop(f"asked_{area.key}", []))
            left_out += [row.key for row in area.questions if row.key not in asked]
        return {**data, "left_out": left_out}


class StartRoundForm(RoundFields, CreateOnceForm):
    """A new round."""


class EditRoundForm(RoundFields, VersionForm):
    """A round that is open."""


def all_asked(areas: Sequence[Area], left_out: Sequence[str] = ()) -> dict[str, list[str]]:
    """The boxes as they stand: everything ticked but what is left out."""
    return {
        f"asked_{area.key}": [row.key for row in area.questions if row.key not in left_out]
        for area in areas
    }


class AskForm(VersionForm):
    """Whom to ask, and how long the link works."""

    contact = forms.ModelChoiceField(
        label="Who is asked",
        queryset=Contact.objects.none(),
        empty_label="Choose",
        help_text="A contact of the vendor with an e-mail address. Colleagues can use the same link.",
    )
    until_on = DayField(label="The link works until")

    def __init__(self, *args: Any, contacts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["contact"]
        field.queryset = contacts
        field.label_from_instance = lambda row: f"{row.name} ({row.email})"

    def clean_until_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["until_on"]
        today = timezone.localdate()
        if day < today:
            raise ValidationError("This day has passed. Choose today or a later one.")
        if day > today + LONGEST:
            raise ValidationError(f"Choose a day within {LONGEST.days} days.")
        return day


# Answering ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AnswerRow:
    """One question on the answering page with its fields."""

    question: Question
    said: DiligenceAnswer | None
    answer: forms.BoundField
    comment: forms.BoundField
    file: forms.BoundField
    removes: forms.BoundField
    was: forms.BoundField

    @property
    def errors(self) -> list[str]:
        fields = (self.answer, self.comment, self.file)
        return [str(error) for field in fields for error in field.errors]

    @property
    def is_open(self) -> bool:
        """Whether comment and evidence are in sight."""
        has_file = self.said is not None and self.said.file_id is not None
        return bool(self.comment.value() or has_file or self.errors)


class AnswersForm(PlainForm):
    """The questions of a round. With `only`, just that one: a page that saves as it goes sends one."""

    leaves_open = forms.BooleanField(
        label="Hand it in although some questions are not answered", required=False
    )

    def __init__(
        self,
        *args: Any,
        areas: Sequence[Area],
        said: Mapping[str, DiligenceAnswer],
        only: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, initial=_initial(said), **kwargs)
        self.areas, self.said, self.only = areas, said, only
        for question in self._questions():
            key, topic = question.key, question.topic
            self.fields[f"answer_{key}"] = forms.ChoiceField(
                label=topic, required=False, choices=ANSWERS, widget=forms.RadioSelect
            )
            self.fields[f"comment_{key}"] = forms.CharField(
                label=f"{topic}: comment",
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"file_{key}"] = PaperField(
                required=False, label=f"{topic}: evidence", help_text=f"{ACCEPTED}, at most 20 MB."
            )
            self.fields[f"remove_{key}"] = forms.BooleanField(
                label="Remove this file", required=False
            )
            self.fields[f"was_{key}"] = forms.CharField(
                required=False, max_length=16, widget=forms.HiddenInput
            )

    def _questions(self) -> Iterator[Question]:
        for area in self.areas:
            for question in area.questions:
                if not self.only or question.key == self.only:
                    yield question

    def parts(self) -> list[tuple[Area, list[AnswerRow]]]:
        """Area by area, as the page shows them."""
        return [(area, [self.row(question) for question in area.questions]) for area in self.areas]

    def row(self, question: Question) -> AnswerRow:
        key = question.key
        names = ("answer", "comment", "file", "remove", "was")
        return AnswerRow(question, self.said.get(key), *(self[f"{name}_{key}"] for name in names))

    def entries(self) -> list[Entry]:
        """What was sent, as the action takes it."""
        data = self.cleaned_data
        return [
            Entry(
                question=question.key,
                answer=""
                if data[f"answer_{question.key}"] == OPEN
                else data[f"answer_{question.key}"],
                comment=data[f"comment_{question.key}"],
                file=data[f"file_{question.key}"],
                removes_file=data[f"remove_{question.key}"],
                was=data[f"was_{question.key}"],
            )
            for question in self._questions()
        ]

    def show_stored(
        self, stored: Mapping[str, DiligenceAnswer | None]
    ) -> list[tuple[str, str, str]]:
        """Make the form ready to be saved over what somebody else stored; where the two differ, as
        (question, stored now, written here)."""
        data: Any = self.data
        self.data = data = data.copy()
        differing = []
        for entry in self.entries():
            if entry.question not in stored:
                continue
            said = stored[entry.question]
            data[f"was_{entry.question}"] = fingerprint(said)
            label = str(self.fields[f"answer_{entry.question}"].label)
            theirs = _words(said.answer, said.comment) if said else ""
            differing.append((label, theirs, _words(entry.answer, entry.comment)))
        return differing


def _words(answer: str, comment: str) -> str:
    label = dict(DiligenceAnswer.Answer.choices).get(answer, "")
    return ": ".join(filter(None, [str(label), comment]))


def _initial(said: Mapping[str, DiligenceAnswer]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, row in said.items():
        found |= {
            f"answer_{key}": row.answer or None,
            f"comment_{key}": row.comment,
            f"was_{key}": fingerprint(row),
        }
    return found


# Judging --------------------------------------------------------------------------------------------


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
    repeat_months = _repeat_field()
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
        people.queryset = _people(organization)
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
