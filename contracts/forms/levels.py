"""Service levels, packs of them, and support hours."""

import datetime as dt
from functools import partial
from typing import Any

from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms

from contracts.level_credits import bands_as_text, measure_of, parse_bands
from contracts.level_packs import PACKS
from contracts.level_reading import bands_kept, bands_of, level_of
from contracts.level_shape import problems
from contracts.level_words import Level
from contracts.models import ContractTerms, ServiceLevel
from core.fields import NumberField
from core.forms import LineField, PlainForm, VersionForm
from core.service_hours import WEEKDAYS, days_in_words
from vendors import values
from vendors.countries import country_code, country_name, time_zone_name
from vendors.forms.profile import RuleField

Metric, Unit = ServiceLevel.Metric, ServiceLevel.Unit
NUMBER = {"inputmode": "decimal", "autocomplete": "off"}
SHAPE = ["metric", "name", "comparator", "target", "unit", "window"]  # without these it is no level


def _choices(options: Any, empty: str = "Choose") -> list[tuple[str, str]]:
    return [("", empty), *options.choices]


class LevelFields(PlainForm):
    """One promise. Nothing is filled in beforehand: what both sides agreed is written down."""

    metric = forms.ChoiceField(label="What is measured", choices=_choices(Metric))
    name = LineField(
        label="Name",
        max_length=200,
        help_text="What you call it, for example First response.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    priority = LineField(
        label="Priority",
        max_length=80,
        required=False,
        help_text="If it is only for some cases, for example urgent. Empty: for all of them.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    comparator = forms.ChoiceField(label="Promised", choices=_choices(ServiceLevel.Comparator))
    target = NumberField(
        label="Target",
        max_digits=12,
        decimal_places=4,
        min_value=0,
        help_text="The number, for example 99.5.",
        widget=forms.TextInput(attrs=NUMBER),
    )
    unit = forms.ChoiceField(label="Unit", choices=_choices(Unit))
    share = NumberField(
        label="In how many % of cases",
        max_digits=6,
        decimal_places=3,
        min_value=0,
        max_value=100,
        required=False,
        help_text="For responses and resolutions, for example 90. Empty: in every case.",
        widget=forms.TextInput(attrs=NUMBER),
    )
    hours = forms.ChoiceField(
        label="Counted",
        choices=_choices(ServiceLevel.Hours, "Not said yet"),
        required=False,
        help_text="For times and availability.",
    )
    window = forms.ChoiceField(
        label="Measured over each",
        choices=_choices(ServiceLevel.Window),
        help_text="How long results are gathered before they are judged.",
    )
    source = LineField(
        label="Measured by",
        max_length=300,
        required=False,
        help_text="Whose numbers count, for example the report of their ticket system.",
    )
    exclusions = RuleField(
        partial(values.clean_text, longest=2000),
        "exclusions",
        label="What does not count",
        max_length=2000,
        help_text="For example announced maintenance. Empty: everything counts.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    credits = forms.CharField(
        label="Credits",
        max_length=1000,
        required=False,
        help_text="One a line, the part of the period’s price that you get back, for example"
        " “below 99.5: 5 %”. Of a time it is “above 8: 5 %”, where a share of cases is promised"
        " “below 90: 5 %”.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    credit_cap_percent = NumberField(
        label="Never more than, in %",
        max_digits=6,
        decimal_places=3,
        min_value=0,
        max_value=100,
        required=False,
        help_text="Of the period’s price. Empty: no cap.",
        widget=forms.TextInput(attrs=NUMBER),
    )
    claim_days = forms.IntegerField(
        label="Claim within, in days",
        min_value=1,
        max_value=365,
        required=False,
        help_text="After the end of the period.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    position = forms.IntegerField(
        label="Place in the list",
        min_value=0,
        max_value=32_767,
        required=False,
        help_text="The smallest number stands first. Empty: it stays where it is, a new one last.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pair = partial(Div, css_class="field-pair")
        self.helper.layout = Layout(
            *[name for name in ("version",) if name in self.fields],
            Fieldset("What", pair("metric", "priority"), "name"),
            Fieldset(
                "How good",
                Div("comparator", "target", "unit", css_class="field-three"),
                pair("share", "hours"),
            ),
            Fieldset("How it is judged", pair("window", "source"), "exclusions"),
            Fieldset("What happens if not", "credits", pair("credit_cap_percent", "claim_days")),
            Fieldset("Where it stands", "position"),
        )

    def clean_share(self) -> Any:
        if self.cleaned_data["share"] == 0:
            raise forms.ValidationError("In 0 % of cases nothing is promised; leave it empty.")
        return self.cleaned_data["share"]

    def clean_credit_cap_percent(self) -> Any:
        if self.cleaned_data["credit_cap_percent"] == 0:
            raise forms.ValidationError("A cap of 0 % pays nothing back; leave it empty.")
        return self.cleaned_data["credit_cap_percent"]

    def clean(self) -> dict[str, Any]:
        """What fits together; bands are read in the direction in which the promise is worse."""
        data: dict[str, Any] = self.cleaned_data
        text = data.get("credits", "")
        data["credits"] = []
        if not all(name in data for name in SHAPE):
            return data
        level = Level(**{name: data[name] for name in SHAPE}, share=data.get("share"))
        try:
            data["credits"] = bands_kept(parse_bands(text, measure_of(level)))
        except ValueError as error:
            self.add_error("credits", str(error))
            return data
        self._say_problems(data)
        return data

    def _say_problems(self, data: dict[str, Any]) -> None:
        more = ("hours", "share", "credit_cap_percent", "claim_days")
        level = Level(
            **{name: data[name] for name in SHAPE},
            **{name: data[name] for name in more if name in data},
            credits=bands_of(data["credits"]),
        )
        for field, message in problems(level):
            self.add_error(field, message)


class LevelForm(LevelFields):
    """A new service level."""


class EditLevelForm(LevelFields, VersionForm):
    """A service level that is there."""


_PLAIN = ["metric", "name", "priority", "comparator", "unit", "hours", "window", "source"]
_PLAIN += ["exclusions", "claim_days", "position", "version"]


def initial_of(row: ServiceLevel) -> dict[str, Any]:
    """What the form shows of a stored level, its credits as lines."""
    level = level_of(row)
    return {
        **{name: getattr(row, name) for name in _PLAIN},
        **{name: _number(getattr(row, name)) for name in ("target", "share", "credit_cap_percent")},
        "credits": bands_as_text(level.credits, measure_of(level)),
    }


def _number(value: Any) -> str:
    return "" if value is None else f"{value.normalize():f}"


def level_differences(form: PlainForm, stored: ServiceLevel) -> list[tuple[str, str, str]]:
    """For a stale form: (label, what is stored now, what this person wrote) where the two differ."""
    theirs, rows = initial_of(stored), []
    for name, field in form.fields.items():
        mine = form.cleaned_data.get(name)
        same = mine is None if name == "position" else False
        if name == "version" or same or getattr(stored, name) == mine:
            continue
        labels: dict[Any, Any] = dict(getattr(field, "choices", ()))
        written = form.data.get(name, "")
        pair = [str(labels.get(value, value)) for value in (theirs[name], written)]
        rows.append((str(field.label), pair[0], pair[1]))
    return rows


class PackForm(PlainForm):
    """Which levels of the standard packs to take; none is chosen beforehand."""

    levels = forms.MultipleChoiceField(
        label="Service levels",
        choices=[(each.key, each.level.full_name) for pack in PACKS for each in pack.levels],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Tick at least one level.",
            "invalid_choice": "This level is not in the packs any more. Choose again.",
        },
    )


# Support hours --------------------------------------------------------------------------------------

TIMED = ["support_days", "support_from", "support_to"]
NEEDED = {
    "support_days": "Tick the weekdays on which support works.",
    "support_from": "Say from when.",
    "support_to": "Say until when.",
    "support_zone": "Say by which clock, for example Europe/Dublin.",
}
DAY_CHOICES = [(str(at), name) for at, name in enumerate(WEEKDAYS)]


class SupportHoursForm(VersionForm):
    """When support works. All of it empty says that it is not agreed yet."""

    support_round_clock = forms.BooleanField(
        label="Round the clock, every day of the year", required=False
    )
    support_days = forms.MultipleChoiceField(
        label="Weekdays",
        choices=DAY_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    support_from = forms.TimeField(
        label="From",
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": "Write the time like 09:00."},
    )
    support_to = forms.TimeField(
        label="To",
        required=False,
        help_text="Earlier than “From” means the next morning.",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": "Write the time like 17:00."},
    )
    support_zone = RuleField(
        time_zone_name,
        "time_zone",
        label="Time zone",
        max_length=60,
        help_text="By whose clock, for example Europe/Dublin.",
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
    )
    support_holidays = RuleField(
        country_code,
        "country",
        label="Not on public holidays of",
        max_length=80,
        help_text="The country. Empty: support works on public holidays too.",
        widget=forms.TextInput(attrs={"list": "countries", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "version",
            "support_round_clock",
            HTML('<p class="or-else">or on these days:</p>'),
            Div("support_days", css_class="weekdays"),
            Div("support_from", "support_to", css_class="field-pair"),
            Div("support_zone", "support_holidays", css_class="field-pair"),
        )

    def clean_support_days(self) -> list[int]:
        return sorted(int(day) for day in self.cleaned_data["support_days"])

    def clean(self) -> dict[str, Any]:
        """Either round the clock, or days with hours and a clock, or nothing at all."""
        data: dict[str, Any] = self.cleaned_data
        if self.errors:
            return data
        timed = [name for name in TIMED if _is_said(data[name])]
        wrong: dict[str, str] = {}
        if data["support_round_clock"]:
            if timed or data["support_holidays"]:
                wrong["support_round_clock"] = (
                    "Round the clock has no days, hours or holidays: clear those, or untick this."
                )
        elif timed or data["support_zone"] or data["support_holidays"]:
            wrong = {name: NEEDED[name] for name in NEEDED if not _is_said(data[name])}
            if not wrong and data["support_from"] == data["support_to"] != dt.time(0):
                wrong["support_to"] = "For a whole day write 00:00 to 00:00."
        for name, message in wrong.items():
            self.add_error(name, message)
        return data


def _is_said(value: Any) -> bool:
    """Midnight is a time, too."""
    return value not in (None, "", [])


def hours_initial(terms: ContractTerms) -> dict[str, Any]:
    """What the form shows of stored terms."""
    return {
        "support_round_clock": terms.support_round_clock,
        "support_days": [str(day) for day in terms.support_days],
        "support_from": terms.support_from,
        "support_to": terms.support_to,
        "support_zone": terms.support_zone,
        "support_holidays": terms.support_holidays,
        "version": terms.version,
    }


def hours_differences(form: PlainForm, stored: ContractTerms) -> list[tuple[str, str, str]]:
    """For a stale form, as `level_differences`. Empty if something else of the terms was changed."""
    rows = []
    for name, field in form.fields.items():
        theirs, mine = getattr(stored, name), form.cleaned_data.get(name)
        if name != "version" and theirs != mine:
            rows.append((str(field.label), _hours_text(name, theirs), _hours_text(name, mine)))
    return rows


def _hours_text(name: str, value: Any) -> str:
    match name:
        case "support_round_clock":
            return "yes" if value else "no"
        case "support_days":
            return days_in_words(value or [])
        case "support_holidays":
            return country_name(value or "")
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value or "")
