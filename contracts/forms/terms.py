"""Terms as they are entered, in the parts in which a contract has them. Nothing is chosen beforehand."""

import datetime as dt
import re
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms

from contracts.models import ContractTerms
from contracts.models.terms import NoticeUnit, RenewalMode
from contracts.terms import AUTOMATIC, MOST_MONTHS, MOST_NOTICE
from core.fields import AmountField, DayField
from core.forms import LineField, VersionForm

Terms = ContractTerms
NOT_SAID = ("", "Not said yet")
FEES = {
    Terms.FeeRule.FIXED: "Write the amount.",
    Terms.FeeRule.MONTHS: "Write how many months’ price it costs.",
    Terms.FeeRule.REMAINING: "Write how many percent of the rest it costs.",
}
MOST_MONEY = 999_999_999_999


def _choice(label: str, choices: Any, help_text: str = "") -> Any:
    return forms.ChoiceField(
        label=label, required=False, choices=[NOT_SAID, *choices], help_text=help_text
    )


def whole(label: str, most: int, help_text: str = "", least: int = 0) -> Any:
    """A whole number that a column can hold."""
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=most,
        help_text=help_text,
        error_messages={"invalid": "Write a whole number like 12."},
    )


def number(label: str, most: int, help_text: str = "", places: int = 2) -> Any:
    """A number of bounded size, 0 or more."""
    return AmountField(label, most, places, help_text)


def _line(label: str, longest: int, help_text: str = "") -> Any:
    return LineField(label=label, max_length=longest, required=False, help_text=help_text)


