"""Terms in words: what was agreed, how prices are made, what is not said yet."""

import datetime as dt
from decimal import Decimal

import pytest

from contracts.comparing import Side, changed, compare
from contracts.models import ContractTerms, PriceLine, ServiceLevel
from contracts.terms_words import facts, price_facts, price_words

GAP = "\N{NO-BREAK SPACE}"


def told(**values) -> dict[str, str]:
    return {fact.label: fact.text for fact in facts(ContractTerms(currency="EUR", **values), str)}


@pytest.mark.parametrize(
    ("values", "label", "text"),
    [
        ({}, "Start", ""),
        ({}, "At the end of the term", ""),
        ({}, "Notice", ""),
        ({}, "Prices rise", ""),
        ({"initial_months": 1}, "Initial term", "1 month"),
        (
            {"renewal_mode": "automatic"},
            "At the end of the term",
            "Renews by itself; for how long is not said yet",
        ),
        ({"renewal_mode": "evergreen"}, "At the end of the term", "Runs on until notice"),
        ({"notice": 0, "notice_unit": "days"}, "Notice", "None needed"),
        ({"notice": 1, "notice_unit": "months"}, "Notice", "1 month before the end"),
        (
            {"notice": 10, "notice_unit": "business_days", "renewal_mode": "evergreen"},
            "Notice",
            "10 business days",
        ),
        ({"notice_form": "letter"}, "Post takes", ""),
        ({"convenience": False}, "Without a cause", "Not allowed"),
        (
            {"convenience": True, "convenience_rule": "After a year"},
            "Without a cause",
            "Allowed. After a year",
        ),
        ({"fee_rule": "none"}, "Fee", "No fee"),
        ({"fee_rule": "fixed"}, "Fee", "A fixed amount; how much is not said yet"),
        ({"fee_rule": "fixed", "fee_value": Decimal(500)}, "Fee", f"EUR{GAP}500"),
        ({"fee_note": "As in the quote"}, "Fee", "As in the quote"),
        ({"fee_rule": "months", "fee_value": Decimal(1)}, "Fee", "The price of 1 month"),
        (
            {"fee_rule": "remaining", "fee_value": Decimal("12.50"), "fee_note": "At most a year"},
            "Fee",
            "12.50 % of what remains of the term. At most a year",
        ),
        ({"escalator_percent": Decimal(0)}, "Prices rise", "Not by themselves"),
        (
            {"escalator_percent": Decimal("2.500"), "escalator_note": "CPI"},
            "Prices rise",
            "2.5 % each year. CPI",
        ),
        (
            {"confidentiality": "agreement", "confidential_months": 24},
            "Confidentiality",
            "A separate agreement (NDA), for 24 months after the end",
        ),
        ({"dispute": "court", "dispute_place": "Dublin"}, "Disputes", "Court, Dublin"),
    ],
)
def test_a_fact(values, label, text):
    assert told(**values)[label] == text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "flat", "amount": 5, "period": "month"}, f"EUR{GAP}5 a month"),
        ({"kind": "flat", "period": "year"}, "an amount not said yet a year"),
        ({"kind": "one_off", "amount": 5}, f"EUR{GAP}5 once"),
        (
            {"kind": "per_device", "amount": 5, "period": "quarter", "quantity": 3},
            f"3 devices at EUR{GAP}5 each a quarter",
        ),
        (
            {
                "kind": "tiered",
                "period": "month",
                "tiers": [{"up_to": "10", "amount": "40"}, {"up_to": None, "amount": "30"}],
            },
            f"? units a month: up to 10 at EUR{GAP}40 each, more at EUR{GAP}30 each",
        ),
        (
            {"kind": "hourly_bank", "amount": 900, "period": "year", "included_hours": 10}
            | {"extra_amount": 95},
            f"EUR{GAP}900 a year for 10 hours; more at EUR{GAP}95 an hour",
        ),
        (
            {"kind": "hourly_bank", "amount": 900, "period": "year"},
            f"EUR{GAP}900 a year for hours not said yet",
        ),
    ],
)
def test_a_price(values, words):
    numbers = {name: Decimal(v) if isinstance(v, int) else v for name, v in values.items()}
    assert price_words(PriceLine(**numbers), "EUR") == words


def test_prices_for_the_trail():
    fee = PriceLine(label="Fee", kind="one_off", amount=Decimal(5), due_on=dt.date(2026, 1, 1))
    fixed = PriceLine(
        label="Fixed", kind="flat", amount=Decimal(5), period="month", escalates=False
    )
    assert price_facts([fee, fixed], "EUR", str) == {
        "price of Fee": f"EUR{GAP}5 once on 2026-01-01",
        "price of Fixed": f"EUR{GAP}5 a month, does not rise",
    }


def version(levels: list[ServiceLevel], lines: list[PriceLine], **values) -> ContractTerms:
    terms = ContractTerms(start_on=dt.date(2026, 1, 1), currency="EUR", **values)
    terms._prefetched_objects_cache = {"price_lines": lines, "service_levels": levels}
    terms.pk = 1
    return terms


def test_levels_hours_and_fees_are_compared():
    level = {"metric": "availability", "name": "Up", "comparator": "at_least", "unit": "percent"}
    level |= {"window": "month", "hours": "round_clock"}
    one = version(
        [ServiceLevel(pk=1, target=Decimal("99.5"), claim_days=30, **level)],
        [PriceLine(label="Fee", kind="one_off", amount=Decimal(5), due_on=dt.date(2026, 5, 1))]
        + [PriceLine(label="Same", kind="flat", amount=Decimal(n), period="month") for n in (1, 2)],
        support_days=[0, 1],
        support_from=dt.time(8),
        support_to=dt.time(17),
        support_zone="Europe/Dublin",
    )
    other = version(
        [
            ServiceLevel(pk=1, target=Decimal("99.9"), **level),
            ServiceLevel(pk=2, target=Decimal(1), priority="High", **level),
        ],
        [PriceLine(label="Same", kind="flat", amount=Decimal(n), period="month") for n in (1, 3)],
        support_round_clock=True,
    )
    day = dt.date(2026, 2, 1)
    found = {
        row.label: (row.one, row.other)
        for _, rows in changed(compare(Side(one, day), Side(other, day), str))
        for row in rows
    }
    assert found.pop("Up")[0].endswith("Claim within 30 days.")
    assert found.pop("Up, High")[0] == ""
    assert found == {
        "Fee": (f"EUR{GAP}5 once on 2026-05-01", ""),
        "Same (2)": (f"EUR{GAP}2 a month", f"EUR{GAP}3 a month"),
        "Hours": ("Mon, Tue, 08:00–17:00, Europe/Dublin", "Round the clock"),
    }
    later = dt.date(2026, 6, 1)
    told_later = changed(compare(Side(one, later), Side(other, later), str))
    assert "Fee" not in {row.label for _, rows in told_later for row in rows}
