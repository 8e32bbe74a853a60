"""Terms as a person reads them: on their page, side by side, and in the audit trail."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contracts import money
from contracts.models import ContractTerms, PriceLine
from contracts.models.terms import RenewalMode
from contracts.money import Prices
from contracts.versions import line_of, tiers_of
from core.templatetags.ui import format_date
from core.templatetags.ui import money as money_words
from core.tiers import plain, write_tiers

UNSAID = ""
ONCE = Fraction(1)
FeeRule = ContractTerms.FeeRule
WriteDay = Callable[[dt.date], str]


@dataclass(frozen=True)
class Fact:
    """One line: what it is about, and what was agreed; empty text: not said yet."""

    group: str
    label: str
    text: str


def facts(terms: ContractTerms, write_day: WriteDay) -> list[Fact]:
    """All that was agreed but the prices and service levels, in the order of the form."""
    found = [Fact("Term and notice", label, text) for label, text in _term(terms, write_day)]
    found += [Fact("Leaving early", label, text) for label, text in _leaving(terms)]
    found += [Fact("Payment", label, text) for label, text in _payment(terms, write_day)]
    found += [Fact("Law", label, text) for label, text in _law(terms)]
    return found


def _term(terms: ContractTerms, write_day: WriteDay) -> list[tuple[str, str]]:
    found = [
        ("Start", write_day(terms.start_on) if terms.start_on else UNSAID),
        ("Initial term", count(terms.initial_months, "month")),
        ("At the end of the term", _renewal(terms)),
        ("Notice", _notice(terms)),
        ("Form of notice", terms.get_notice_form_display() if terms.notice_form else UNSAID),
    ]
    if terms.notice_earliest is not None:
        unit = _unit(terms, terms.notice_earliest)
        found.append(("Notice at the earliest", f"{unit} before the end"))
    if terms.notice_form in {"letter", "registered_letter"} or terms.postal_days is not None:
        found.append(("Post takes", count(terms.postal_days, "business day")))
    return found


def _renewal(terms: ContractTerms) -> str:
    if not terms.renewal_mode:
        return UNSAID
    label = str(RenewalMode(terms.renewal_mode).label)
    if terms.renewal_mode != RenewalMode.AUTOMATIC:
        return label
    if terms.renewal_months is None:
        return f"{label}; for how long is not said yet"
    return f"{label} for {count(terms.renewal_months, 'month')} each time"


def _notice(terms: ContractTerms) -> str:
    if terms.notice is None or not terms.notice_unit:
        return UNSAID
    before = "" if terms.renewal_mode == RenewalMode.EVERGREEN else " before the end"
    return f"{_unit(terms, terms.notice)}{before}" if terms.notice else "None needed"


def _unit(terms: ContractTerms, number: int) -> str:
    return count(number, str(terms.get_notice_unit_display()).removesuffix("s"))


def _leaving(terms: ContractTerms) -> list[tuple[str, str]]:
    without = {None: UNSAID, True: "Allowed", False: "Not allowed"}[terms.convenience]
    return [
        ("Without a cause", ". ".join(text for text in (without, terms.convenience_rule) if text)),
        ("For a cause", terms.cause_rule),
        ("Fee", _fee(terms)),
    ]


def _fee(terms: ContractTerms) -> str:
    rule, value = terms.fee_rule, terms.fee_value
    if not rule:
        return terms.fee_note or UNSAID
    text = str(FeeRule(rule).label)
    if rule != FeeRule.NONE and value is None:
        text += "; how much is not said yet"
    elif rule == FeeRule.FIXED and value is not None:
        text = money_words(value, terms.currency)
    elif rule == FeeRule.MONTHS and value is not None:
        text = f"The price of {plain(value)} month{'' if value == 1 else 's'}"
    elif rule == FeeRule.REMAINING and value is not None:
        text = f"{plain(value)} % of what remains of the term"
    return f"{text}. {terms.fee_note}" if terms.fee_note else text


def _payment(terms: ContractTerms, write_day: WriteDay) -> list[tuple[str, str]]:
    within = UNSAID if terms.payment_days is None else f"Within {count(terms.payment_days, 'day')}"
    return [
        ("Currency", terms.currency),
        ("Invoiced", terms.get_invoicing_display() if terms.invoicing else UNSAID),
        ("Paid", ". ".join(text for text in (within, terms.payment_note) if text)),
        ("Prices rise", rise_words(terms)),
        ("Prices are those of", write_day(terms.priced_on) if terms.priced_on else "The start"),
    ]


def rise_words(terms: ContractTerms) -> str:
    """3 % each year, 5 % at most."""
    rise, cap = terms.escalator_percent, terms.escalator_cap_percent
    if rise is None:
        return UNSAID
    text = f"{percent(rise)} each year" if rise else "Not by themselves"
    if cap is not None:
        text += f", {percent(cap)} at most"
    return f"{text}. {terms.escalator_note}" if terms.escalator_note else text


def _law(terms: ContractTerms) -> list[tuple[str, str]]:
    dispute = terms.get_dispute_display() if terms.dispute else UNSAID
    secret = terms.get_confidentiality_display() if terms.confidentiality else UNSAID
    if secret and terms.confidential_months is not None:
        secret += f", for {count(terms.confidential_months, 'month')} after the end"
    return [
        ("Governing law", terms.governing_law),
        ("Disputes", ", ".join(text for text in (dispute, terms.dispute_place) if text)),
        ("Confidentiality", secret),
    ]


# Prices --------------------------------------------------------------------------------------------


def price_words(row: PriceLine, currency: str, times: Fraction = ONCE) -> str:
    """How one line's price is made: EUR 1,200 a month; 12 users at EUR 40 each a month."""
    line = line_of(row)
    period = row.get_period_display() if row.period else ""
    amount = money.risen(row.amount, times)
    each = money_words(amount, currency) if amount is not None else "an amount not said yet"
    quantity = "? " if line.quantity is None else f"{plain(line.quantity)} "
    if line.kind == money.ONE_OFF:
        return f"{each} once"
    if line.kind == money.TIERED:
        return f"{quantity}units {period}: {_tiers(line, times, currency)}"
    if line.kind in (money.PER_USER, money.PER_DEVICE):
        noun = "users" if line.kind == money.PER_USER else "devices"
        return f"{quantity}{noun} at {each} each {period}"
    if line.kind == money.HOURLY_BANK:
        hours = f"{plain(row.included_hours)} hours" if row.included_hours else "hours not said yet"
        extra = money.risen(row.extra_amount, times)
        more = f"; more at {money_words(extra, currency)} an hour" if extra is not None else ""
        return f"{each} {period} for {hours}{more}"
    return f"{each} {period}"


