"""A request for proposals: what it says, its questions, who is asked, what is told meanwhile."""

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.fields import EARLIEST, LATEST, DayField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from evaluations.forms.public_proposal import SheetForm
from evaluations.models import Candidate, EvaluationCriterion, ProposalRequest, RequestQuestion
from evaluations.request_queries import Person

ZONES = [
    ("", "Not known: show ours"),
    *((name, name) for name in sorted(zoneinfo.available_timezones()) if "/" in name),
    ("UTC", "UTC"),
]
MOST_CHOICES = 20
LONGEST_CHOICE = 200
MOMENT = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A day and a time of day on our clock."""

    default_error_messages = {"invalid": "Write the moment like 2026-12-31 17:00."}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"})
        formats = [MOMENT, "%Y-%m-%d %H:%M"]
        super().__init__(widget=widget, input_formats=formats, **kwargs)

    def validate(self, value: dt.datetime | None) -> None:
        super().validate(value)
        if value and not EARLIEST <= value.date() <= LATEST:
            raise ValidationError("Choose a day of this century.")


def _ahead(moment: dt.datetime | None, was: dt.datetime | None = None) -> dt.datetime | None:
    """A deadline lies ahead, unless it is the one that stood there. Raises ValidationError."""
    if moment and moment != was and moment <= timezone.now():
        raise ValidationError("This moment has passed. Choose a later one.")
    return moment


class _Days(PlainForm):
    """What both forms with a deadline check."""

    was: dt.datetime | None = None

    def clean_deadline_at(self) -> dt.datetime | None:
        return _ahead(self.cleaned_data["deadline_at"], self.was)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        deadline, until = values.get("deadline_at"), values.get("questions_until_on")
        if deadline and until and until > timezone.localdate(deadline):
            self.add_error("questions_until_on", "This is after the deadline.")
        return values


def _until() -> DayField:
    return DayField(
        label="Vendors can ask until",
        required=False,
        help_text="The last day on which you take their questions. Empty: until the deadline.",
    )


class ProposalRequestForm(_Days, VersionForm):
    """`version` is 1 for a new one."""

    title = LineField(
        label="Title", max_length=200, help_text="Vendors read it in the mail’s subject."
    )
    introduction = forms.CharField(
        label="Introduction",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="What you need and from when, what you have today, how you will choose. Vendors read all "
        "of it: leave out what is only for you.",
    )
    deadline_at = MomentField(label="Deadline", required=False)
    questions_until_on = _until()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deadline_at"].help_text = (
            f"On our clock ({timezone.get_current_timezone_name()}); each vendor reads it on theirs too. "
            "Two or three weeks are usual. It is needed before you send."
        )


class DeadlineForm(_Days, VersionForm):
    """More time for all."""

    deadline_at = MomentField(label="New deadline")
    questions_until_on = _until()


class ReasonForm(VersionForm):
    reason = forms.CharField(
        label="Why do you withdraw it?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Every vendor who was asked reads this.",
    )


# Questions ------------------------------------------------------------------------------------------


class QuestionForm(VersionForm):
    """`version` is that of the request."""

    section = LineField(
        label="Section",
        max_length=120,
        help_text="Questions of one section stand together, for example “Quality”.",
        widget=forms.TextInput(attrs={"list": "sections"}),
    )
    text = LineField(label="Question", max_length=500)
    help = forms.CharField(
        label="Explanation",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What you want to know by it, or how to answer.",
    )
    kind = forms.ChoiceField(
        label="Answered by",
        choices=[("", "Choose"), *RequestQuestion.Kind.choices],
        error_messages={"required": "Choose how it is answered."},
    )
    choices = forms.CharField(
        label="Choices",
        required=False,
        max_length=MOST_CHOICES * (LONGEST_CHOICE + 2),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For “One of several”: each on a line of its own.",
    )
    unit = LineField(
        label="Unit", required=False, max_length=30, help_text="For a number, such as “minutes”."
    )
    required = forms.BooleanField(
        label="Must be answered before handing in", required=False, initial=True
    )
    criterion = forms.ModelChoiceField(
        EvaluationCriterion.objects.none(),
        label="Judged by",
        required=False,
        empty_label="No criterion",
        help_text="The answers stand one click away when this criterion is scored.",
    )

    def __init__(self, *args: Any, proposal_request: ProposalRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["criterion"]
        field.queryset = proposal_request.evaluation.criteria.order_by("position", "pk")

    def clean_choices(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["choices"].splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        if len(found) > MOST_CHOICES or any(len(line) > LONGEST_CHOICE for line in found):
            raise ValidationError(
                f"At most {MOST_CHOICES} choices with {LONGEST_CHOICE} characters each."
            )
        return found

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("kind") == RequestQuestion.Kind.CHOICE:
            if "choices" in values and len(values["choices"]) < 2:
                self.add_error("choices", "Write at least two choices, each on its own line.")
        else:
            values["choices"] = []
        if values.get("kind") != RequestQuestion.Kind.NUMBER:
            values["unit"] = ""
        return values


def question_initial(question: RequestQuestion) -> dict[str, Any]:
    names = ("section", "text", "help", "kind", "unit", "required", "criterion")
    values = {name: getattr(question, name) for name in names}
    return {**values, "choices": "\n".join(question.choices)}


# Who is asked ---------------------------------------------------------------------------------------


class RecipientsForm(VersionForm):
    """A line for each candidate that can be asked: a tick, name, e-mail, time zone."""

    def __init__(
        self, *args: Any, people: Mapping[int, tuple[Candidate, Person, bool]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        for pk, (candidate, person, chosen) in people.items():
            self.fields[f"asked_{pk}"] = forms.BooleanField(
                label=candidate.name, required=False, initial=chosen
            )
            self.fields[f"name_{pk}"] = LineField(
                label="Name", max_length=200, required=False, initial=person.name
            )
            self.fields[f"email_{pk}"] = forms.EmailField(
                label="E-mail", required=False, initial=person.email
            )
            self.fields[f"zone_{pk}"] = forms.ChoiceField(
                label="Their time zone", choices=ZONES, required=False, initial=person.time_zone
            )

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Candidate and bound fields, for the template."""
        return [
            {
                "candidate": candidate,
                "fields": [self[f"{name}_{pk}"] for name in ("name", "email", "zone")],
                "asked": self[f"asked_{pk}"],
                "email": person.email,
            }
            for pk, (candidate, person, _) in self.people.items()
        ]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = {}
        for pk in self.people:
            if not values.get(f"asked_{pk}"):
                continue
            if f"name_{pk}" in values and not values[f"name_{pk}"]:
                self.add_error(f"name_{pk}", "Say whom you ask there.")
            chosen[pk] = {
                "name": values.get(f"name_{pk}", ""),
                "email": values.get(f"email_{pk}", ""),
                "time_zone": values.get(f"zone_{pk}", ""),
            }
        values["chosen"] = chosen
        return values


class ResendForm(VersionForm):
    name = LineField(label="Name", max_length=200)
    email = forms.EmailField(
        label="E-mail",
        required=False,
        help_text="With another address the vendor gets a new link, and the old one stops working.",
    )
    time_zone = forms.ChoiceField(label="Their time zone", choices=ZONES, required=False)


class EnterSheetForm(SheetForm):
    """A filled-in spreadsheet that came by another way."""

    hands_in = forms.BooleanField(
        label="The vendor says that it is complete: hand it in",
        required=False,
        help_text="What is not handed in is not opened at the deadline.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = "XLSX or CSV, made from the spreadsheet of this request."


# Questions of vendors -------------------------------------------------------------------------------


class AnswerForm(VersionForm):
    question = forms.CharField(
        label="Question, as all vendors read it",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Take out what would tell the others who asked.",
    )
    answer = forms.CharField(
        label="Answer",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="It goes to all vendors at once and can’t be changed afterwards.",
    )


class NoticeForm(CreateOnceForm):
    answer = forms.CharField(
        label="Notice",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="It goes to all vendors at once and can’t be changed afterwards.",
    )
