"""What differs between a frozen record and something else, each with its place in plain words. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CLOSE = 1e-9
"""Two computed numbers no further apart (beside 1, or their size) are the same number."""

CRITERION_WORDS = {
    "name": "Name",
    "kind": "Kind",
    "weight": "Weight",
    "worst": "Worst end of the scale",
    "best": "Best end of the scale",
    "unit": "Unit",
    "question": "Question",
    "asked": "Number of people asked",
}
CANDIDATE_WORDS = {"name": "Name", "vendor": "Vendor"}
EVALUATOR_WORDS = {"name": "Name", "submitted": "Submitted", "recused": "Recused"}
# In the results and the analysis these name candidates, criteria and evaluators by their number.
OF_CANDIDATES = {"candidate", "leader", "above", "below", "order", "compared", "by", "corrected"}
OF_CRITERIA = {"criterion", "source", "weakest"}
OF_EVALUATORS = {"evaluator"}
LONGEST = 200
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place, what the record says there, and what is there now (or comes out now)."""

    place: str
    recorded: str
    now: str

    def __str__(self) -> str:
        return f"{self.place}: record {self.recorded}, now {self.now}"


def in_words(value: Any) -> str:
    """A value as a person reads it in a difference."""
    if value is _MISSING:
        return "not there"
    if value is None or value in ("", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return str(value.get("name") or "something")
    if isinstance(value, list):
        return ", ".join(in_words(item) for item in value)
    text = f"“{value}”" if isinstance(value, str) and not _is_number(value) else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _is_number(text: str) -> bool:
    return bool(text) and text.replace(".", "", 1).replace("-", "", 1).isdigit()


class Names:
    """Names of the candidates, criteria and evaluators in one or more inputs' data; the first that knows."""

    def __init__(self, *inputs: Mapping[str, Any]) -> None:
        self.of: dict[str, dict[Any, str]] = {}
        for kind in ("candidates", "criteria", "evaluators"):
            rows = [row for data in reversed(inputs) for row in data[kind]]
            self.of[kind] = {row["id"]: row["name"] for row in rows}

    def candidate(self, pk: Any) -> str:
        return self.of["candidates"].get(pk, f"candidate {pk}")

    def criterion(self, pk: Any) -> str:
        return self.of["criteria"].get(pk, f"criterion {pk}")

    def evaluator(self, pk: Any) -> str:
        return self.of["evaluators"].get(pk, f"evaluator {pk}")

    def pointed_at(self, key: str, value: Any) -> Any:
        """`value` with names in the place of numbers, where `key` says what they number."""
        name = self._namer(key)
        if name is None or isinstance(value, bool):
            return value
        if isinstance(value, list):
            return [name(item) if isinstance(item, int) else item for item in value]
        return name(value) if isinstance(value, int) else value

    def _namer(self, key: str) -> Callable[[Any], str] | None:
        if key in OF_CANDIDATES:
            return self.candidate
        if key in OF_CRITERIA:
            return self.criterion
        return self.evaluator if key in OF_EVALUATORS else None


# What was given ------------------------------------------------------------------------------------


def between_inputs(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Everything that differs between two `Inputs.as_data()`, cell by cell."""
    names = Names(recorded, now)
    found = list(_between_rows("criteria", "criterion", CRITERION_WORDS, recorded, now))
    found += _between_rows("candidates", "candidate", CANDIDATE_WORDS, recorded, now)
    found += _between_rows("evaluators", "evaluator", EVALUATOR_WORDS, recorded, now)
    found += _between_marks(recorded["marks"], now["marks"], names)
    found += _between_moderated(recorded["moderated"], now["moderated"], names)
    return found


def _between_rows(
    kind: str,
    noun: str,
    words: Mapping[str, str],
    recorded: Mapping[str, Any],
    now: Mapping[str, Any],
) -> Iterator[Difference]:
    before = {row["id"]: row for row in recorded[kind]}
    after = {row["id"]: row for row in now[kind]}
    for pk in dict.fromkeys([*before, *after]):
        one, other = before.get(pk), after.get(pk)
        name = (one or other or {})["name"]
        if one is None or other is None:
            yield Difference(f"The {noun} {name}", _there(one), _there(other))
            continue
        for key, label in words.items():
            if one[key] != other[key]:
                place = f"{label} of the {noun} {name}"
                yield Difference(place, in_words(one[key]), in_words(other[key]))
    if list(before) != list(after) and set(before) == set(after):
        yield Difference(
            f"Order of the {kind}",
            in_words([before[pk]["name"] for pk in before]),
            in_words([before[pk]["name"] for pk in after]),
        )


def _there(row: Any) -> str:
    return "not there" if row is None else "there"


def _between_marks(
    recorded: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]], names: Names
) -> Iterator[Difference]:
    def cell(row: Mapping[str, Any]) -> tuple[Any, ...]:
        return row["evaluator"], row["candidate"], row["criterion"]

    def place(key: tuple[Any, ...]) -> str:
        who, candidate, criterion = key
        return (
            f"of {names.evaluator(who)} for {names.candidate(candidate)} "
            f"on {names.criterion(criterion)}"
        )

    words = {"evidence": "Evidence", "comment": "Comment"}
    yield from _between_cells(
        {cell(r): r for r in recorded}, {cell(r): r for r in now}, "Mark", words, place
    )


def _between_moderated(
    recorded: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]], names: Names
) -> Iterator[Difference]:
    def cell(row: Mapping[str, Any]) -> tuple[Any, ...]:
        return row["candidate"], row["criterion"]

    def place(key: tuple[Any, ...]) -> str:
        return f"for {names.candidate(key[0])} on {names.criterion(key[1])}"

    def rows(given: Iterable[Mapping[str, Any]]) -> dict[tuple[Any, ...], Mapping[str, Any]]:
        return {cell(row): {"measured": False, **row} for row in given}

    words = {"reason": "Reason of the moderated mark", "by": "Moderator"}
    words["measured"] = "Measured in a pilot"
    yield from _between_cells(rows(recorded), rows(now), "Moderated mark", words, place)


def _between_cells(
    before: Mapping[Any, Any],
    after: Mapping[Any, Any],
    noun: str,
    words: Mapping[str, str],
    place: Callable[[Any], str],
) -> Iterator[Difference]:
    """The marks first, then what was written beside them."""
    beside = []
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        if _mark(one) != _mark(other):
            yield Difference(f"{noun} {place(key)}", _mark(one), _mark(other))
        if one is not None and other is not None:
            beside += [
                Difference(f"{label} {place(key)}", in_words(one[name]), in_words(other[name]))
                for name, label in words.items()
                if one[name] != other[name]
            ]
    yield from beside


def _mark(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "not there"
    return "not applicable" if row["not_applicable"] else in_words(row["mark"])


# What was computed or written ----------------------------------------------------------------------


def between(
    recorded: Any,
    now: Any,
    place: str,
    names: Names,
    *,
    same: Callable[[tuple[str, ...], Any, Any], bool] | None = None,
    ignore: frozenset[str] = frozenset(),
    only_recorded: bool = False,
) -> list[Difference]:
    """Everything that differs between two pieces of JSON-ready data, number by number.

    What is named in `ignore` is not compared, nor, with `only_recorded`, what the record has no name
    for; `same(path, recorded, now)` decides about leaves.
    """
    walker = _Walk(names, same or _same, ignore, only_recorded)
    walker.compare(recorded, now, (), (place,))
    return walker.found


def _same(path: tuple[str, ...], recorded: Any, now: Any) -> bool:
    return equal(recorded, now)


def equal(recorded: Any, now: Any) -> bool:
    """The same value; numbers that were computed may be apart by a rounding error."""
    if isinstance(recorded, bool) or isinstance(now, bool):
        return recorded is now
    if isinstance(recorded, float) or isinstance(now, float):
        if not (isinstance(recorded, (int, float)) and isinstance(now, (int, float))):
            return False
        return abs(recorded - now) <= CLOSE * max(1.0, abs(recorded))
    return bool(recorded == now)


class _Walk:
    """Goes through two pieces of data side by side and keeps what differs."""

    def __init__(
        self,
        names: Names,
        same: Callable[[tuple[str, ...], Any, Any], bool],
        ignore: frozenset[str],
        only_recorded: bool,
    ) -> None:
        self.names, self.same, self.ignore = names, same, ignore
        self.only_recorded = only_recorded
        self.found: list[Difference] = []

    def compare(
        self, recorded: Any, now: Any, path: tuple[str, ...], words: tuple[str, ...]
    ) -> None:
        if isinstance(recorded, dict) and isinstance(now, dict):
            keys = recorded if self.only_recorded else {**recorded, **now}
            for key in keys:
                if key not in self.ignore:
                    one, other = recorded.get(key, _MISSING), now.get(key, _MISSING)
                    self.compare(one, other, (*path, key), (*words, key.replace("_", " ")))
        elif _rows(recorded) and _rows(now) and len(recorded) == len(now):
            for place, (one, other) in enumerate(zip(recorded, now, strict=True), start=1):
                label = self._label(one)
                where = (*words[:-1], label) if label else (*words, str(place))
                self.compare(one, other, (*path, str(place)), where)
        elif not self._alike(recorded, now, path):
            key = path[-1] if path else ""
            self.found.append(
                Difference(
                    " › ".join(words),
                    in_words(self.names.pointed_at(key, recorded)),
                    in_words(self.names.pointed_at(key, now)),
                )
            )

    def _alike(self, recorded: Any, now: Any, path: tuple[str, ...]) -> bool:
        if isinstance(recorded, list) and isinstance(now, list) and len(recorded) == len(now):
            pairs = zip(recorded, now, strict=True)
            return all(self._alike(one, other, path) for one, other in pairs)
        return self.same(path, recorded, now)

    def _label(self, row: Any) -> str:
        """How a row of a list is called: by what it is about."""
        parts = [
            self.names.pointed_at(key, row[key])
            for key in ("evaluator", "candidate", "criterion", "above")
            if isinstance(row.get(key), int)
        ]
        parts += [str(row[key]) for key in ("name", "method", "kind") if key in row][:1]
        return ", ".join(parts)


def _rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)
