"""The exit plan with its list of steps, and what an alternative would cost. Works without a script."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.forms import CURRENCIES
from contracts.actions.exits import MOST_STEPS
from contracts.exit_steps import StepDraft, drafts
from contracts.forms.keys import not_ahead
from contracts.models import Alternative, ExitPlan, ExitStep
from core.fields import DayField, NumberField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm, differences

ADD, REMOVE, UP, DOWN, USUAL = "add", "remove", "up", "down", "usual"
SIDES = [("", "Who?"), *ExitStep._meta.get_field("side").flatchoices]
# What most exits have to do, to be changed; how long it takes is for the people to say.
USUAL_STEPS = [
    StepDraft("Give notice in the agreed form", "us"),
    StepDraft("Export all data, and check that it is complete and readable", "vendor"),
    StepDraft("Hand over admin rights and documentation", "vendor"),
    StepDraft("Set up the successor, and run both for a while", "us"),
    StepDraft("Move users and tell them", "us"),
    StepDraft("Close the vendor’s access and change all passwords", "us"),
    StepDraft("Delete our data, and confirm it in writing", "vendor"),
    StepDraft("Settle the last invoice and claim back what was prepaid", "us"),
]


def _money(label: str, help_text: str = "") -> NumberField:
    return NumberField(
        label=label,
        required=False,
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"step": "0.01", "min": "0"}),
    )


def _currency(**kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Currency", choices=[(code, code) for code in CURRENCIES], **kwargs
    )


def _words(label: str, help_text: str, most: int = 4000) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StepRow(forms.Form):
    """One step; a line with nothing in it is left out."""

    text = LineField(label="Step", max_length=500)
    side = forms.ChoiceField(
        label="Who", choices=SIDES, error_messages={"required": "Who does it?"}
    )
    days = forms.IntegerField(label="Days", required=False, min_value=0, max_value=3650)


class ExitPlanForm(PlainForm):
    """The plan with its steps (`rows`). The buttons beside the steps only change the form."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    triggers = _words(
        "When would you leave?",
        "For example: service levels missed three months running, a rise above 10 %, the vendor is sold.",
    )
    days_to_leave = forms.IntegerField(
        label="Days to leave",
        required=False,
        min_value=0,
        max_value=3650,
        help_text="From the decision until the last user has moved.",
    )
    currency = _currency()
    fees = _money("Fees for leaving", "What the contract or the vendor asks. Write 0 if none.")
    parallel_run = _money("Running both for a while")
    onboarding = _money("Starting elsewhere", "Set-up, migration, training.")
    unused_prepayment = _money("Paid and not used", "What you would not get back.")
    budget = _money("Budget", "What is set aside for leaving.")
    data_return = _words("What data comes back?", "Which data, how, and until when.")
    data_format = LineField(
        label="In which format",
        max_length=200,
        required=False,
        help_text="For example CSV and PDF, a database dump, mail as PST.",
    )
    last_drill_on = DayField(
        label="Last drill",
        required=False,
        help_text="When you last tried out a part of it: restore an export, log in without them.",
    )
    drill_months = forms.IntegerField(
        label="Drill every … months",
        required=False,
        min_value=1,
        max_value=120,
        help_text="You are reminded when it is due.",
    )
    drill_note = _words("How the drill went", "What worked, and what did not.", 2000)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any],
        steps: Sequence[StepDraft] = (),
    ) -> None:
        command, _, place = (data.get("do", "") if data is not None else "").partition("-")
        if data is not None and command in {ADD, REMOVE, UP, DOWN, USUAL}:
            super().__init__(initial={**initial, **data.dict()})
            typed = _after_button(_typed(data), command, place)
            focus = len(typed) - 1 if command == ADD else None
            self.rows = _unbound(typed, focus)
        elif data is not None:
            super().__init__(data, initial=initial)
            self.rows = _bound([line for line in _typed(data) if any(map(str.strip, line))])
        else:
            super().__init__(initial=initial)
            self.rows = _unbound([(s.text, s.side, _text(s.days)) for s in steps])

    @property
    def may_add(self) -> bool:
        return len(self.rows) < MOST_STEPS

    def clean_last_drill_on(self) -> dt.date | None:
        return not_ahead(self.cleaned_data["last_drill_on"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if _counted(self.data) > MOST_STEPS:
            raise ValidationError(f"Write {MOST_STEPS} steps at most.")
        wrong = [str(at) for at, row in enumerate(self.rows, start=1) if not row.is_valid()]
        if wrong:
            raise ValidationError(f"Look at step {', '.join(wrong)} again.")
        data["steps"] = [StepDraft(**row.cleaned_data) for row in self.rows]
        return data


Typed = tuple[str, str, str]


def _text(days: int | None) -> str:
    return "" if days is None else str(days)


def _typed(data: QueryDict) -> list[Typed]:
    """(text, side, days) of each line, as sent."""
    found: list[Typed] = []
    while len(found) < MOST_STEPS and f"s{len(found)}-text" in data:
        names = [f"s{len(found)}-{part}" for part in ("text", "side", "days")]
        text, side, days = (str(data.get(name, "")) for name in names)
        found.append((text, side, days))
    return found


def _counted(data: Any) -> int:
    """How many lines were sent; more than are read must not get lost in silence."""
    return sum(1 for name in data if re.fullmatch(r"s[0-9]+-text", name))


def _bound(typed: Sequence[Typed]) -> list[StepRow]:
    return [
        StepRow({f"s{at}-text": text, f"s{at}-side": side, f"s{at}-days": days}, prefix=f"s{at}")
        for at, (text, side, days) in enumerate(typed)
    ]


def _unbound(typed: Sequence[Typed], focus: int | None = None) -> list[StepRow]:
    rows = [
        StepRow(initial={"text": text, "side": side, "days": days}, prefix=f"s{at}")
        for at, (text, side, days) in enumerate(typed)
    ]
    if focus is not None and rows:
        rows[focus].fields["text"].widget.attrs["autofocus"] = True
    return rows


def _after_button(typed: list[Typed], command: str, place: str) -> list[Typed]:
    if command == ADD:
        return [*typed, ("", "", "")][:MOST_STEPS]
    if command == USUAL:
        kept = [line for line in typed if any(map(str.strip, line))]
        return [*kept, *[(s.text, s.side, "") for s in USUAL_STEPS]][:MOST_STEPS]
    at = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else len(typed)
    to = {UP: at - 1, DOWN: at + 1}.get(command)
    if at < len(typed) and to is None:
        typed.pop(at)
    elif at < len(typed) and to is not None and 0 <= to < len(typed):
        typed[at], typed[to] = typed[to], typed[at]
    return typed


def differing(form: ExitPlanForm, stored: ExitPlan) -> list[tuple[str, str, str]]:
    """For a stale form: the fields that differ, and the steps if they do."""
    rows = differences(form, stored)
    theirs = "; ".join(step.words for step in drafts(stored))
    mine = "; ".join(step.words for step in form.cleaned_data["steps"])
    return rows if theirs == mine else [*rows, ("Steps", theirs, mine)]


# The bench --------------------------------------------------------------------------------------------

YES_NO = [("True", "For a year"), ("False", "In total, once")]


class AlternativeFields(PlainForm):
    """What an alternative would cost, as far as it is known."""

    quote = _money("Quote")
    currency = _currency(required=False)
    quote_is_yearly = forms.TypedChoiceField(
        label="The price is",
        required=False,
        choices=YES_NO,
        widget=forms.RadioSelect,
        coerce=lambda text: text == "True",
        empty_value=None,
    )
    quoted_on = DayField(label="Quoted on", required=False, help_text="Its age is shown.")
    expires_on = DayField(
        label="Valid until", required=False, help_text="You are reminded before it expires."
    )
    note = LineField(label="Note", max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = [name for name in ("creation_key", "version") if name in self.fields]
        self.helper.layout = Layout(
            *hidden,
            Div("quote", "currency", css_class="field-pair"),
            "quote_is_yearly",
            Div("quoted_on", "expires_on", css_class="field-pair"),
            "note",
        )

    def clean_quoted_on(self) -> dt.date | None:
        return not_ahead(self.cleaned_data["quoted_on"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        quoted, until = data.get("quoted_on"), data.get("expires_on")
        if quoted and until and until < quoted:
            self.add_error("expires_on", "This is before the day of the quote.")
        if "quote" in data and data["quote"] is None and (quoted or until):
            self.add_error("quote", "Which price do these days belong to?")
        if data.get("quote") is None:  # nothing is said about a price that is not there
            data["quote_is_yearly"], data["currency"] = None, ""
        return data


class AlternativeForm(AlternativeFields, CreateOnceForm):
    """Somebody new on the bench."""


class EditAlternativeForm(AlternativeFields, VersionForm):
    """Somebody who is on the bench."""


def stored_quote(alternative: Alternative) -> dict[str, Any]:
    """What the form shows at first."""
    names = ("quote", "quote_is_yearly", "currency", "quoted_on", "expires_on", "note", "version")
    return {name: getattr(alternative, name) for name in names}
