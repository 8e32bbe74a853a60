"""What is known about an award: which one stands, what its rationale has to answer, who may approve it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When

from accounts.models import Membership, Organization
from accounts.permissions import Perm
from evaluations import results
from evaluations.analysis import Analysis
from evaluations.analysis.findings import TOO_CLOSE
from evaluations.calculation import Ranking, VendorResult
from evaluations.models import Award, Evaluation
from evaluations.queries import counted, listed

SUBSTANCE = 20
"""So many letters or digits at least make a rationale that is asked for."""
DECIDED = (Award.State.APPROVED, Award.State.ANNOUNCED)
OPEN = (Award.State.DRAFT, Award.State.RETURNED)

NOT_ELIGIBLE, INCOMPLETE, NOT_FIRST, SHARED, CLOSE = (
    "not_eligible",
    "incomplete",
    "not_first",
    "shared",
    "too_close",
)


@dataclass(frozen=True)
class Reason:
    """Something about the chosen winner that a reader will ask about later."""

    code: str
    words: str


# What has to be explained -------------------------------------------------------------------------


def reasons_to_explain(award: Award, ranking: Ranking, analysis: Analysis) -> list[Reason]:
    """Why this winner can't be proposed without a rationale; nothing if it is clearly the first."""
    result = ranking.of(award.winner_id)
    reasons = [] if result is None else about_winner(result, ranking)
    close = too_close(ranking, analysis)
    return [*reasons, close] if close else reasons


def about_winner(result: VendorResult, ranking: Ranking) -> list[Reason]:
    """What speaks against this candidate as the winner, in words."""
    name = result.candidate.name
    found = []
    if not result.eligible:
        gates = listed([f"“{gate.criterion.name}”" for gate in result.failed_gates])
        found.append(Reason(NOT_ELIGIBLE, f"{name} is not eligible: it did not pass {gates}."))
    if not result.complete:
        missing = result.missing_cells
        cells = listed([cell.criterion.name for cell in missing])
        words = f"{name} is incomplete: {counted(len(missing), 'mark')} missing ({cells})."
        found.append(Reason(INCOMPLETE, words))
    if result.rank > 1:
        first = listed([vendor.candidate.name for vendor in ranking.leaders])
        words = f"{name} is not first: by points it is number {result.rank}, behind {first}."
        found.append(Reason(NOT_FIRST, words))
    elif result.rank and len(ranking.leaders) > 1:
        others = [v.candidate.name for v in ranking.leaders if v is not result]
        found.append(Reason(SHARED, f"{name} shares the first place with {listed(others)}."))
    return found


def too_close(ranking: Ranking, analysis: Analysis) -> Reason | None:
    """The first place that small changes of the weights would give to somebody else."""
    verdict = analysis.verdict
    if verdict is None or verdict.code != TOO_CLOSE:
        return None
    leader = ranking.of(verdict.candidate)
    name = leader.candidate.name if leader else "The first"
    words = (
        f"It is too close to call: with weights a little different from the ones chosen, {name}"
        f" comes first in only {verdict.share:.0%} of the cases."
    )
    return Reason(CLOSE, words)


def find_reasons(award: Award) -> list[Reason]:
    """The same from what is stored now."""
    ranking = results.ranking(award.evaluation)
    return reasons_to_explain(award, ranking, results.analysis_of(award.evaluation, ranking))


def has_substance(rationale: str) -> bool:
    """Long enough to say something; spaces and dots don't count."""
    return sum(letter.isalnum() for letter in rationale) >= SUBSTANCE


# Who ----------------------------------------------------------------------------------------------


def approvers(award: Award, organization: Organization) -> list[Membership]:
    """Who may approve it, by name: not its proposer where the organization asks for two people."""
    able = organization.memberships.able_to(Perm.EVALUATION_DECIDE).by_name()
    if organization.awards_need_two and award.proposed_by_id:
        able = able.exclude(pk=award.proposed_by_id)
    return list(able)


def may_approve(award: Award, member: Membership, organization: Organization) -> bool:
    """This person, as far as roles and the two people are concerned."""
    own = organization.awards_need_two and award.proposed_by_id == member.pk
    return member.can(Perm.EVALUATION_DECIDE) and not own


# Which --------------------------------------------------------------------------------------------


def standing_award(evaluation: Evaluation) -> Award | None:
    """The one award of the present round, in whatever state but withdrawn."""
    rows = evaluation.awards.standing().filter(round=evaluation.round)
    award: Award | None = rows.select_related("winner").first()
    return award


def is_decided(evaluation: Evaluation) -> bool:
    """The present round has an approved award: nothing that it rests on may change any more."""
    awards = evaluation.awards.filter(round=evaluation.round, state__in=DECIDED)
    return bool(awards.exists())


def with_award(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Evaluations with `award_state`, that of the present round's award, while scoring is closed; and
    `awarded_to`: the winner's name, once approved. Nothing is None; staying in-house is "".
    """
    standing = Award.objects.filter(
        evaluation=OuterRef("pk"),
        round=OuterRef("round"),
        evaluation__state=Evaluation.State.CLOSED,
    ).exclude(state=Award.State.WITHDRAWN)
    name = Case(When(winner__vendor=None, then=Value("")), default="winner__name")
    named = standing.filter(state__in=DECIDED).annotate(name=name).values("name")
    return rows.annotate(
        awarded_to=Subquery(named[:1]), award_state=Subquery(standing.values("state")[:1])
    )


def waiting_for(member: Membership, organization: Organization) -> "QuerySet[Any]":
    """Proposed awards that this person may approve, longest waiting first."""
    rows: QuerySet[Any] = organization.award_set.filter(state=Award.State.PROPOSED)
    rows = rows.filter(evaluation__state=Evaluation.State.CLOSED, round=F("evaluation__round"))
    if organization.awards_need_two:
        rows = rows.exclude(proposed_by=member)
    if not member.can(Perm.EVALUATION_DECIDE):
        rows = rows.none()
    return rows.select_related("evaluation", "winner").order_by("proposed_at", "pk")


# In words -----------------------------------------------------------------------------------------


def outcome(award: Award) -> str:
    """What is decided, as the end of a sentence that begins with the evaluation's title."""
    if award.winner.in_house:
        return "stays in-house"
    return f"goes to {award.winner.name}"
