"""Filling a database in bulk: vendors, evaluations with marks, contracts, and the audit trail of most.

Always the same rows for the same size, so that two runs can be compared.
"""

import datetime as dt
import itertools
import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.permissions import Role
from activity.models import LogEntry
from contracts.models import Contract
from core.tenancy import organization_scope
from dashboard.bench.contracts import add_contracts
from dashboard.bench.database import gather_statistics
from dashboard.bench.planning import FilledPlanning, PlanningSize, add_planning
from dashboard.bench.reviews import FilledReviews, add_criteria_set, add_reviews
from evaluations.actions.analysis import keep_analysis
from evaluations.models import (
    AssignedCriterion,
    Candidate,
    Evaluation,
    EvaluationCriterion,
    Evidence,
    Score,
    Scorecard,
)
from vendors.models import Contact, Vendor

BATCH = 500  # rows at a time: a small heap, whatever the size
FIRST_WORDS = [
    "Amber",
    "Blue",
    "Clear",
    "Delta",
    "Ever",
    "First",
    "Grand",
    "Harbour",
    "Iron",
    "Jade",
]
SECOND_WORDS = [
    "bridge",
    "desk",
    "field",
    "gate",
    "light",
    "point",
    "stone",
    "wave",
    "works",
    "yard",
]
SERVICES = [
    "Help desk",
    "Network",
    "Security",
    "Cloud hosting",
    "Payroll",
    "Backup",
    "Print",
    "ERP",
]
COUNTRIES = ["IE", "GB", "DE", "FR", "NL", "PL", "PT", "RO", "IN", "VN"]
USUAL_CASE = (20, 10, 5)  # candidates, criteria, evaluators: 1000 marks


@dataclass(frozen=True)
class Size:
    """How much to fill. The largest evaluation, `candidates` × `criteria` × `evaluators`, is made twice:
    closed, to be ranked, and open, to be marked; others follow until there are `marks`."""

    vendors: int = 10_000
    marks: int = 100_000
    candidates: int = 50
    criteria: int = 10
    evaluators: int = 10
    contracts: int = 20_000
    watched: int = 100_000  # days, those of the contracts among them
    review_marks: int = 1_000_000  # at least, of closed reviews; none without contracts
    planning: PlanningSize = PlanningSize()

    @property
    def largest(self) -> tuple[int, int, int]:
        return self.candidates, self.criteria, self.evaluators


@dataclass(frozen=True)
class Filled:
    """What the measurements need to know of what is there. `cell` is the person's own, marked 2."""

    size: Size
    organization: Organization
    person: Membership
    vendor: Vendor
    closed: Evaluation
    open: Evaluation
    cell: Score
    contract: Contract | None
    reviews: FilledReviews | None = None
    planning: FilledPlanning | None = None


