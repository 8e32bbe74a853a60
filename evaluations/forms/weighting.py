"""Four ways to say what the criteria weigh.

Each answer form is used twice: for saving everything must be there, for the preview (`saving=False`)
whatever is there counts. What a form has read is `given`, in the shape that evaluations/weighting.py tells.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict

from core.fields import NumberField
from core.forms import PlainForm
from evaluations import weighting
from evaluations.criteria import CriterionDraft
from evaluations.weight_answers import Answer
from evaluations.weighting import ORDER, PAIRS, POINTS, SWING, pair_key

MOST_POINTS = 10_000
NUMBER = {"class": "form-control", "autocomplete": "off", "inputmode": "decimal", "step": "any"}


class AnswerForm(PlainForm):
    """What all four ways share: which answer it began with, and what the criteria were then."""

    way = ""
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    asked = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        drafts: Sequence[CriterionDraft],
        answer: Answer | None,
        saving: bool = True,
    ) -> None:
        old = answer.row.given if answer else {}
        initial = {
            "version": answer.row.version if answer else 0,
            "asked": weighting.digest(drafts),
        }
        super().__init__(data, initial=initial | self.shown(old))
        self.drafts = drafts
        self.saving = saving
        self.add_fields()

    def shown(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """An earlier answer as the values of the fields."""
        raise NotImplementedError

    def add_fields(self) -> None:
        """One or more for each criterion."""
        raise NotImplementedError

    @property
    def given(self) -> dict[str, Any]:
        """The answer as far as it was given; what is missing or wrong is left out."""
        raise NotImplementedError

    @property
    def outcome(self) -> weighting.Outcome:
        """What follows from it."""
        return weighting.outcome(self.way, self.given, self.drafts)

    @property
    def preview(self) -> list[tuple[str, Decimal]]:
        """Each criterion with what it would weigh; empty while something is missing."""
        weights = self.outcome.weights
        return [(draft.name, weights[draft.row]) for draft in self.drafts if draft.row in weights]

    def _values(self, prefix: str) -> dict[str, Any]:
        """The values of all fields of one kind that hold any, by the rest of their names."""
        there = (
            self.cleaned_data
            if self.is_bound
            else {name: self.get_initial_for_field(self.fields[name], name) for name in self.fields}
        )
        return {
            name.removeprefix(prefix): value
            for name, value in there.items()
            if name.startswith(prefix) and value not in (None, "")
        }


# Order --------------------------------------------------------------------------------------------


class OrderForm(AnswerForm):
    """A number of place for each criterion, 1 first."""

    way = ORDER
    focus: tuple[str, int] = ("", 0)  # the button that was pressed, to press it again

    def shown(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {f"place-{key}": place for place, key in enumerate(given.get("order", ()), start=1)}

    def add_fields(self) -> None:
        for draft in self.drafts:
            field = forms.IntegerField(label=f"Place of {draft.name}", required=False, min_value=1)
            field.widget.attrs.update(NUMBER, inputmode="numeric")
            self.fields[f"place-{draft.row}"] = field

    @property
    def places(self) -> dict[int, int]:
        """The place of each criterion that has one, in order; those with the same in the list's order."""
        typed = {int(key): place for key, place in self._values("place-").items()}
        return {pk: typed[pk] for pk in sorted(typed, key=lambda pk: typed[pk])}

    @property
    def given(self) -> dict[str, Any]:
        return {"order": [str(pk) for pk in self.places]}

    def clean(self) -> dict[str, Any]:
        if self.saving:
            self._refuse_gaps()
            self._refuse_twice()
        return self.cleaned_data

    def _refuse_gaps(self) -> None:
        for draft in self.drafts:
            name = f"place-{draft.row}"
            if name not in self.errors and self.cleaned_data.get(name) is None:
                self.add_error(name, f"Give {draft.name} a place.")

    def _refuse_twice(self) -> None:
        names = {draft.row: draft.name for draft in self.drafts}
        taken: dict[int, str] = {}
        for pk, place in self.places.items():
            if place in taken:
                words = f"{names[pk]} and {taken[place]} both have place {place}. Each has its own."
                self.add_error(f"place-{pk}", words)
            taken[place] = names[pk]

    def arrange(self, button: str) -> None:
        """Carry out a button: place-12 (at the end), up-12, down-12, back-12 (out), at-12 (its number), sort."""
        verb, _, key = button.partition("-")
        order = list(self.places)
        known = {str(draft.row): draft.row for draft in self.drafts}
        pk = known.get(key)
        if pk is not None:
            order = _moved(order, verb, pk, self.places.get(pk))
            self.focus = (verb, pk)
        data = cast(QueryDict, self.data).copy()
        for draft in self.drafts:
            place = order.index(draft.row) + 1 if draft.row in order else ""
            data[f"place-{draft.row}"] = str(place)
        self.data = data
        self.full_clean()

    @property
    def placed(self) -> list[dict[str, Any]]:
        """Rows of the order, first first."""
        rows = {draft.row: draft for draft in self.drafts}
        order = list(self.places)
        last = len(order) - 1
        return [self._row(rows[pk], at, at == 0, at == last) for at, pk in enumerate(order)]

    @property
    def to_place(self) -> list[dict[str, Any]]:
        """Rows that have no place yet."""
        left = [draft for draft in self.drafts if draft.row not in self.places]
        pressed = self.focus[0] in {"place", "back"}
        return [
            self._row(draft, 0, False, False) | {"focus_place": pressed and at == 0}
            for at, draft in enumerate(left)
        ]

    def _row(self, draft: CriterionDraft, at: int, first: bool, last: bool) -> dict[str, Any]:
        verb, pk = self.focus
        mine = pk == draft.row
        return {
            "draft": draft,
            "field": self[f"place-{draft.row}"],
            "place": at + 1,
            "first": first,
            "last": last,
            "focus_up": mine and not first and (verb == "up" or (verb == "down" and last)),
            "focus_down": mine and not last and (verb == "down" or (verb == "up" and first)),
        }


