"""Tiered prices as a person writes them: “up to 10: 40; up to 50: 35; more: 30”. Pure.

Each unit costs what its own tier says: the eleventh to the fiftieth cost 35 each. Parts stand apart by
semicolons or lines; the tiers grow, and only the last may be “more”.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

MOST_TIERS = 20
LARGEST = Decimal("9999999")
DEAREST = Decimal("999999999999.99")
EXAMPLE = "up to 10: 40; up to 50: 35; more: 30"
_PART = re.compile(r"(?:up\s*to\s*)?(?P<up_to>more|[^:]+?)\s*:\s*(?P<amount>.+)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)


@dataclass(frozen=True)
class Tier:
    """Units up to this one cost so much each; `up_to` None: all further ones."""

    up_to: Decimal | None
    amount: Decimal


def price_of(tiers: Sequence[Tier], quantity: Decimal) -> Decimal | None:
    """Each unit at the price of its own tier; None if there are more units than tiers."""
    total, below = Decimal(0), Decimal(0)
    for tier in tiers:
        top = quantity if tier.up_to is None else min(tier.up_to, quantity)
        total += max(top - below, Decimal(0)) * tier.amount
        below = max(below, top)
    return total if tiers and below >= quantity else None


def parse_tiers(text: str) -> list[Tier]:
    """The tiers in their order; empty for an empty text.

    Raises:
        ValueError: in words, which part can't be read and how to write it.
    """
    parts = [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
    if len(parts) > MOST_TIERS:
        raise ValueError(f"There can be {MOST_TIERS} tiers at most; this has {len(parts)}.")
    tiers: list[Tier] = []
    for part in parts:
        tier = _tier(part)
        if tiers and tiers[-1].up_to is None:
            raise ValueError(f"“more” has to be the last tier; “{part}” comes after it.")
        if tiers and tier.up_to is not None and tier.up_to <= (tiers[-1].up_to or 0):
            raise ValueError(f"The tiers have to grow: “{part}” is not more than the one before.")
        tiers.append(tier)
    return tiers


def _tier(part: str) -> Tier:
    found = _PART.fullmatch(part)
    if not found:
        raise ValueError(f"“{part[:60]}” can’t be read. Write it like {EXAMPLE}.")
    amount = _number(found["amount"], DEAREST, "the price")
    if found["up_to"].lower() == "more":
        return Tier(None, amount)
    up_to = _number(found["up_to"], LARGEST, "the quantity")
    if not up_to:
        raise ValueError("A tier ends at more than 0.")
    return Tier(up_to, amount)


def _number(text: str, most: Decimal, what: str) -> Decimal:
    written = text.strip().replace(",", "")
    if not _NUMBER.fullmatch(written) or Decimal(written) > most:
        raise ValueError(
            f"“{text.strip()[:30]}”: {what} is a number like 40 or 37.50, at most {most:,}."
        )
    return Decimal(written)


def write_tiers(tiers: Sequence[Tier]) -> str:
    """The same text again."""
    return "; ".join(
        f"more: {plain(tier.amount)}"
        if tier.up_to is None
        else f"up to {plain(tier.up_to)}: {plain(tier.amount)}"
        for tier in tiers
    )


def plain(number: Decimal) -> str:
    """40, 37.50: cents only where there are any."""
    whole = number == number.to_integral_value()
    return f"{number:.0f}" if whole else f"{number:.2f}"
