"""The claim for a service credit as a letter, ready to be copied. Pure."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from contracts.level_credits import credit_rule
from contracts.level_words import Level, percent, promise


@dataclass(frozen=True)
class Claim:
    """What a claim tells: who writes to whom, what was promised, measured, and agreed to be given back.

    `window` is in words (“March 2026”), `value` too (“87.5 % (35 of 40)”); `amount` None: the price of
    the window is not known.
    """

    ours: str
    vendor: str
    contract: str
    reference: str
    window: str
    first_on: dt.date
    last_on: dt.date
    level: Level
    value: str
    percent: Decimal
    price: Decimal | None
    amount: Decimal | None
    claim_by_on: dt.date | None


def claim_text(
    claim: Claim,
    *,
    today: dt.date,
    write_day: Callable[[dt.date], str],
    write_money: Callable[[Decimal], str],
) -> str:
    """The letter. Days and money are written by the organization's own functions."""
    back = percent(claim.percent)
    if claim.price is None or claim.amount is None:
        sum_line = f"That is {back} of the price for {claim.window}."
        asked = "this amount"
    else:
        price, asked = write_money(claim.price), write_money(claim.amount)
        sum_line = f"That is {back} of {price}, the price for {claim.window}: {asked}."
    named = f"{claim.contract} ({claim.reference})" if claim.reference else claim.contract
    parts = [
        [f"Service credit for {claim.window}", f"Contract: {named}"],
        [
            f"To: {claim.vendor}",
            f"From: {claim.ours}",
        ],
        [
            f"{claim.level.full_name}. You promised: {promise(claim.level)}",
            f"Measured from {write_day(claim.first_on)} to {write_day(claim.last_on)}: {claim.value}.",
            *([f"Measured by: {claim.level.source}"] if claim.level.source else []),
        ],
        [f"Our contract says: {_our_side(credit_rule(claim.level))}", sum_line],
        [f"Please credit {asked} on your next invoice, or tell us what speaks against it."],
    ]
    if claim.claim_by_on:
        parts[-1].append(_deadline(claim.claim_by_on, today, write_day))
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _our_side(rule: str) -> str:
    """The rule speaks to us; the letter speaks to the vendor."""
    return rule.replace("You get", "We get", 1)


def _deadline(by_on: dt.date, today: dt.date, write_day: Callable[[dt.date], str]) -> str:
    day = write_day(by_on)
    if today > by_on:
        return f"We know that the claim was due by {day}, and ask you to grant it nevertheless."
    return f"This claim is made in time: it is due by {day}."
