"""What Home shows, read in a fixed number of queries whatever the size."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from accounts.models import Membership, Organization
from accounts.permissions import Perm
from evaluations.awards import OPEN, waiting_for, with_award
from evaluations.models import Award, Evaluation, Scorecard
from vendors.models import Vendor

MOST = 8


@dataclass(frozen=True)
class Home:
    """What needs this person, and the portfolio.

    `to_score`: one's own open scorecards; `to_close`: evaluations whose evaluators are all done;
    `to_approve`: awards that this person may approve; `to_decide`: closed evaluations that wait for this
    person's proposal (an imported one may be there for its ranking alone).
    """

    to_score: list[Scorecard]
    to_close: list[Evaluation]
    to_approve: list[Award]
    to_decide: list[Evaluation]
    in_setup: list[Evaluation]
    waiting: list[Evaluation]
    decided: list[Evaluation]
    vendors: list[tuple[str, str, int]]

    @property
    def vendor_total(self) -> int:
        return sum(count for _, _, count in self.vendors)

    @property
    def is_new(self) -> bool:
        return not (self.vendors or self.in_setup or self.waiting or self.to_close or self.decided)

    @property
    def nothing_to_do(self) -> bool:
        mine = (self.to_score, self.to_close, self.to_approve, self.to_decide, self.in_setup)
        return not any(mine)


def read_home(organization: Organization, member: Membership) -> Home:
    """Everything on Home for one member of one organization."""
    evaluations = organization.evaluation_set.order_by("due_on", "-created_at", "pk")
    cards = (
        organization.scorecard_set.of(member)
        .filter(evaluation__state=Evaluation.State.SCORING, submitted_at=None)
        .exclude(has_conflict=True)
        .select_related("evaluation")
        .order_by("evaluation__due_on", "pk")
    )
    scoring = list(evaluations.filter(state=Evaluation.State.SCORING)[: 4 * MOST])
    busy = set(
        organization.scorecard_set.filter(evaluation__in=scoring, submitted_at=None)
        .exclude(has_conflict=True)
        .values_list("evaluation_id", flat=True)
    )
    closes, manages = member.can(Perm.EVALUATION_CLOSE), member.can(Perm.EVALUATION_MANAGE)
    setup = evaluations.filter(state=Evaluation.State.SETUP)[:MOST] if manages else []
    closed = organization.evaluation_set.filter(state=Evaluation.State.CLOSED)
    decided = list(with_award(closed).order_by("-closed_at", "pk")[:MOST])
    proposes = member.can(Perm.AWARD_PROPOSE)
    return Home(
        to_score=list(cards[:MOST]),
        to_close=[row for row in scoring if closes and row.pk not in busy],
        to_approve=list(waiting_for(member, organization)[:MOST]),
        to_decide=[row for row in decided if proposes and _undecided(row)],
        in_setup=list(setup),
        waiting=[row for row in scoring if not closes or row.pk in busy],
        decided=decided,
        vendors=_vendors(organization),
    )


def _undecided(row: Any) -> bool:
    """Somebody has to propose, or to propose again."""
    return not row.imported_from and row.award_state in {None, *OPEN}


def _vendors(organization: Organization) -> list[tuple[str, str, int]]:
    """(status, its words, how many) for each status that has vendors, in the order of the lifecycle."""
    rows = organization.vendor_set.current().order_by().values("status")
    counts = {row["status"]: row["n"] for row in rows.annotate(n=Count("*"))}
    return [(s.value, s.label, counts[s.value]) for s in Vendor.Status if s.value in counts]
