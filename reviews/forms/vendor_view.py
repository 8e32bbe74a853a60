"""Asking the vendor, and what he says on his own page: nothing on it is answered beforehand."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.fields import UntilField
from core.forms import VersionForm
from evaluations.marks import BadMark, Scale, mark_text, read_mark
from reviews.models import VendorView
from reviews.vendor_answers import CLIENT_WORDS, Asked
from vendors.models import Contact

LONGEST = dt.timedelta(days=120)
MOST_COMMENT = 2000
NO_MARK = "none"  # chosen to take a mark back; at first nothing is chosen


class AskVendorForm(VersionForm):
    """Whom to ask, until when, and what he may see."""

    contact = forms.ModelChoiceField(
        label="Who is asked",
        queryset=Contact.objects.none(),
        empty_label="Choose",
        help_text="A contact of the vendor with an e-mail address.",
    )
    until_on = UntilField(within=LONGEST, help_text="He or she can save and come back.")
    shows_marks = forms.BooleanField(
        label="Show our marks, so that each can be disputed",
        required=False,
        help_text="Only the marks that are there when the page is opened; never comments or other texts.",
    )

    def __init__(self, *args: Any, contacts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["contact"]
        field.queryset = contacts
        field.label_from_instance = lambda row: f"{row.name} ({row.email})"


@dataclass(frozen=True)
class Row:
    """One criterion on the page, with its fields; `dispute` is None where our mark is not shown."""

    asked: Asked
    mark: forms.BoundField
    comment: forms.BoundField
    dispute: forms.BoundField | None
    is_open: bool


class VendorViewForm(VersionForm):
    """The vendor's page: a mark and a comment for each criterion, his own words, and us as a client."""

    summary = forms.CharField(
        label="In your own words",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What went well, what did not, and what you would change.",
    )
    client_mark = forms.ChoiceField(
        label="How are we as a client?",
        required=False,
        choices=[
            *((number, f"{number} {words}") for number, words in CLIENT_WORDS.items()),
            (NO_MARK, "No answer"),
        ],
        widget=forms.RadioSelect,
    )
    client_comment = forms.CharField(
        label="What could we do better?",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, asked: Sequence[Asked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for row in asked:
            pk = row.criterion.pk
            self.fields[f"mark_{pk}"] = _mark_field(row)
            self.fields[f"comment_{pk}"] = forms.CharField(
                label=f"{row.criterion.name}: comment",
                required=False,
                max_length=MOST_COMMENT,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            if row.ours is not None:
                self.fields[f"dispute_{pk}"] = forms.BooleanField(
                    label="I see this differently", required=False
                )

    def rows(self) -> Iterator[Row]:
        """The criteria in their order."""
        for row in self.asked:
            pk = row.criterion.pk
            comment = self[f"comment_{pk}"]
            yield Row(
                asked=row,
                mark=self[f"mark_{pk}"],
                comment=comment,
                dispute=self[f"dispute_{pk}"] if row.ours is not None else None,
                is_open=bool(comment.value() or comment.errors),
            )

    def clean_client_mark(self) -> int | None:
        """ "No answer" is none."""
        text = self.cleaned_data["client_mark"]
        return None if text in ("", NO_MARK) else int(text)

    def clean(self) -> dict[str, Any]:
        """As the action takes it: the marks by criterion."""
        data = super().clean() or self.cleaned_data
        marks = {
            row.criterion.pk: (
                data.get(f"mark_{row.criterion.pk}"),
                bool(data.get(f"dispute_{row.criterion.pk}")),
                data.get(f"comment_{row.criterion.pk}", ""),
            )
            for row in self.asked
        }
        kept = ("summary", "client_mark", "client_comment", "version")
        return {"marks": marks, **{name: data[name] for name in kept if name in data}}


class _ChosenMark(forms.ChoiceField):
    """A mark chosen from the whole scale."""

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        return None if text in ("", NO_MARK) else Decimal(text)


class _TypedMark(forms.CharField):
    """A mark that is typed, on a scale that has too many to choose from."""

    def __init__(self, scale: Scale, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, **kwargs)
        self.scale = scale

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        try:
            return read_mark(text, self.scale)[0]
        except BadMark as error:
            raise ValidationError(str(error)) from None


def _mark_field(row: Asked) -> forms.Field:
    criterion = row.criterion
    scale = Scale(criterion.kind, criterion.worst, criterion.best)
    label = f"{criterion.name}: your mark"
    if criterion.is_gate:
        choices = [("1", "Yes"), ("0", "No")]
    elif scale.by_hand:
        choices = [(str(number), str(number)) for number in range(6)]
    else:
        attrs = {"autocomplete": "off"}
        return _TypedMark(
            scale,
            label=label,
            help_text="A number such as 12.5.",
            widget=forms.TextInput(attrs=attrs),
        )
    choices.append((NO_MARK, "No mark"))
    return _ChosenMark(label=label, required=False, choices=choices, widget=forms.RadioSelect)


def initial_of(view: VendorView, asked: Sequence[Asked]) -> dict[str, Any]:
    """What was saved so far, as the form shows it."""
    found: dict[str, Any] = {
        "summary": view.summary,
        "client_mark": view.client_mark,
        "client_comment": view.client_comment,
        "version": view.version,
    }
    for row in asked:
        if row.said is not None:
            pk = row.criterion.pk
            found[f"mark_{pk}"] = mark_text(row.said.mark, False) or None
            found[f"comment_{pk}"] = row.said.comment
            found[f"dispute_{pk}"] = row.said.disputes
    return found
