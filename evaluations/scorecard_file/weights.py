"""Weights as people write them: percents that add to 100, shares that add to 1, or none at all."""

import re
from collections.abc import Sequence
from decimal import Decimal

from core.spreadsheets import parse_number
from evaluations.scorecard_file.draft import Draft, Weight
from evaluations.scorecard_file.model import Criterion, Problem
from evaluations.scorecard_file.words import name_key

HUNDRED = Decimal(100)
ROUNDING = Decimal("0.5")  # of 100: 33.3 + 33.3 + 33.3 is meant to be 100

_IN_NAME = re.compile(r"\s*[(\[,:\u2013-]?\s*(\d{1,3}(?:[.,]\d{1,4})?\s*%)\s*[)\]]?\s*\Z")


def adds_up(weights: Sequence[Decimal], *, percent: bool = False) -> bool:
    """Whether weights add to 100, or to 1 if none is written as a percentage, up to rounding."""
    total = sum(weights, Decimal(0))
    if abs(total - HUNDRED) <= ROUNDING:
        return True
    return not percent and abs(total - 1) <= ROUNDING / HUNDRED


def weigh(draft: Draft) -> tuple[tuple[Criterion, ...], bool]:
    """Return the criteria with their shares (adding to 1), and whether the file gave weights.

    What is wrong with the weights is added to `draft.problems`; the shares are then equal.
    """
    cells = draft.criteria.cells()
    equal = tuple(Criterion(c.text, c.address, Decimal(1) / len(cells)) for c in cells)
    if not cells:
        return (), False
    if not draft.weights and not _take_from_names(draft):
        draft.warn(None, "No weights were found, so every criterion counts the same.")
        return equal, False
    weights = [draft.weights.get(name_key(cell.text)) for cell in cells]
    values = _values(draft, weights)
    if values is None:
        return equal, True
    total = sum(values, Decimal(0))
    return tuple(
        Criterion(cell.text, cell.address, value / total)
        for cell, value in zip(cells, values, strict=True)
    ), True


def _values(draft: Draft, weights: Sequence[Weight | None]) -> list[Decimal] | None:
    """Return the weights, or None after noting what is wrong with them."""
    names = [cell.text for cell in draft.criteria.cells()]
    for name, weight in zip(names, weights, strict=True):
        if weight is None or not weight.text:
            where = weight.cell if weight else None
            draft.problems.append(
                Problem("error", where, "", f"The weight of “{name}” is missing. Write 0 for none.")
            )
    values = [weight.value for weight in weights if weight and weight.value is not None]
    if len(values) < len(weights) or min(values) < 0:
        return None
    percent = any(weight.percent for weight in weights if weight)
    if draft.doubles:  # their weights are missing from the sum
        return None
    if not adds_up(values, percent=percent):
        _complain_about_sum(
            draft, [weight for weight in weights if weight], sum(values, Decimal(0))
        )
        return None
    return values


def _complain_about_sum(draft: Draft, weights: Sequence[Weight], total: Decimal) -> None:
    cells = ", ".join(weight.cell for weight in weights)
    percent = any(weight.percent for weight in weights)
    meant = HUNDRED if percent or total > 2 else Decimal(1)
    off = f"{abs(total - meant).normalize():f} {'too much' if total > meant else 'missing'}"
    shown = format(total.normalize(), "f") + "%" * percent
    draft.problems.append(
        Problem(
            "error",
            weights[0].cell,
            shown,
            f"The weights don't add up: together {cells} come to {shown}, not {meant} ({off}). "
            "Change them so that they add to 100 (or to 1, written as shares).",
        )
    )


def _take_from_names(draft: Draft) -> bool:
    """Take weights written into the criteria's names, "Quality (30%)", if all of them have one."""
    cells = draft.criteria.cells()
    found = [(cell, match[1]) for cell in cells if (match := _IN_NAME.search(cell.text))]
    bare = {name_key(name_without_weight(cell.text)) for cell in cells} - {""}
    if min(len(found), len(bare)) < len(cells):
        return False
    for cell, text in found:
        value = parse_number(text, decimal_comma=True)
        draft.weights[name_key(cell.text)] = Weight(cell.address, text, value, percent=True)
    draft.understood.append("The weights were read from the names of the criteria.")
    draft.weights_in_names = True
    return True


def name_without_weight(name: str) -> str:
    """Return "Quality" for "Quality (30%)"."""
    return _IN_NAME.sub("", name)
