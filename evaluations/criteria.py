"""What a list of criteria must be, how weights are made to add up, and what changed between two lists.

Pure: no Django, no database. Weights are Decimals on the screen's scale (100 in all, three places at
most); a gate has none. The words here are the ones that people read.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_FLOOR, Decimal

JUDGED, MEASURED, GATE = "judged", "measured", "gate"

FULL = Decimal(100)
NO_WEIGHT, GATE_PASSED = Decimal(0), Decimal(1)
FINEST = Decimal("0.001")
MOST_CRITERIA = 50
MARKS = (0, 1, 2, 3, 4, 5)
BOUND = Decimal(10) ** 10  # what the columns for worst and best can hold


@dataclass(frozen=True)
class CriterionDraft:
    """One criterion as somebody wants it; `row` is the stored row it stands for, if there is one."""

    name: str
    weight: Decimal = Decimal(0)
    kind: str = JUDGED
    question: str = ""
    worst: Decimal = Decimal(0)
    best: Decimal = Decimal(5)
    unit: str = ""
    anchors: tuple[str, ...] = field(default=())
    row: int | None = None

    @property
    def is_gate(self) -> bool:
        return self.kind == GATE


@dataclass(frozen=True)
class Problem:
    """Why a list can't be saved: at which criterion (None: the list as a whole) and in which field."""

    row: int | None
    field: str
    message: str


def tidied(draft: CriterionDraft) -> CriterionDraft:
    """The same without what does not apply to its kind: a gate has no weight, a number no anchors."""
    anchors = tuple(draft.anchors) if draft.kind == JUDGED and any(draft.anchors) else ()
    unit = draft.unit if draft.kind == MEASURED else ""
    draft = replace(draft, anchors=anchors, unit=unit)
    if draft.is_gate:
        return replace(draft, weight=NO_WEIGHT, worst=NO_WEIGHT, best=GATE_PASSED)
    return draft


# Words --------------------------------------------------------------------------------------------


def number(value: Decimal) -> str:
    """A decimal as people write it: 30, 33.333, 40,000, without trailing zeros or an exponent."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def total_words(total: Decimal) -> str:
    """What is missing to 100 or over it; empty when it is exactly 100."""
    if total == FULL:
        return ""
    if total < FULL:
        return f"The weights add up to {number(total)}. {_amount(FULL - total)} missing."
    return f"The weights add up to {number(total)}. That is {number(total - FULL)} too many."


def _amount(missing: Decimal) -> str:
    return f"{number(missing)} {'is' if missing == 1 else 'are'}"


def direction(kind: str, worst: Decimal, best: Decimal, unit: str = "") -> str:
    """Which end of the scale is the good one, in words."""
    if kind == GATE:
        return "Pass or fail: a candidate that fails can't win."
    if kind == JUDGED:
        low, high = sorted((worst, best))
        end = "Higher" if best > worst else "Lower"
        return f"{end} marks are better ({number(low)} to {number(high)})."
    end = "Higher" if best > worst else "Lower"
    return f"{end} is better: 0 points at {amount(worst, unit)}, 100 at {amount(best, unit)}."


def weight_words(draft: CriterionDraft) -> str:
    """Its weight, or that it is a gate."""
    return "gate" if draft.is_gate else number(draft.weight)


def amount(value: Decimal, unit: str) -> str:
    """A number with its unit: 40,000 EUR, 99.5 %."""
    return f"{number(value)} {unit}" if unit else number(value)


# Checking -----------------------------------------------------------------------------------------


def name_key(name: str) -> str:
    """What makes two names the same: neither case nor spacing counts.

    The dotless and dotted i are one letter to some databases, so they are one here.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(folded.replace("i\N{COMBINING DOT ABOVE}", "i").split())


def total_weight(drafts: Iterable[CriterionDraft]) -> Decimal:
    """The sum of all weights; gates have none."""
    return sum((draft.weight for draft in drafts if not draft.is_gate), Decimal(0))


def problems(drafts: Sequence[CriterionDraft]) -> list[Problem]:
    """Everything that keeps this list from being saved; empty when it is good."""
    found: list[Problem] = []
    seen: set[str] = set()
    for row, draft in enumerate(drafts):
        found += _own_problems(row, draft)
        key = name_key(draft.name)
        if key and key in seen:
            found.append(Problem(row, "name", f"“{draft.name}” is in the list already."))
        seen.add(key)
    return found + _list_problems(drafts)


def _own_problems(row: int, draft: CriterionDraft) -> list[Problem]:
    found = []
    if not draft.name.strip():
        found.append(Problem(row, "name", "Give this criterion a name."))
    if draft.is_gate:
        return found
    if message := weight_problem(draft.weight):
        found.append(Problem(row, "weight", message))
    if draft.worst == draft.best:
        found.append(Problem(row, "best", "Worst and best must be two different numbers."))
    found += [
        Problem(row, end, "This number is too long.")
        for end in ("worst", "best")
        if abs(getattr(draft, end)) >= BOUND
    ]
    return found


