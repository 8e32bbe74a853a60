"""The promise ledger of an evaluation as its page shows it, and what a promise begins with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluations.models import Candidate, Evaluation, Promise, ProposalAnswer, ProposalRequest

LONGEST = 500
"""Characters of a promise."""
PLACED = "place__contract"
WITHDRAWN = "withdrawn"
"""The stage of a contract that came to nothing."""


@dataclass(frozen=True)
class Noted:
    """A promise, and the place that it has in a contract; None: not yet."""

    promise: Promise

    @property
    def place(self) -> Any:
        return place_of(self.promise)


def place_of(promise: Promise) -> Any:
    """The row of the app above (contracts.PromisePlace); one in a contract that was withdrawn does not count."""
    place = getattr(promise, "place", None)
    return None if place is None or place.contract.stage == WITHDRAWN else place


@dataclass(frozen=True)
class Ledger:
    """One candidate with what they promised, in the order in which it was noted."""

    candidate: Candidate
    promises: Sequence[Noted] = field(default_factory=list)


def ledgers_of(evaluation: Evaluation) -> list[Ledger]:
    """Every vendor of the evaluation, in their order. Two queries."""
    candidates = list(vendors_of(evaluation))
    by_candidate: dict[int, list[Noted]] = {row.pk: [] for row in candidates}
    for promise in promises_of(evaluation):
        by_candidate.setdefault(promise.candidate_id, []).append(Noted(promise))
    return [Ledger(row, by_candidate[row.pk]) for row in candidates]


def vendors_of(evaluation: Evaluation) -> Any:
    """The candidates who can promise something."""
    return evaluation.candidates.exclude(vendor=None).order_by("position", "pk")


def promises_of(evaluation: Evaluation) -> Any:
    """With the question that each was read in and the contract that it went into."""
    rows = Promise.objects.filter(candidate__evaluation=evaluation)
    return rows.select_related("answer__question", PLACED).order_by("pk")


def readable_answers(evaluation: Evaluation) -> Any:
    """The answers of its proposals, once they are opened."""
    rows = ProposalAnswer.objects.filter(
        proposal__proposal_request__evaluation=evaluation,
        proposal__proposal_request__state=ProposalRequest.State.OPENED,
    )
    return rows.select_related(
        "proposal__candidate", "proposal__proposal_request", "question", "organization"
    )


def words_of(answer: ProposalAnswer) -> str:
    """What an answer says, to be shortened to the promise in it; "" for a file or a price table."""
    value = answer.value if isinstance(answer.value, dict) else {}
    if value.get("text"):
        return " ".join(str(value["text"]).split())[:LONGEST]
    said = value.get("choice") or value.get("number")
    if "yes" in value:
        said = "Yes" if value["yes"] else "No"
    words = f"{answer.question.text} {said} {answer.question.unit}" if said else ""
    return " ".join(words.split())[:LONGEST]
