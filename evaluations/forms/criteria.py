"""The editor of a list of criteria: one form with a row for each, which a set and an evaluation share.

Besides saving, its buttons add, remove and move rows and make the weights add up. Those change only
what the page shows; nothing is stored, and what was typed is kept as it was typed.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict

from core.fields import NumberField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm, go_on_from
from evaluations import criteria
from evaluations.criteria import CriterionDraft
from evaluations.models import Kind

SAVE, ADD, SPREAD = "save", "add", "spread"
UP, DOWN, REMOVE = "up", "down", "remove"
MOST_ROWS = criteria.MOST_CRITERIA + 10  # one more page of rows than is allowed, to say so
LARGEST_SHARE = Decimal(1_000_000)
ANCHORS = [f"anchor_{mark}" for mark in criteria.MARKS]
FIELDS = ["row", "name", "question", "kind", "weight", "worst", "best", "unit", *ANCHORS]

NUMBERS = ["weight", "worst", "best"]
# What a criterion of this kind has no use for; it is not even checked.
OTHER_KINDS = {
    Kind.JUDGED: ["worst", "best", "unit"],
    Kind.MEASURED: ANCHORS,
    Kind.GATE: ["weight", "worst", "best", "unit", *ANCHORS],
}

Raw = dict[str, str]


class CriteriaSetForm(VersionForm):
    """What belongs to the set as a whole."""

    name = LineField(label="Name of the set", max_length=120)
    note = LineField(
        label="What did you change, and why?",
        required=False,
        max_length=300,
        help_text="Stands in the history beside this version.",
    )


class NewCriteriaSetForm(CreateOnceForm):
    name = LineField(label="Name of the set", max_length=120)


class CriterionRow(PlainForm):
    """One criterion. What does not apply to its kind is ignored."""

    row = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    name = LineField(max_length=100, error_messages={"required": "Give this criterion a name."})
    kind = forms.ChoiceField(label="How it is marked", choices=Kind.choices)
    weight = NumberField(
        max_digits=6,
        decimal_places=3,
        min_value=0,
        max_value=100,
        required=False,
        error_messages={
            "invalid": "Write the weight as a number, for example 25 or 33.333.",
            "min_value": "A weight lies between 0 and 100.",
            "max_value": "A weight lies between 0 and 100.",
            "max_digits": "Use at most three decimals.",
            "max_decimal_places": "Use at most three decimals.",
        },
    )
    question = forms.CharField(
        label="Question to answer",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    worst = NumberField(
        label="Worst: gets 0 points", max_digits=14, decimal_places=4, required=False
    )
    best = NumberField(
        label="Best: gets 100 points", max_digits=14, decimal_places=4, required=False
    )
    unit = LineField(max_length=30, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for mark, name in zip(criteria.MARKS, ANCHORS, strict=True):
            label = f"What a {mark} looks like"
            self.fields[name] = LineField(label=label, max_length=300, required=False)
        for name, field in self.fields.items():
            kind = "form-select" if name == "kind" else "form-control"
            field.widget.attrs.update({"class": kind, "autocomplete": "off"})
        for name in NUMBERS:
            self.fields[name].widget.attrs["step"] = "any"
        self.fields["weight"].widget.attrs["inputmode"] = "decimal"
        self.fields["unit"].widget.attrs["placeholder"] = "EUR, hours, %"
        self.focus = False  # the row that a button has just added or moved
        self.was = ""

    def clean_question(self) -> str:
        return self.cleaned_data["question"].replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for name in OTHER_KINDS.get(data.get("kind", ""), []):
            self.errors.pop(name, None)
            data[name] = None if name in NUMBERS else ""
        if data.get("kind") == Kind.MEASURED:
            for name in ("worst", "best"):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, "Fix this number before anybody marks.")
        return data

    @property
    def anchors(self) -> list[Any]:
        return [self[name] for name in ANCHORS]

    @property
    def is_gate(self) -> bool:
        return self["kind"].value() == Kind.GATE

    @property
    def title(self) -> str:
        return self["name"].value() or "new"

    @property
    def open(self) -> bool:
        """Show the anchors, which are folded away: one of them is wrong, or the row is new."""
        return self.focus or bool(set(ANCHORS) & set(self.errors if self.is_bound else ()))

    @property
    def draft(self) -> CriterionDraft:
        data = self.cleaned_data
        measured = data["kind"] == Kind.MEASURED
        return criteria.tidied(
            CriterionDraft(
                name=data["name"],
                weight=data["weight"] or Decimal(0),
                kind=data["kind"],
                question=data["question"],
                worst=data["worst"] if measured else Decimal(0),
                best=data["best"] if measured else Decimal(5),
                unit=data["unit"],
                anchors=tuple(data[name] for name in ANCHORS),
                row=data["row"],
            )
        )


HeadForm = TypeVar("HeadForm", bound=PlainForm)


SAME = ["Nothing: what you entered is what is stored now."]


class CriteriaEditor:
    """All rows of the list. `saving`: Save was pressed; `posted_data`: any of the buttons was."""

    def __init__(
        self, rows: list[CriterionRow], *, saving: bool = False, problem: str = ""
    ) -> None:
        self.rows, self.saving, self.problem = rows, saving, problem
        self.posted_data: QueryDict | None = None
        self._drafts: list[CriterionDraft] | None = None

    @classmethod
    def showing(cls, drafts: Sequence[CriterionDraft]) -> "CriteriaEditor":
        """The editor as it first opens."""
        return cls(_rows([raw_row(draft) for draft in drafts]))

    def head(self, form: type[HeadForm], initial: dict[str, Any]) -> HeadForm:
        """The form above the rows: checked when saving, else only keeping what was typed."""
        if self.saving:
            return form(self.posted_data)
        typed = self.posted_data.dict() if self.posted_data else {}
        return form(initial={**initial, **typed})

    def is_saved_by(self, form: PlainForm) -> bool:
        """Save was pressed, and all of it is good."""
        return self.saving and all([form.is_valid(), self.is_valid()])

    def refused(self, form: PlainForm) -> bool:
        """Something on the page has to be mended."""
        return bool(self.problem or form.errors or any(row.errors for row in self.rows))

    @classmethod
    def posted(cls, data: QueryDict) -> "CriteriaEditor":
        """The editor after one of its buttons."""
        editor = cls._after_button(data)
        editor.posted_data = data
        return editor

    @classmethod
    def _after_button(cls, data: QueryDict) -> "CriteriaEditor":
        raw = read_rows(data)
        command, _, place = data.get("do", SAVE).partition("-")
        if command in {UP, DOWN, REMOVE, ADD}:
            return cls(_changed(raw, command, _place(place, len(raw))))
        if command == SPREAD:
            return cls._spread(raw)
        places = [at for at, row in enumerate(raw) if not _blank(row)]
        rows = [CriterionRow(raw_data(raw[at], at), prefix=f"c{at}") for at in places]
        return cls(rows, saving=True)

    @classmethod
    def _spread(cls, raw: list[Raw]) -> "CriteriaEditor":
        weighted = [row for row in raw if row["kind"] != Kind.GATE and not _blank(row)]
        weights = [_share(row["weight"]) for row in weighted]
        if any(weight is None for weight in weights):
            words = "Write every weight as a number that is not below 0; then they can be adjusted."
            return cls(_rows(raw), problem=words)
        known = [weight for weight in weights if weight is not None]
        for row, weight in zip(weighted, criteria.spread(known), strict=True):
            row["weight"] = plain(weight)
        return cls(_rows(raw))

    def remember(self, drafts: Sequence[CriterionDraft]) -> None:
        """Let every row say which weight is stored now."""
        stored = {criteria.name_key(draft.name): draft for draft in drafts if not draft.is_gate}
        for row in self.rows:
            was = stored.get(criteria.name_key(row.title))
            row.was = plain(was.weight) if was else ""

    def what_saving_changes(
        self, form: VersionForm, version: int, stored: Sequence[CriterionDraft]
    ) -> list[str]:
        """Somebody saved meanwhile: what the next press of Save, which now means it, would change.

        `version` and `stored` are what is there; empty if that is what was entered.
        """
        go_on_from(form, version)
        self.remember(stored)
        return [change.words for change in criteria.changes(stored, self.drafts)]

    def is_valid(self) -> bool:
        if not all([row.is_valid() for row in self.rows]):  # noqa: C419 - every row shows its errors
            return False
        self._drafts = [row.draft for row in self.rows]
        problems = criteria.problems(self._drafts)
        for problem in problems:
            if problem.row is None:
                self.problem = problem.message
            else:
                self.rows[problem.row].add_error(problem.field, problem.message)
        return not problems

    @property
    def drafts(self) -> list[CriterionDraft]:
        """What is to be saved; only after `is_valid()`."""
        if self._drafts is None:
            raise ValueError("ask is_valid() first")
        return self._drafts

    @property
    def total(self) -> Decimal | None:
        """The sum of the weights as they stand on the page; None if one of them is no number."""
        weights = [_share(row["weight"].value() or "0") for row in self.rows if not row.is_gate]
        known = [weight for weight in weights if weight is not None]
        return sum(known, Decimal(0)) if len(known) == len(weights) else None

    @property
    def total_text(self) -> str:
        return "?" if self.total is None else criteria.number(self.total)

    @property
    def total_words(self) -> str:
        return "" if self.total is None else criteria.total_words(self.total)

    @property
    def may_add(self) -> bool:
        return len(self.rows) < criteria.MOST_CRITERIA


# Rows as they were typed --------------------------------------------------------------------------


def plain(value: Decimal) -> str:
    """A decimal as an input of type number takes it."""
    return criteria.number(value).replace(",", "")


def raw_row(draft: CriterionDraft) -> Raw:
    """A criterion as the fields of a row show it."""
    measured = draft.kind == criteria.MEASURED
    padded = [*draft.anchors, *[""] * len(ANCHORS)][: len(ANCHORS)]
    return {
        "row": str(draft.row or ""),
        "name": draft.name,
        "question": draft.question,
        "kind": draft.kind,
        "weight": "" if draft.is_gate else plain(draft.weight),
        "worst": plain(draft.worst) if measured else "",
        "best": plain(draft.best) if measured else "",
        "unit": draft.unit,
        **dict(zip(ANCHORS, padded, strict=True)),
    }


def read_rows(data: QueryDict) -> list[Raw]:
    """The rows as they were sent, however wrong."""
    rows: list[Raw] = []
    while len(rows) < MOST_ROWS and f"c{len(rows)}-name" in data:
        prefix = f"c{len(rows)}-"
        rows.append({name: data.get(prefix + name, "") for name in FIELDS})
    return rows


def raw_data(row: Raw, at: int) -> Raw:
    """A row under the names that its form expects."""
    return {f"c{at}-{name}": value for name, value in row.items()}


def _rows(raw: list[Raw], focus: int | None = None) -> list[CriterionRow]:
    rows = [CriterionRow(initial=row, prefix=f"c{at}") for at, row in enumerate(raw)]
    if focus is not None and 0 <= focus < len(rows):
        rows[focus].focus = True
        rows[focus].fields["name"].widget.attrs["autofocus"] = True
    return rows


def _blank(row: Raw) -> bool:
    """Nothing was entered, so nothing is meant."""
    typed = {name: value.strip() for name, value in row.items() if name not in {"row", "kind"}}
    return not any(value for name, value in typed.items() if (name, value) != ("weight", "0"))


def _place(text: str, count: int) -> int:
    is_place = text.isascii() and text.isdigit() and len(text) < 4
    return int(text) if is_place and int(text) < count else -1


def _changed(raw: list[Raw], command: str, at: int) -> list[CriterionRow]:
    """The rows with one added (at the end), removed or moved by one place."""
    if command == ADD:
        new = dict.fromkeys(FIELDS, "") | {"kind": Kind.JUDGED.value, "weight": "0"}
        return _rows([*raw, new][:MOST_ROWS], focus=len(raw))
    if at < 0:
        return _rows(raw)
    row = raw.pop(at)
    if command == REMOVE:
        return _rows(raw, focus=min(at, len(raw) - 1))
    to = at - 1 if command == UP else at + 1
    to = min(max(to, 0), len(raw))
    raw.insert(to, row)
    return _rows(raw, focus=to)


def _share(text: Any) -> Decimal | None:
    """A weight as typed, or None if it is not a sensible number from 0 up."""
    try:
        share = Decimal(str(text).strip() or "0")
    except InvalidOperation:
        return None
    good = share.is_finite() and 0 <= share <= LARGEST_SHARE and share.adjusted() > -7
    return share if good and len(share.as_tuple().digits) <= 15 else None
