"""Rounds of security questions: planning one, asking, and answering."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from accounts.models import Membership, Organization
from accounts.permissions import Perm
from core.fields import DayField, PaperField, UntilField
from core.forms import CreateOnceForm, PlainForm, VersionForm
from core.uploads import ACCEPTED
from vendors.actions.diligence_answers import Entry
from vendors.diligence_queries import fingerprint
from vendors.diligence_shape import Area, Question
from vendors.models import Contact, DiligenceAnswer

LONGEST = dt.timedelta(days=180)
MONTHS = [
    ("", "Not again"),
    ("6", "After 6 months"),
    ("12", "After a year"),
    ("24", "After two years"),
]
OPEN = "open"  # chosen to take an answer or a verdict back; at first nothing is chosen
ANSWERS = [*DiligenceAnswer.Answer.choices, (OPEN, "Leave open")]


def people_of(organization: Organization) -> Any:
    return organization.memberships.able_to(Perm.VENDOR_EDIT).by_name()


def repeat_field() -> forms.TypedChoiceField:
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
    repeat_months = repeat_field()
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
        people.queryset = people_of(organization)
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
    until_on = UntilField(within=LONGEST)

    def __init__(self, *args: Any, contacts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["contact"]
        field.queryset = contacts
        field.label_from_instance = lambda row: f"{row.name} ({row.email})"


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