def _moved(order: list[int], verb: str, pk: int, place: int | None) -> list[int]:
    old = order.index(pk) if pk in order else len(order)
    rest = [other for other in order if other != pk]
    steps = {"up": old - 1, "down": old + 1, "place": len(rest), "at": (place or 0) - 1}
    if verb not in steps or (verb == "at" and place is None):
        return rest if verb in {"back", "at"} else order
    at = max(0, min(steps[verb], len(rest)))
    return [*rest[:at], pk, *rest[at:]]


# Points -------------------------------------------------------------------------------------------


class PointsForm(AnswerForm):
    """Points to give out among the criteria, any total."""

    way = POINTS
    most = MOST_POINTS

    def shown(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {f"points-{key}": text for key, text in given.get("points", {}).items()}

    def add_fields(self) -> None:
        words = f"Points lie between 0 and {self.most:,}."
        for draft in self.drafts:
            field = NumberField(
                label=f"Points of {draft.name}",
                required=False,
                min_value=0,
                max_value=self.most,
                decimal_places=3,
                max_digits=9,
                error_messages={"min_value": words, "max_value": words},
            )
            field.widget.attrs.update(NUMBER)
            self.fields[f"points-{draft.row}"] = field

    @property
    def rows(self) -> list[tuple[CriterionDraft, Any]]:
        return [(draft, self[f"points-{draft.row}"]) for draft in self.drafts]

    @property
    def points(self) -> dict[str, str]:
        return {key: f"{value:f}" for key, value in self._numbers().items()}

    def _numbers(self) -> dict[str, Decimal]:
        return {key: Decimal(value) for key, value in self._values("points-").items()}

    @property
    def total(self) -> Decimal:
        return sum(self._numbers().values(), Decimal(0))

    @property
    def left(self) -> Decimal:
        """What remains of 100; below zero when it is more."""
        return 100 - self.total

    @property
    def given(self) -> dict[str, Any]:
        return {"points": self.points}

    def clean(self) -> dict[str, Any]:
        if self.saving:
            self._refuse_gaps(self.drafts)
            if not self.errors and not self.total:
                self.add_error(None, "Give at least one criterion more than 0.")
        return self.cleaned_data

    def _refuse_gaps(self, drafts: Sequence[CriterionDraft]) -> None:
        for draft in drafts:
            name = f"points-{draft.row}"
            if name not in self.errors and self.cleaned_data.get(name) is None:
                self.add_error(name, f"Give {draft.name} a number; 0 if it should not count.")


class SwingForm(PointsForm):
    """Which change from worst to best matters most (100), and how much the others do beside it."""

    way = SWING
    most = 100

    def shown(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().shown(given), "top": given.get("top", "")}

    def add_fields(self) -> None:
        self.fields["top"] = forms.ChoiceField(
            label="The change that matters most",
            required=False,
            choices=[(str(draft.row), draft.name) for draft in self.drafts],
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": "This criterion is gone. Choose again."},
        )
        super().add_fields()

    @property
    def chosen_top(self) -> str:
        return self._values("").get("top", "")

    @property
    def points(self) -> dict[str, str]:
        """Of the others: the top one has 100, whatever stands in its field."""
        return {key: text for key, text in super().points.items() if key != self.chosen_top}

    @property
    def given(self) -> dict[str, Any]:
        return {"top": self.chosen_top, "points": self.points}

    def clean(self) -> dict[str, Any]:
        if self.chosen_top:
            self.errors.pop(f"points-{self.chosen_top}", None)
        if self.saving:
            if not self.chosen_top and "top" not in self.errors:
                self.add_error("top", "Say which change matters most.")
            self._refuse_gaps([draft for draft in self.drafts if str(draft.row) != self.chosen_top])
        return self.cleaned_data


# Pairs --------------------------------------------------------------------------------------------


class PairsForm(AnswerForm):
    """One question for each pair. May be saved half done."""

    way = PAIRS

    def shown(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {f"pair-{key}": text for key, text in given.get("pairs", {}).items()}

    def add_fields(self) -> None:
        self.names = {draft.row: draft.name for draft in self.drafts}
        self.asked_pairs = weighting.questions(weighting.ids_of(self.drafts))
        if len(self.drafts) > weighting.MOST_IN_PAIRS:
            return
        for first, second in self.asked_pairs:
            field = forms.ChoiceField(
                label=f"{self.names[first]} or {self.names[second]}?",
                required=False,
                choices=[("", "Not answered yet"), *self._choices(first, second)],
            )
            field.widget.attrs["class"] = "form-select"
            self.fields[f"pair-{pair_key(first, second)}"] = field

    def _choices(self, first: int, second: int) -> Iterator[tuple[str, Any]]:
        one, other = self.names[first], self.names[second]
        for group, values in (
            (f"{one} is more important", range(9, 1, -1)),
            ("Neither", (1,)),
            (f"{other} is more important", range(-2, -10, -1)),
        ):
            words = [(str(value), weighting.pair_words(value, one, other)) for value in values]
            yield group, words

    @property
    def rows(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("pair-")]

    @property
    def given(self) -> dict[str, Any]:
        return {"pairs": self._values("pair-")}

    @property
    def said_words(self) -> str:
        """The judgement to think about again, as it was said."""
        doubt = self.outcome.consistency
        return self._words(doubt.pair, doubt.said) if doubt and doubt.pair else ""

    @property
    def meant_words(self) -> str:
        """What the other judgements point to."""
        doubt = self.outcome.consistency
        return self._words(doubt.pair, doubt.meant) if doubt and doubt.pair else ""

    @property
    def doubt_id(self) -> str:
        """The id of that question on the page."""
        doubt = self.outcome.consistency
        return f"id_pair-{pair_key(*doubt.pair)}" if doubt and doubt.pair else ""

    def _words(self, pair: tuple[int, int], value: int) -> str:
        return weighting.pair_words(value, self.names[pair[0]], self.names[pair[1]])


FORMS: dict[str, type[AnswerForm]] = {
    form.way: form for form in (OrderForm, SwingForm, PointsForm, PairsForm)
}
