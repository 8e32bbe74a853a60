"""A survey: about which period, what is asked, who is asked, until when."""

import datetime as dt
import re
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from contracts.models import Contract
from core import periods
from core.fields import DayField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from reviews.forms.survey_templates import QuestionFields
from reviews.models import Audience, SurveyTemplate
from reviews.survey_results import LEAST_MINIMUM

LONGEST = dt.timedelta(days=92)
USUALLY = dt.timedelta(days=14)
MOST_MINIMUM = 50
PERIODS_BACK = 3
MOST_ADDRESSES = 300
_NAMED = re.compile(r"<([^<>]*)>")


def period_choices(contract: Contract, today: dt.date) -> list[tuple[str, str]]:
    """The period that runs and those before it, as long as the contract runs: (first/last, words)."""
    plan = getattr(contract, "review_plan", None)
    every = plan.every if plan else periods.QUARTER
    fiscal_month = contract.organization.fiscal_month
    period = periods.period_of(today, every, fiscal_month)
    begins = contract.starts_on or contract.signed_on or today
    choices = []
    for _ in range(PERIODS_BACK + 1):
        value = f"{period.first_on}/{period.last_on}"
        choices.append((value, periods.label(period, every, fiscal_month)))
        if period.first_on <= begins:
            break
        period = periods.previous_period(period, every, fiscal_month)
    return choices


def closing_day(day: dt.date) -> dt.date:
    """Today or later, and not for ever. Raises ValidationError."""
    today = timezone.localdate()
    if day < today:
        raise ValidationError("This day has passed.")
    if day > today + LONGEST:
        raise ValidationError("Choose a day within three months: answers count for one period.")
    return day


class PeriodFields(PlainForm):
    """`period`, cleaned into `first_on` and `last_on`."""

    period = forms.ChoiceField(
        label="Counts for", help_text="The period of the reviews that shows the results."
    )

    def allow(self, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields["period"]
        field.choices = choices

    def clean_period(self) -> str:
        first, _, last = self.cleaned_data["period"].partition("/")
        self.cleaned_data["first_on"] = dt.date.fromisoformat(first)
        self.cleaned_data["last_on"] = dt.date.fromisoformat(last)
        return str(self.cleaned_data["period"])


class SurveyFields(PeriodFields):
    """What those who are asked read, and what they are promised."""

    title = LineField(
        label="Title",
        max_length=200,
        help_text="Those who are asked read it in the mail’s subject.",
    )
    introduction = forms.CharField(
        label="Introduction",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why you ask, and what you will do with the answers.",
    )
    closes_on = DayField(label="Last day to answer")
    anonymous = forms.TypedChoiceField(
        label="Names",
        widget=forms.RadioSelect,
        coerce=lambda value: value == "True",
        choices=[
            ("True", "Anonymous: nobody can see who answered what, or who has answered"),
            ("False", "With names: you see who answered what, and those who are asked are told so"),
        ],
        initial="True",
        help_text="It can’t be changed once somebody was asked.",
    )
    minimum = forms.IntegerField(
        label="Fewest answers to show",
        min_value=LEAST_MINIMUM,
        max_value=MOST_MINIMUM,
        initial=LEAST_MINIMUM,
        help_text=f"Below it nothing is shown, neither of the survey nor of a question. {LEAST_MINIMUM} at least.",
    )

    def clean_closes_on(self) -> dt.date:
        return closing_day(self.cleaned_data["closes_on"])


class SurveyForm(SurveyFields, CreateOnceForm):
    """A new survey, with the questions of a template."""

    template = forms.ModelChoiceField(
        SurveyTemplate.objects.none(),
        label="Questions",
        empty_label="Choose",
        help_text="They are copied: you can change them for this survey before you ask anybody.",
    )

    def __init__(self, *args: Any, contract: Contract, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allow(period_choices(contract, today))
        self.fields["closes_on"].initial = today + USUALLY
        templates: Any = self.fields["template"]
        templates.queryset = contract.organization.surveytemplate_set.filter(
            archived_at=None
        ).order_by("name", "pk")
        self.helper.layout = Layout(
            "creation_key",
            Div("template", "title", css_class="field-pair"),
            Div("period", "closes_on", css_class="field-pair"),
            "introduction",
            "anonymous",
            "minimum",
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if template := data.get("template"):
            data["questions"], data["audience"] = template.questions, template.audience
        data.pop("period", None)
        return data


class EditSurveyForm(SurveyFields, QuestionFields, VersionForm):
    """A survey that nobody was asked to answer yet, questions and all."""

    audience = forms.ChoiceField(label="Who is asked", choices=Audience.choices)
    compared = ["title", "introduction", "audience", "questions", "anonymous", "minimum"]
    compared += ["closes_on"]

    def __init__(self, *args: Any, contract: Contract, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = period_choices(contract, today)
        kept = self.initial["period"]
        if kept not in dict(choices):
            choices.append((kept, kept.replace("/", " to ")))
        self.allow(choices)
        self.helper.layout = Layout(
            "version",
            Div("title", "audience", css_class="field-pair"),
            Div("period", "closes_on", css_class="field-pair"),
            "introduction",
            self.question_layout(),
            "anonymous",
            "minimum",
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data.pop("period", None)
        return data


class MoveForm(VersionForm):
    """Another last day."""

    closes_on = DayField(label="Last day to answer")

    def clean_closes_on(self) -> dt.date:
        return closing_day(self.cleaned_data["closes_on"])


class AskForm(PlainForm):
    """Addresses, pasted from anywhere."""

    addresses = forms.CharField(
        label="E-mail addresses",
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One on each line, or with commas between. “Anna Smith &lt;anna@company.example&gt;” works too.",
    )

    def clean_addresses(self) -> list[str]:
        found, wrong = read_addresses(self.cleaned_data["addresses"])
        if wrong:
            more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
            raise ValidationError(
                f"Not an e-mail address: {', '.join(wrong[:5])}{more}. Correct or remove it."
            )
        if len(found) > MOST_ADDRESSES:
            raise ValidationError(f"{MOST_ADDRESSES} addresses at most, please.")
        return found


class ShareForm(PlainForm):
    """How many will get the shared link."""

    known_by = forms.IntegerField(
        label="How many people get the shared link?",
        required=False,
        min_value=1,
        max_value=100_000,
        help_text="For the response rate. Leave it empty if you don’t know.",
    )


def read_addresses(text: str) -> tuple[list[str], list[str]]:
    """(addresses in lower case, each once, in order; what is none) of a pasted text."""
    found: dict[str, None] = {}
    wrong: list[str] = []
    for part in re.split(r"[,;\n\r\t]+", text):
        named = _NAMED.search(part)
        words = [named[1]] if named else part.split()
        for word in words:
            address = word.strip().strip("<>\"'").lower()
            try:
                validate_email(address)
                _only_ascii(address)
            except ValidationError:
                wrong.append(word.strip()[:60])
            else:
                found[address] = None
    return list(found), wrong


def _only_ascii(address: str) -> None:
    if len(address) > 254 or not address.isascii():
        raise ValidationError("An address that no mail can go to.")
