"""What Home shows, read in a fixed number of queries whatever the size."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Q,
)
from django.utils import timezone

from accounts.models import Membership, Organization
from accounts.permissions import Perm
from contracts.models import Contract
from dashboard.calendar import AHEAD, DECISIVE, Entry, entry, for_home
from evaluations.awards import OPEN, waiting_for, with_award
from evaluations.models import Award, Evaluation, Scorecard
from vendors.models import Vendor

MOST = 8
MOST_DAYS = 1_000
MOST_RUNNING = 500


@dataclass(frozen=True)
class Portfolio:
    """Running contracts at a glance. `spend`: (currency, a year's cost); `unpriced` have no price of a year,
    so they are in no sum. With more than MOST_RUNNING nothing is added up: the portfolio page does that."""

    running: int = 0
    spend: list[tuple[str, Decimal]] = field(default_factory=list)
    unpriced: int = 0
    without_exit: int = 0
    days_ahead: int = 0

    @property
    def too_many(self) -> bool:
        return self.running > MOST_RUNNING

    @property
    def days_in_words(self) -> str:
        return f"more than {MOST_DAYS:,}" if self.days_ahead > MOST_DAYS else str(self.days_ahead)


@dataclass(frozen=True)
class Home:
    """What needs this person, and the portfolio.

    `days`: watched days that need them within 90 days, soonest first; `to_sign` and `drafts`: contracts;
    `to_score`: one's own open scorecards; `to_weigh`: evaluations that ask what the criteria weigh;
    `to_close`: evaluations whose evaluators are all done;
    `to_approve`: awards that this person may approve; `to_decide`: closed evaluations that wait for this
    person's proposal (an imported one may be there for its ranking alone).
    """

    days: list[Entry]
    to_sign: list[Contract]
    drafts: list[Contract]
    to_score: list[Scorecard]
    to_weigh: list[Evaluation]
    to_close: list[Evaluation]
    to_approve: list[Award]
    to_decide: list[Evaluation]
    in_setup: list[Evaluation]
    waiting: list[Evaluation]
    decided: list[Evaluation]
    vendors: list[tuple[str, str, int]]
    portfolio: Portfolio

    @property
    def vendor_total(self) -> int:
        return sum(count for _, _, count in self.vendors)

    @property
    def more_days(self) -> bool:
        """There may be more than those shown."""
        shown = Counter(day.row.kind if day.row.kind in DECISIVE else "" for day in self.days)
        return MOST in shown.values()

    @property
    def is_new(self) -> bool:
        evaluations = self.in_setup or self.waiting or self.to_close or self.decided
        contracts = self.to_sign or self.drafts or self.days or self.portfolio.running
        return not (self.vendors or evaluations or contracts)

    @property
    def nothing_to_do(self) -> bool:
        contracts = (self.days, self.to_sign, self.drafts)
        mine = (self.to_score, self.to_weigh, self.to_close, self.to_approve, self.to_decide)
        return not any((*contracts, *mine, self.in_setup))


def read_home(organization: Organization, member: Membership) -> Home:
    """Everything on Home for one member of one organization."""
    today = timezone.localdate()
    cards = (
        organization.scorecard_set.of(member)
        .filter(evaluation__state=Evaluation.State.SCORING, submitted_at=None)
        .exclude(has_conflict=True)
        .select_related("evaluation")
        .order_by("evaluation__due_on", "pk")
    )
    scoring, setup = _scoring(organization), _in_setup(organization, member)
    closes, manages = member.can(Perm.EVALUATION_CLOSE), member.can(Perm.EVALUATION_MANAGE)
    closed = organization.evaluation_set.filter(state=Evaluation.State.CLOSED)
    decided = list(with_award(closed).order_by("-closed_at", "pk")[:MOST])
    proposes = member.can(Perm.AWARD_PROPOSE)
    contracts = _unsigned(organization, member)
    return Home(
        days=_days(organization, member, today),
        to_sign=[row for row in contracts if not row.is_draft],
        drafts=[row for row in contracts if row.is_draft],
        to_score=list(cards[:MOST]),
        to_weigh=[row for row in setup if row.asks_weights],
        to_close=[row for row in scoring if closes and not row.is_busy],
        to_approve=list(waiting_for(member, organization)[:MOST]),
        to_decide=[row for row in decided if proposes and _undecided(row)],
        in_setup=setup if manages else [],
        waiting=[row for row in scoring if not closes or row.is_busy],
        decided=decided,
        vendors=_vendors(organization),
        portfolio=_portfolio(organization, today),
    )


def _scoring(organization: Organization) -> list[Any]:
    """Evaluations being scored, each with whether somebody still has to submit."""
    cards = organization.scorecard_set.filter(evaluation=OuterRef("pk"), submitted_at=None)
    rows = organization.evaluation_set.filter(state=Evaluation.State.SCORING)
    rows = rows.annotate(is_busy=Exists(cards.exclude(has_conflict=True)))
    return list(rows.order_by("due_on", "-created_at", "pk")[: 4 * MOST])


def _in_setup(organization: Organization, member: Membership) -> list[Any]:
    """Evaluations being set up, for who manages them and for evaluators who are asked what the criteria
    weigh and have not said so; no query for others."""
    if not member.can(Perm.SCORE):
        return []
    own = organization.scorecard_set.of(member).filter(evaluation=OuterRef("pk"))
    criteria = organization.evaluationcriterion_set.filter(evaluation=OuterRef("pk"))
    answers = organization.weightanswer_set.filter(evaluation=OuterRef("pk"), member=member)
    asks = Exists(own) & Exists(criteria) & ~Exists(answers)
    rows = organization.evaluation_set.filter(state=Evaluation.State.SETUP)
    rows = rows.annotate(asks_weights=asks).order_by("due_on", "-created_at", "pk")
    if not member.can(Perm.EVALUATION_MANAGE):
        rows = rows.filter(asks_weights=True)
    return list(rows[:MOST])


def _days(organization: Organization, member: Membership, today: dt.date) -> list[Entry]:
    """Watched days that need this person. Owners answer for all; others for their own."""
    owns = member.can(Perm.REMINDER_ESCALATION)
    rows = organization.watcheddate_set.all()
    found = for_home(rows, member.pk, today, all_decisive=owns)
    # Each with a limit of its own: many small tasks that are late must not hide a day that costs a year.
    # Short looks along the index, in one query.
    parts = [*(found.filter(kind=kind) for kind in DECISIVE), found.exclude(kind__in=DECISIVE)]
    looks = [rows.filter(pk__in=part.values("pk")[:MOST]).values("pk") for part in parts]
    shown = rows.filter(pk__in=looks[0].union(*looks[1:], all=True))
    return [entry(row, today) for row in shown.soonest_first()]


def _unsigned(organization: Organization, member: Membership) -> list[Contract]:
    """Contracts that wait for this person's signature, and their own drafts, newest first."""
    stages = Contract.Stage
    asked = Q(stage=stages.DRAFT) & (Q(created_by=member) | Q(manager=member))
    if member.can(Perm.CONTRACT_SIGN):
        asked |= Q(stage=stages.IN_APPROVAL)
    elif not member.can(Perm.CONTRACT_EDIT):
        return []
    rows = organization.contract_set.filter(stage__in=[stages.DRAFT, stages.IN_APPROVAL])
    return list(rows.filter(asked).select_related("vendor").newest_first()[:MOST])


def _portfolio(organization: Organization, today: dt.date) -> Portfolio:
    """Read contract by contract up to a limit, so that Home is as quick with 20 000 contracts as with 500."""
    ahead = organization.watcheddate_set.open().order_by()
    ahead = ahead.filter(due_on__gte=today, due_on__lte=today + dt.timedelta(days=AHEAD))
    days = int(ahead.values("organization_id")[: MOST_DAYS + 1].count())
    running = organization.contract_set.running_on(today).order_by()
    columns = running.values_list("currency", "yearly_cost", "exit_plan")
    rows = list(columns[: MOST_RUNNING + 1])
    if len(rows) > MOST_RUNNING:
        return Portfolio(running=len(rows), days_ahead=days)
    spend: dict[str, Decimal] = defaultdict(Decimal)
    for currency, cost, _ in rows:
        if cost is not None:
            spend[currency] += cost
    return Portfolio(
        running=len(rows),
        spend=sorted(spend.items()),
        unpriced=sum(cost is None for _, cost, _ in rows),
        without_exit=sum(plan is None for _, _, plan in rows),
        days_ahead=days,
    )


def _undecided(row: Any) -> bool:
    """Somebody has to propose, or to propose again."""
    return not row.imported_from and row.award_state in {None, *OPEN}


def _vendors(organization: Organization) -> list[tuple[str, str, int]]:
    """(status, its words, how many) for each status that has vendors, in the order of the lifecycle."""
    rows = organization.vendor_set.current().order_by().values("status")
    counts = {row["status"]: row["n"] for row in rows.annotate(n=Count("*"))}
    return [(s.value, s.label, counts[s.value]) for s in Vendor.Status if s.value in counts]