def fill(size: Size) -> Filled:
    """Write it all and gather statistics; the person who asks for the pages is an admin who scores."""
    organization = Organization.objects.create(name="Bench", slug="bench")
    with organization_scope(organization):
        filling = _Filling(organization, size)
        filling.add_vendors()
        closed, _ = filling.add_evaluation(size.largest, Evaluation.State.CLOSED)
        keep_analysis(evaluation=closed)  # as closing the scoring does
        opened, cell = filling.add_evaluation(size.largest, Evaluation.State.SCORING)
        for _ in range((size.marks - 2 * math.prod(size.largest)) // math.prod(USUAL_CASE)):
            filling.add_evaluation(USUAL_CASE, Evaluation.State.CLOSED)
        person = filling.people[0]
        add_criteria_set(person)
        contract = add_contracts(organization, filling.people, size.contracts, size.watched)
        reviews = add_reviews(organization, person, size.review_marks)
        planning = add_planning(organization, filling.people, size.planning)
    gather_statistics()
    return Filled(
        size,
        organization,
        person,
        filling.vendors[0],
        closed,
        opened,
        cell,
        contract,
        reviews,
        planning,
    )


def _write(model: Any, rows: Iterable[Any]) -> None:
    """In batches, so that a million rows never stand in memory."""
    left = iter(rows)
    while batch := list(itertools.islice(left, BATCH)):
        model.objects.bulk_create(batch)


class _Filling:
    def __init__(self, organization: Organization, size: Size) -> None:
        self.organization = organization
        self.size = size
        self.random = random.Random(1702)  # noqa: S311 - the same rows each time, nothing secret
        self.now = timezone.now()
        self.people = [self._person(number) for number in range(max(size.evaluators, 5))]
        self.vendors: list[Vendor] = []

    def _person(self, number: int) -> Membership:
        user = User.objects.create_user(f"person{number}@example.com", None, f"Person {number}")
        role = Role.EVALUATOR if number else Role.ADMIN
        return Membership.objects.create(user=user, organization=self.organization, role=role)

    def _own(self, model: Any, **values: Any) -> Any:
        return model(organization=self.organization, **values)

    def _line(self, by: Membership, verb: str, target: Any, after: dict[str, Any]) -> Any:
        return self._own(
            LogEntry,
            actor=by,
            actor_name=by.name,
            verb=verb,
            target_type=target._meta.label_lower,
            target_id=target.pk,
            target_name=str(target),
            after=after,
            created_at=self.now - dt.timedelta(minutes=self.random.randrange(500_000)),
        )

    # Vendors --------------------------------------------------------------------------------------

    def add_vendors(self) -> None:
        """Each with its main contact and the line that says who added it."""
        for start in range(0, self.size.vendors, BATCH):
            numbers = range(start, min(start + BATCH, self.size.vendors))
            vendors = [self._vendor(number) for number in numbers]
            Vendor.objects.bulk_create(vendors)
            _write(Contact, map(self._contact, vendors))
            by = self.people[0]
            _write(LogEntry, (self._line(by, "vendor.added", v, {"name": v.name}) for v in vendors))
            if len(self.vendors) < self.size.candidates:
                self.vendors += vendors

    def _vendor(self, number: int) -> Vendor:
        pick = self.random
        name = f"{pick.choice(FIRST_WORDS)}{pick.choice(SECOND_WORDS)} {number:06}"
        vendor: Vendor = self._own(
            Vendor,
            legal_name=f"{name} Ltd",
            trading_name=name,
            website=f"https://www.vendor{number}.example",
            country=pick.choice(COUNTRIES),
            services=pick.sample(SERVICES, 3),
            size=pick.choice(Vendor.Size.values),
            status=pick.choice(Vendor.Status.values),
            registration_number=f"HRB {number:06}",
            notes="Met at the fair; quotes within a week. " * pick.randrange(4),
            updated_at=self.now - dt.timedelta(minutes=pick.randrange(500_000)),
        )
        vendor.refresh_keys()
        return vendor

    def _contact(self, vendor: Vendor) -> Any:
        return self._own(
            Contact, vendor=vendor, name="Carla Conti", email="carla@vendor.example", is_main=True
        )

    # Evaluations ----------------------------------------------------------------------------------

    def add_evaluation(self, shape: tuple[int, int, int], state: str) -> tuple[Evaluation, Score]:
        """An evaluation with every cell marked, and the first cell of the first evaluator."""
        candidate_count, criterion_count, evaluator_count = shape
        number = Evaluation.objects.count() + 1
        evaluation: Evaluation = Evaluation.objects.create(
            organization=self.organization,
            title=f"{SERVICES[number % len(SERVICES)]} {number}",
            service=SERVICES[number % len(SERVICES)],
            state=state,
            opened_at=self.now,
            closed_at=self.now if state == Evaluation.State.CLOSED else None,
            created_by=self.people[0],
            created_at=self.now - dt.timedelta(hours=number),
        )
        criteria = self._criteria(evaluation, criterion_count)
        candidates = self._candidates(evaluation, candidate_count)
        cards = [self._scorecard(evaluation, by, criteria) for by in self.people[:evaluator_count]]
        about = {"title": str(evaluation)}
        _write(LogEntry, [self._line(self.people[0], "evaluation.created", evaluation, about)])
        _write(Score, self._scores(cards, candidates, criteria))
        sealed = state == Evaluation.State.SCORING
        _write(LogEntry, self._score_lines(evaluation, cards, candidates, criteria, sealed=sealed))
        first = Score.objects.get(
            scorecard=cards[0], candidate=candidates[0], criterion=criteria[0]
        )
        return evaluation, first

    def _criteria(self, evaluation: Evaluation, count: int) -> list[Any]:
        rows = [
            self._own(
                EvaluationCriterion,
                evaluation=evaluation,
                position=at,
                name=f"Criterion {at + 1}",
                question="How well do they do it for others of our size?",
                weight=Decimal(100) / count
                if at
                else Decimal(100) - Decimal(100) / count * (count - 1),
                anchors=["No answer", "Promises", "A plan", "Does it", "Does it well", "The best"],
            )
            for at in range(count)
        ]
        return list(EvaluationCriterion.objects.bulk_create(rows))

    def _candidates(self, evaluation: Evaluation, count: int) -> list[Any]:
        rows = [
            self._own(
                Candidate, evaluation=evaluation, vendor=vendor, name=vendor.name, position=at
            )
            for at, vendor in enumerate(self.vendors[:count])
        ]
        return list(Candidate.objects.bulk_create(rows))

    def _scorecard(self, evaluation: Evaluation, by: Membership, criteria: list[Any]) -> Scorecard:
        closed = evaluation.is_closed
        card: Scorecard = Scorecard.objects.create(
            organization=self.organization,
            evaluation=evaluation,
            evaluator=by,
            evaluator_name=by.name,
            has_conflict=False,
            declared_at=self.now,
            submitted_at=self.now if closed else None,
        )
        rows = [self._own(AssignedCriterion, scorecard=card, criterion=one) for one in criteria]
        AssignedCriterion.objects.bulk_create(rows)
        return card

    def _scores(
        self, cards: list[Scorecard], candidates: list[Any], criteria: list[Any]
    ) -> Iterator[Any]:
        first = True
        for card, candidate, criterion in itertools.product(cards, candidates, criteria):
            yield self._own(
                Score,
                scorecard=card,
                candidate=candidate,
                criterion=criterion,
                mark=Decimal(2 if first else self.random.randrange(6)),
                evidence=self.random.choice(Evidence.values),
            )
            first = False

    def _score_lines(
        self,
        evaluation: Evaluation,
        cards: list[Scorecard],
        candidates: list[Any],
        criteria: list[Any],
        *,
        sealed: bool,
    ) -> Iterator[Any]:
        for card, candidate, criterion in itertools.product(cards, candidates, criteria):
            after = {"cell": f"{candidate}: {criterion}", "mark": "3"}
            by: Any = card.evaluator
            line = self._line(by, "score.saved", evaluation, after)
            line.sealed = sealed
            yield line
