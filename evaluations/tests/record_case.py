"""An approved award whose record is frozen, with a gate, a moderated mark, an N/A and a runner-up."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from accounts.models import Membership, Organization
from core.tenancy import ALL, organization_scope
from evaluations.actions.award_record import freeze_award
from evaluations.models import (
    Award,
    AwardCondition,
    Evaluation,
    ModeratedMark,
)
from evaluations.tests.builders import fill, give_mark, make_evaluation

CRITERIA = [
    {"name": "Quality", "weight": Decimal(50)},
    {"name": "Cost", "weight": Decimal(30)},
    {"name": "Team", "weight": Decimal(20)},
    {"name": "Insured", "kind": "gate", "weight": Decimal(0), "worst": 0, "best": 1},
]
CANDIDATES = ("Kestrel", "Northwind", "Stay in-house")


@organization_scope(ALL)
def closed_evaluation(org: Organization, first: Membership, second: Membership) -> Evaluation:
    """Two evaluators, three candidates, closed."""
    made = make_evaluation(
        org,
        criteria=CRITERIA,
        candidates=CANDIDATES,
        evaluators=[first, second],
        title="Help desk – „Zürich“",
        service="IT support",
        opened_at=timezone.now() - dt.timedelta(days=9),
    )
    one, two = made.scorecards.order_by("pk")
    give_mark(one, "Kestrel", "Quality", 5, evidence="reference", comment="Called two 📞")
    give_mark(one, "Kestrel", "Cost", "3.5", evidence="claim")
    give_mark(two, "Kestrel", "Cost", 3)
    give_mark(two, "Northwind", "Quality", 2, evidence="guess")
    give_mark(one, "Stay in-house", "Team", not_applicable=True)
    give_mark(two, "Stay in-house", "Team", not_applicable=True)
    fill(one, 4)
    fill(two, 3)
    made.scorecards.update(submitted_at=timezone.now())
    Evaluation.objects.filter(pk=made.pk).update(
        state=Evaluation.State.CLOSED, closed_at=timezone.now()
    )
    made.refresh_from_db()
    return made


@organization_scope(ALL)
def approved_award(
    evaluation: Evaluation, owner: Membership, manager: Membership, moderated: str = "Quality"
) -> Award:
    """Approved, not frozen yet; the runner-up's mark on the `moderated` criterion was agreed on."""
    own = {"organization": evaluation.organization}
    winner, runner_up = evaluation.candidates.order_by("position")[:2]
    ModeratedMark.objects.create(
        **own,
        evaluation=evaluation,
        candidate=runner_up,
        criterion=evaluation.criteria.get(name=moderated),
        mark=Decimal("2.5"),
        reason="Both saw the same demo.",
        by=owner,
        by_name=owner.name,
    )
    award = Award.objects.create(
        **own,
        evaluation=evaluation,
        round=evaluation.round,
        state=Award.State.APPROVED,
        winner=winner,
        winner_quote=Decimal("120000.00"),
        runner_up=runner_up,
        runner_up_quote=Decimal("99000.50"),
        runner_up_quoted_on=dt.date(2026, 3, 1),
        currency="EUR",
        rationale="Best on what matters most.",
        created_by=manager,
        proposed_by=manager,
        proposed_at=timezone.now(),
        decided_by=owner,
        decided_at=timezone.now(),
    )
    for position, text in enumerate(["Liability cap agreed", "Two references called"]):
        AwardCondition.objects.create(**own, award=award, text=text, position=position)
    return award


@organization_scope(ALL)
def frozen_award(org: Organization, owner: Membership, manager: Membership) -> Award:
    """Approved and frozen."""
    award = approved_award(closed_evaluation(org, owner, manager), owner, manager)
    freeze_award(award=award, by=owner)
    return award