def _text(label: str, help_text: str = "") -> Any:
    return forms.CharField(
        label=label,
        required=False,
        max_length=2000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TermsForm(VersionForm):
    """One version of the terms, without its price lines. What is left empty is not said yet."""

    # Some contracts of today began long ago.
    start_on = DayField(
        label="Start",
        required=False,
        earliest=dt.date(1950, 1, 1),
        help_text="The first day that it covers.",
    )
    initial_months = whole("Initial term, months", MOST_MONTHS, "For three years: 36.", 1)
    renewal_mode = _choice("At the end of the term", RenewalMode.choices)
    renewal_months = whole(
        "Renews for, months", MOST_MONTHS, "Each time, if it renews by itself.", 1
    )
    notice = whole("Notice", max(MOST_NOTICE.values()), "How long before the end. None needed: 0.")
    notice_unit = _choice("Notice is counted in", NoticeUnit.choices)
    notice_earliest = whole(
        "Notice at the earliest",
        max(MOST_NOTICE.values()),
        "So long before the end, in the same unit. At any time: leave it empty.",
    )
    notice_form = _choice("Form of notice", Terms.NoticeForm.choices)
    postal_days = whole("Post takes, business days", 60, "Until a letter is there. For letters.")
    convenience = forms.TypedChoiceField(
        label="May you end it early without a cause?",
        required=False,
        choices=[NOT_SAID, ("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        empty_value=None,
    )
    convenience_rule = _text("How", "For example: with 6 months’ notice, after the first year.")
    cause_rule = _text("When may you end it for a cause?", "For example: after 3 missed targets.")
    fee_rule = _choice("What does ending early cost?", Terms.FeeRule.choices)
    fee_value = number(
        "How much", MOST_MONEY, "The amount, the number of months, or the percentage."
    )
    fee_note = _line("Note on the fee", 500)
    currency = LineField(
        label="Currency",
        max_length=3,
        required=False,
        help_text="Three letters, for example EUR.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 4}),
    )
    priced_on = DayField(
        label="Prices are those of",
        required=False,
        help_text="They rise from the next anniversary of the start after this day on. Empty: the"
        " prices of the first day.",
    )
    escalator_percent = number(
        "Yearly rise, percent", 100, "What is agreed, or expected of an index. None: 0.", 3
    )
    escalator_cap_percent = number("At most, percent", 100, "If the rise has a cap.", 3)
    escalator_note = _line("How the rise is set", 300, "For example: by the consumer price index.")
    invoicing = _choice("Invoiced", Terms.Invoicing.choices)
    payment_days = whole("To be paid within, days", 365)
    payment_note = _line("Note on payment", 500)
    governing_law = _line("Governing law", 120, "For example: Ireland.")
    dispute = _choice("Disputes go to", Terms.Dispute.choices)
    dispute_place = _line("Where", 200, "The court, or the rules of arbitration.")
    confidentiality = _choice("Confidentiality", Terms.Confidentiality.choices)
    confidential_months = whole("It lasts after the end, months", MOST_MONTHS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "version",
            Fieldset(
                "Term and notice",
                _pair("start_on", "initial_months"),
                _pair("renewal_mode", "renewal_months"),
                _pair("notice", "notice_unit"),
                _pair("notice_earliest", "notice_form"),
                _pair("postal_days"),
            ),
            Fieldset(
                "Leaving early",
                "convenience",
                "convenience_rule",
                "cause_rule",
                _pair("fee_rule", "fee_value"),
                "fee_note",
            ),
            Fieldset(
                "Law",
                _pair("governing_law", "dispute_place"),
                _pair("dispute", "confidentiality"),
                _pair("confidential_months"),
            ),
            Fieldset(
                "Payment",
                _pair("currency", "priced_on"),
                _pair("escalator_percent", "escalator_cap_percent"),
                "escalator_note",
                _pair("invoicing", "payment_days"),
                "payment_note",
            ),
        )

    def clean_currency(self) -> str:
        text: str = self.cleaned_data["currency"].upper()
        if text and not re.fullmatch("[A-Z]{3}", text):
            raise forms.ValidationError("Write the currency as three letters like EUR or USD.")
        return text

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self._check_renewal(data)
        self._check_notice(data)
        self._check_money(data)
        return data

    def _check_renewal(self, data: dict[str, Any]) -> None:
        mode, months = data.get("renewal_mode"), data.get("renewal_months")
        if "renewal_months" not in data:
            return
        if mode == AUTOMATIC and months is None:
            self.add_error("renewal_months", "It renews by itself: for how many months each time?")
        if mode and mode != AUTOMATIC and months is not None:
            self.add_error("renewal_months", "This counts only if it renews by itself. Empty it.")

    def _check_notice(self, data: dict[str, Any]) -> None:
        notice, unit = data.get("notice"), data.get("notice_unit")
        if notice is not None and not unit:
            self.add_error("notice_unit", "Days, months or business days?")
        if unit and notice is None and "notice" in data:
            self.add_error("notice", "How many? If none is needed, write 0.")
        for name in ("notice", "notice_earliest"):
            if unit and (data.get(name) or 0) > MOST_NOTICE[unit]:
                label = NoticeUnit(unit).label
                self.add_error(name, f"At most {MOST_NOTICE[unit]} {label}.")
        earliest = data.get("notice_earliest")
        if earliest is not None and notice is not None and earliest < notice:
            self.add_error(
                "notice_earliest", "This leaves no day for notice: write more than the notice."
            )

    def _check_money(self, data: dict[str, Any]) -> None:
        rule, value = data.get("fee_rule"), data.get("fee_value")
        if rule in FEES and value is None and "fee_value" in data:
            self.add_error("fee_value", FEES[Terms.FeeRule(rule)])
        if rule == Terms.FeeRule.REMAINING and value is not None and value > 100:
            self.add_error("fee_value", "Not more than 100 percent.")
        if value is not None and rule not in FEES and "fee_rule" in data:
            self.add_error("fee_rule", "Of what? Choose the rule, or empty the number.")
        cap, rise = data.get("escalator_cap_percent"), data.get("escalator_percent")
        if cap is not None and rise is None and "escalator_percent" in data:
            self.add_error(
                "escalator_percent", "What rise do you expect? Without it a cap limits nothing."
            )
        if (data.get("confidential_months") is not None) and not data.get("confidentiality"):
            self.add_error("confidentiality", "By what? Choose it, or empty the months.")


def _pair(*names: str) -> Div:
    return Div(*names, css_class="field-pair")
