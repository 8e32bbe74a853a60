"""Where the promises of a contract's vendor went: what stands in a document that is signed, and what does not.

The promises are those of the award's winner (evaluations.Promise). A place counts as long as it is there:
a promise in a clause that is absent by now, in a level that was removed, or in a deliverable that is gone
stands nowhere again. What was knowingly dropped is settled.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contracts.clauses import ABSENT, BY_KEY, NOT_NEEDED
from contracts.models import Contract, ContractTerms, PromisePlace
from contracts.promise_words import Kept
from evaluations.models import Award, Promise

Kind = PromisePlace.Kind
Levels = Mapping[uuid.UUID, str]
PLACED, DROPPED, NOWHERE = "placed", "dropped", "nowhere"
PAGES = {
    Kind.CLAUSE: "clause_list",
    Kind.LEVEL: "service_level_list",
    Kind.DELIVERABLE: "transition_plan",
}


@dataclass(frozen=True)
class PromiseLine:
    """One promise and what became of it. `where`: the name of what it stands in; `lost`: why the place that
    it had does not count any more."""

    promise: Promise
    place: PromisePlace | None = None
    where: str = ""
    lost: str = ""

    @property
    def state(self) -> str:
        """PLACED, DROPPED or NOWHERE."""
        if self.place is None or self.lost:
            return NOWHERE
        return DROPPED if self.place.kind == Kind.DROPPED else PLACED

    @property
    def page(self) -> str:
        """The view on which that is shown; "" for what stands nowhere."""
        return f"contracts:{PAGES[Kind(self.place.kind)]}" if self.place and self.where else ""

    @property
    def version(self) -> int:
        """Of the place, 0 while there is none."""
        return self.place.version if self.place else 0


@dataclass(frozen=True)
class Ledger:
    """All promises of one contract, in the order in which they were noted."""

    lines: Sequence[PromiseLine]

    @cached_property
    def nowhere(self) -> list[PromiseLine]:
        return [line for line in self.lines if line.state == NOWHERE]

    @cached_property
    def placed(self) -> list[PromiseLine]:
        return [line for line in self.lines if line.state == PLACED]

    @cached_property
    def dropped(self) -> list[PromiseLine]:
        return [line for line in self.lines if line.state == DROPPED]

    @property
    def count(self) -> Kept:
        """In words: see contracts/promise_words.py."""
        return Kept(len(self.lines), len(self.dropped), len(self.nowhere))

    def after(self, promise_id: int) -> PromiseLine | None:
        """The next one that stands nowhere, round to the first; not that one itself."""
        others = [line for line in self.nowhere if line.promise.pk != promise_id]
        later = [line for line in others if line.promise.pk > promise_id]
        return next(iter([*later, *others]), None)


def rows_of(contract: Contract) -> Any:
    """The promises of whoever won the award that the contract follows; none without one."""
    winners = Award.objects.filter(pk=contract.award_id).values("winner")
    rows = Promise.objects.filter(candidate__in=winners)
    places = ("place__clause", "place__deliverable", "place__by__user")
    return rows.select_related("answer__question", *places).order_by("pk")


def levels_of(terms: ContractTerms) -> dict[uuid.UUID, str]:
    """The service levels of these terms by their lineage."""
    return {row.lineage: row.name for row in terms.service_levels.all()}


def ledger_of(contract: Contract, levels: Levels) -> Ledger:
    """One query; none for a contract that follows no award. `levels`: see levels_of."""
    if contract.award_id is None:
        return Ledger(())
    return Ledger([line_of(promise, contract, levels) for promise in rows_of(contract)])


def in_clauses(contract: Contract) -> list[PromiseLine]:
    """Those that a clause has to hold, one that was marked as absent since included. One query; none for a
    contract that follows no award."""
    lines = ledger_of(contract, {}).lines
    return [line for line in lines if line.place and line.place.kind == Kind.CLAUSE]


def line_of(promise: Promise, contract: Contract, levels: Levels) -> PromiseLine:
    """`promise` was read by rows_of."""
    place: PromisePlace | None = getattr(promise, "place", None)
    if place is None or place.contract_id != contract.pk:
        return PromiseLine(promise)
    where, lost = _stands(place, levels)
    return PromiseLine(promise, place, where, lost)


def _stands(place: PromisePlace, levels: Levels) -> tuple[str, str]:
    """The name of what it stands in, or why it does not stand there any more."""
    if place.kind == Kind.CLAUSE:
        return _clause(place)
    if place.kind == Kind.LEVEL:
        name = levels.get(place.level_lineage, "") if place.level_lineage else ""
        return name, "" if name else "The service level that it stood in is gone."
    if place.kind == Kind.DELIVERABLE:
        title = place.deliverable.title if place.deliverable else ""
        return title, "" if title else "The deliverable that it was is gone."
    return "", ""


def _clause(place: PromisePlace) -> tuple[str, str]:
    clause = place.clause
    if clause is None:
        return "", "The clause that it stood in is gone."
    name = BY_KEY[clause.key].name if clause.key in BY_KEY else clause.key
    if clause.state in (ABSENT, NOT_NEEDED):
        return name, f"Its clause, {name}, is marked as {clause.get_state_display().lower()}."
    return name, ""