def weight_problem(weight: Decimal) -> str:
    """Why this is no weight; empty when it is one."""
    if not weight.is_finite() or not 0 <= weight <= FULL:
        return "A weight lies between 0 and 100."
    if weight != weight.quantize(FINEST):
        return "Use at most three decimals."
    return ""


def _list_problems(drafts: Sequence[CriterionDraft]) -> list[Problem]:
    if len(drafts) > MOST_CRITERIA:
        words = f"At most {MOST_CRITERIA} criteria; these are {len(drafts)}."
        return [Problem(None, "weights", words)]
    weighted = [draft for draft in drafts if not draft.is_gate]
    if not weighted:
        words = "Add at least one criterion that has a weight (judged or measured)."
        return [Problem(None, "weights", words)]
    if any(weight_problem(draft.weight) for draft in weighted):
        return []  # said beside that weight; a total of it means nothing
    words = total_words(total_weight(weighted))
    return [Problem(None, "weights", words)] if words else []


# Making weights add up ----------------------------------------------------------------------------


def spread(weights: Sequence[Decimal]) -> list[Decimal]:
    """The same proportions, adding up to exactly 100 (largest remainders, first of equals first).

    Rounded no finer than the weights came: whole numbers stay whole, unless one of them would
    vanish. All zero (or none) become equal shares. Weights must not be negative.
    """
    if not weights:
        return []
    total = sum(weights, Decimal(0))
    shares = list(weights) if total else [Decimal(1)] * len(weights)
    whole = total or Decimal(len(weights))
    for step in (Decimal(1), Decimal("0.1"), Decimal("0.01"), FINEST):
        coarse_enough = all(weight % step == 0 for weight in weights)
        result = _largest_remainder(shares, whole, step)
        vanished = any(share and not part for share, part in zip(shares, result, strict=True))
        if coarse_enough and not vanished:
            return result
    return result


def _largest_remainder(shares: Sequence[Decimal], whole: Decimal, step: Decimal) -> list[Decimal]:
    exact = [share * FULL / whole for share in shares]
    parts = [(value / step).to_integral_value(ROUND_FLOOR) * step for value in exact]
    left = int((FULL - sum(parts, Decimal(0))) / step)
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[:left]:
        parts[at] += step
    return parts


# What changed -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One difference between two lists: of which criterion, what, before and after (empty: none)."""

    name: str
    what: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """The difference as a person says it: Quality 30 → 35."""
        if self.what == "weight":
            return f"{self.name} {self.before} → {self.after}"
        if self.what in {"added", "removed"}:
            return f"{self.name} {self.what} ({self.after or self.before})"
        if self.what == "name":
            return f"{self.before} is now called {self.after}"
        if self.what in {"question", "anchors"}:
            return f"{self.name}: {self.what} reworded"
        if self.what == "order":
            return "Order changed"
        return f"{self.name}: {self.what} {self.before} → {self.after}"


def changes(before: Sequence[CriterionDraft], after: Sequence[CriterionDraft]) -> list[Change]:
    """What differs, in the order of the new list, then what is gone.

    The same name is the same criterion; of the rest, those at the same place are one renamed.
    """
    pairs = _pairs(before, after)
    found: list[Change] = []
    for at, new in enumerate(after):
        old = pairs.get(at)
        if old is None:
            found.append(Change(new.name, "added", "", weight_words(new)))
        else:
            found += _differences(old, new)
    kept = [old for old in pairs.values() if old is not None]
    found += [
        Change(old.name, "removed", weight_words(old), "") for old in before if old not in kept
    ]
    if [old for old in before if old in kept] != kept:
        names = [", ".join(draft.name for draft in drafts) for drafts in (before, after)]
        found.append(Change("", "order", *names))
    return found


def _pairs(
    before: Sequence[CriterionDraft], after: Sequence[CriterionDraft]
) -> dict[int, CriterionDraft | None]:
    """For each place of the new list the old criterion it continues."""
    by_name = {name_key(draft.name): draft for draft in before}
    pairs = {at: by_name.get(name_key(draft.name)) for at, draft in enumerate(after)}
    taken = {name_key(draft.name) for draft in pairs.values() if draft}
    for at, old in enumerate(before[: len(after)]):
        same_kind = old.kind == after[at].kind
        if pairs[at] is None and same_kind and name_key(old.name) not in taken:
            pairs[at] = old
    return pairs


def _differences(old: CriterionDraft, new: CriterionDraft) -> list[Change]:
    parts = [
        ("name", old.name, new.name),
        ("weight", number(old.weight), number(new.weight)),
        ("kind", old.kind, new.kind),
        ("question", old.question, new.question),
        ("scale", _scale(old), _scale(new)),
        ("anchors", _anchors(old), _anchors(new)),
    ]
    return [Change(new.name, what, was, now) for what, was, now in parts if was != now]


def _scale(draft: CriterionDraft) -> str:
    if draft.is_gate:
        return "pass or fail"
    return f"{amount(draft.worst, draft.unit)} to {amount(draft.best, draft.unit)}"


def _anchors(draft: CriterionDraft) -> str:
    return " · ".join(f"{mark}: {text}" for mark, text in enumerate(draft.anchors) if text)
