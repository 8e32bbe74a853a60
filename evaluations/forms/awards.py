"""The award as it is entered: the winner, the bench, the rationale, conditions; and notes on each step."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from core.fields import DayField, NumberField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from evaluations.actions.award_conditions import ConditionDraft
from evaluations.awards import Reason, about_winner
from evaluations.calculation import Ranking, VendorResult
from evaluations.costing_queries import CandidateCost
from evaluations.models import Award, AwardCondition, Candidate

ADD, REMOVE, PROPOSE = "add", "remove", "propose"
MOST_CONDITIONS = 30
VALUES = (
    "winner",
    "winner_quote",
    "runner_up",
    "runner_up_quote",
    "runner_up_quoted_on",
    "runner_up_expires_on",
    "rationale",
)
LEFT_OUT = (
    f"Not every condition arrived: an award can have {MOST_CONDITIONS} at most. Look at the list, "
    "then save again."
)
BENCH = ("runner_up_quote", "runner_up_quoted_on", "runner_up_expires_on")
TAKEN_OVER = (
    "Leave it empty to take over what the quote comes to over the whole term, as it stands above."
)


@dataclass(frozen=True)
class Line:
    """One candidate as the form shows it: its result, why choosing it would have to be explained, and what
    its quote comes to over the term (None, and empty words: not known)."""

    candidate: Candidate
    result: VendorResult
    reasons: list[Reason]
    cost: str = ""
    known: CandidateCost | None = None

    @property
    def label(self) -> str:
        result = self.result
        if result.rank:
            return f"{result.rank}. {self.candidate.name}"
        return f"{self.candidate.name} ({'incomplete' if result.eligible else 'not eligible'})"


def read_lines(
    candidates: Sequence[Candidate],
    ranking: Ranking,
    costs: Mapping[int, str],
    known: Iterable[CandidateCost] = (),
) -> list[Line]:
    """The candidates in the order of the ranking; `costs` in words, by candidate; `known`: those that have a
    total in the currency of the award."""
    rows = {candidate.pk: candidate for candidate in candidates}
    quoted = {row.candidate.pk: row for row in known}
    return [
        Line(
            rows[result.candidate.pk],
            result,
            about_winner(result, ranking),
            costs.get(result.candidate.pk, ""),
            quoted.get(result.candidate.pk),
        )
        for result in ranking.vendors
        if result.candidate.pk in rows
    ]


def quote_field(label: str, currency: str) -> NumberField:
    """Money that a column can hold."""
    return NumberField(
        label=f"{label}, {currency}",
        required=False,
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "min": "0"}),
    )


class _AwardFields(PlainForm):
    """Nothing is chosen beforehand."""

    winner = forms.TypedChoiceField(
        label="Winner",
        widget=forms.RadioSelect,
        coerce=int,
        error_messages={"required": "Choose the winner."},
    )
    runner_up = forms.TypedChoiceField(
        label="Runner-up",
        required=False,
        coerce=int,
        empty_value=None,
    )
    runner_up_quoted_on = DayField(label="Quoted on", required=False)
    runner_up_expires_on = DayField(label="Valid until", required=False)
    rationale = forms.CharField(
        label="Rationale",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Why this one? A partner, a bank or a court reads it in some years.",
    )

    def __init__(self, *args: Any, lines: Sequence[Line], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self._rows = lines, {line.candidate.pk: line.candidate for line in lines}
        self._known = {line.candidate.pk: line.known for line in lines if line.known}
        choices = [(line.candidate.pk, line.label) for line in lines]
        self.fields["winner"].choices = choices  # type: ignore[attr-defined]
        self.fields["runner_up"].choices = [("", "Nobody chosen"), *choices]  # type: ignore[attr-defined]
        self.fields["winner_quote"] = quote_field("The winner’s quote", currency)
        self.fields["runner_up_quote"] = quote_field("Quote", currency)
        if self._known:
            for name in ("winner_quote", "runner_up_quote"):
                self.fields[name].help_text = TAKEN_OVER

    @property
    def winner_shown(self) -> str:
        """The candidate whose button is on, as posted."""
        return str(self["winner"].value() or "")

    def clean_winner(self) -> Candidate:
        return self._rows[self.cleaned_data["winner"]]

    def clean_runner_up(self) -> Candidate | None:
        return self._rows.get(self.cleaned_data["runner_up"])

    def clean_runner_up_quoted_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["runner_up_quoted_on"]
        if day and day > timezone.localdate():
            raise ValidationError("This day lies ahead. When was it quoted?")
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        bench = data.get("runner_up")
        if bench and bench == data.get("winner"):
            self.add_error("runner_up", "The runner-up must be another candidate than the winner.")
        entered = any(data.get(name) is not None for name in BENCH)
        if "runner_up" in data and bench is None and entered:
            self.add_error("runner_up", "Whose quote is this? Choose the runner-up.")
        quoted, until = data.get("runner_up_quoted_on"), data.get("runner_up_expires_on")
        if quoted and until and until < quoted:
            self.add_error("runner_up_expires_on", "This is before the day of the quote.")
        self._take_over(data)
        return data

    def _take_over(self, data: dict[str, Any]) -> None:
        """What the quotes say, where nothing else was typed: nobody copies a total from the table above."""
        winner, bench = data.get("winner"), data.get("runner_up")
        known = self._known.get(winner.pk) if winner else None
        if known and data.get("winner_quote") is None and "winner_quote" not in self.errors:
            data["winner_quote"] = known.total
        known = self._known.get(bench.pk) if bench else None
        if known and known.quote and not any(data.get(name) for name in BENCH):
            days = (known.quote.quoted_on, known.quote.valid_until_on)
            data.update(zip(BENCH, (known.total, *days), strict=True))


class NewAwardForm(_AwardFields, CreateOnceForm):
    pass


class AwardForm(_AwardFields, VersionForm):
    pass


class ConditionRow(forms.Form):
    row = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    text = LineField(label="Condition", max_length=500, required=False)


class AwardEditor:
    """The form with its list of conditions. Its buttons work without a script.

    `saving`: the draft or the proposal was sent; else a row was added or removed.
    """

    def __init__(
        self,
        form_class: type[_AwardFields],
        *,
        lines: Sequence[Line],
        currency: str,
        data: QueryDict | None = None,
        initial: dict[str, Any] | None = None,
        conditions: Sequence[ConditionDraft] = (),
    ) -> None:
        more: dict[str, Any] = {"lines": lines, "currency": currency}
        command, _, place = (data.get("do", "") if data is not None else "").partition("-")
        self.saving = data is not None and command not in {ADD, REMOVE}
        self.proposing = command == PROPOSE
        self.left_out = data is not None and _counted(data) > len(_typed(data))
        if data is None:
            self.form = form_class(initial=initial, **more)
            self.rows = self._unbound([(str(row or ""), text) for row, text in conditions])
        elif self.saving:
            self.form = form_class(data, **more)
            typed = [pair for pair in _typed(data) if pair[1].strip()]
            self.rows = [
                ConditionRow({f"c{at}-row": row, f"c{at}-text": text}, prefix=f"c{at}")
                for at, (row, text) in enumerate(typed)
            ]
        else:
            self.form = form_class(initial={**(initial or {}), **data.dict()}, **more)
            self.rows = self._after_button(_typed(data), command, place)

    def _unbound(
        self, pairs: Sequence[tuple[str, str]], focus: int | None = None
    ) -> list[ConditionRow]:
        rows = [
            ConditionRow(initial={"row": row, "text": text}, prefix=f"c{at}")
            for at, (row, text) in enumerate(pairs)
        ]
        if focus is not None and 0 <= focus < len(rows):
            rows[focus].fields["text"].widget.attrs["autofocus"] = True
        return rows

    def _after_button(
        self, pairs: list[tuple[str, str]], command: str, place: str
    ) -> list[ConditionRow]:
        if command == ADD:
            return self._unbound([*pairs, ("", "")][:MOST_CONDITIONS], focus=len(pairs))
        if place.isascii() and place.isdigit() and len(place) < 4 and int(place) < len(pairs):
            pairs.pop(int(place))
        return self._unbound(pairs)

    @property
    def may_add(self) -> bool:
        return len(self.rows) < MOST_CONDITIONS

    def is_saved(self) -> bool:
        """Something was sent to be kept, and all of it is good."""
        if not self.saving:
            return False
        good = all([self.form.is_valid(), *[row.is_valid() for row in self.rows]])
        if self.left_out:
            self.form.add_error(None, LEFT_OUT)
        return good and not self.left_out

    @property
    def refused(self) -> bool:
        return bool(self.form.errors or any(row.errors for row in self.rows))

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.form.cleaned_data[name] for name in VALUES}

    @property
    def conditions(self) -> list[ConditionDraft]:
        return [ConditionDraft(r.cleaned_data["row"], r.cleaned_data["text"]) for r in self.rows]


def _typed(data: QueryDict) -> list[tuple[str, str]]:
    """(id of the stored row, text) of each line, as sent."""
    found: list[tuple[str, str]] = []
    while len(found) < MOST_CONDITIONS and f"c{len(found)}-text" in data:
        at = len(found)
        found.append((str(data.get(f"c{at}-row", "")), str(data[f"c{at}-text"])))
    return found


def _counted(data: QueryDict) -> int:
    """How many lines were sent; more than were read must not get lost in silence."""
    return sum(1 for name in data if re.fullmatch(r"c[0-9]+-text", name))


def stored_values(award: Award) -> dict[str, Any]:
    """What the form shows of an award at first."""
    found = {name: getattr(award, name) for name in VALUES}
    return {**found, "winner": award.winner_id, "runner_up": award.runner_up_id}


def stored_conditions(award: Award) -> list[ConditionDraft]:
    return [ConditionDraft(row.pk, row.text) for row in conditions_of(award)]


def conditions_of(award: Award) -> list[AwardCondition]:
    """In their order, with who settled them."""
    rows = award.conditions.select_related("settled_by__user")
    return list(rows.order_by("position", "pk"))


# One step ------------------------------------------------------------------------------------------


def _words(label: str, help_text: str, *, required: bool = True, most: int = 2000) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ApproveForm(VersionForm):
    note = _words("A note", "Kept with the decision.", required=False)


class ReturnForm(VersionForm):
    note = _words("What should change?", "The proposer reads it in a mail.")


class WithdrawForm(PlainForm):
    reason = _words("Why is it withdrawn?", "It is kept with the award and in the trail.")


class ReopenForm(VersionForm):
    reason = _words(
        "Why is scoring opened again?",
        "Everybody who scores reads it. Don’t tell marks or who was first: they are secret again.",
    )


class SettleForm(PlainForm):
    note = LineField(
        label="How it was settled",
        required=False,
        max_length=500,
        help_text="For example: policy number, who confirmed it.",
    )