def _tiers(line: money.Line, times: Fraction, currency: str) -> str:
    """Up to 10 at EUR 40 each, more at EUR 30 each."""
    return ", ".join(
        f"{'more' if tier.up_to is None else f'up to {plain(tier.up_to)}'}"
        f" at {money_words(money.risen(tier.amount, times), currency)} each"
        for tier in line.tiers
    )


def line_words(row: PriceLine, prices: Prices | None, currency: str, day: dt.date) -> str:
    """The price as it is on `day`."""
    times = money.factor(prices, line_of(row), day) if prices else ONCE
    return price_words(row, currency, times)


def said(terms: ContractTerms, lines: Sequence[PriceLine]) -> dict[str, str]:
    """What the terms and these lines say, by label, in the organization's format: for the audit trail."""

    def write_day(day: dt.date) -> str:
        return format_date(day, terms.organization)

    found = {fact.label.lower(): fact.text for fact in facts(terms, write_day) if fact.text}
    return found | price_facts(lines, terms.currency, write_day)


def price_facts(rows: Sequence[PriceLine], currency: str, write_day: WriteDay) -> dict[str, str]:
    """Lines by their labels, for the audit trail."""
    found: dict[str, str] = {}
    for row in rows:
        text = price_words(row, currency)
        if row.due_on:
            text += f" on {write_day(row.due_on)}"
        if not row.escalates and row.kind != money.ONE_OFF:
            text += ", does not rise"
        found[f"price of {row.label}"] = text
    return found


def tiers_text(row: PriceLine) -> str:
    return write_tiers(tiers_of(row.tiers))


def count(number: int | None, noun: str) -> str:
    """1 month, 36 months; empty if it is not said."""
    return UNSAID if number is None else f"{number} {noun}{'' if number == 1 else 's'}"


def percent(value: Decimal) -> str:
    """3 %, 2.5 %."""
    return f"{value.normalize():f} %"
