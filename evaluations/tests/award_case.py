"""What the tests of the award share: a closed evaluation, and an award in any state."""

from typing import Any

from django.utils import timezone

from accounts.models import Membership
from activity.models import LogEntry, OutgoingMail
from core.tenancy import ALL, organization_scope
from evaluations.actions import awards as actions
from evaluations.actions.award_conditions import ConditionDraft
from evaluations.models import Award, Evaluation
from evaluations.tests.builders import fill, give_mark, make_evaluation

WHY = "They restored our test data twice while we watched."
GATE = {"name": "Insured", "kind": "gate", "weight": 0, "worst": 0, "best": 1, "anchors": []}


@organization_scope(ALL)
def closed_evaluation(org: Any, *members: Membership, **fields: Any) -> Evaluation:
    """Northwind leads clearly; Contoso is second, Fabrikam failed the gate, Adatum lacks a mark."""
    evaluation = make_evaluation(
        org,
        criteria=["Quality", "Cost", GATE],
        candidates=["Northwind", "Contoso", "Fabrikam", "Adatum", "Stay in-house"],
        evaluators=members,
        state=Evaluation.State.CLOSED,
        closed_at=timezone.now(),
        **fields,
    )
    marks = {"Northwind": 5, "Contoso": 3, "Fabrikam": 4, "Stay in-house": 1}
    for card in evaluation.scorecards.all():
        for name, mark in marks.items():
            give_mark(card, name, "Insured", 0 if name == "Fabrikam" else 1)
            give_mark(card, name, "Quality", mark)
            give_mark(card, name, "Cost", mark)
        give_mark(card, "Adatum", "Quality", 3)
        give_mark(card, "Adatum", "Insured", 1)
    return evaluation


@organization_scope(ALL)
def tied_evaluation(org: Any, *members: Membership) -> Evaluation:
    """Both candidates have the same marks."""
    evaluation = make_evaluation(org, evaluators=members, state=Evaluation.State.CLOSED)
    for card in evaluation.scorecards.all():
        fill(card, 3)
    return evaluation


@organization_scope(ALL)
def candidate(evaluation: Evaluation, name: str) -> Any:
    return evaluation.candidates.get(name=name)


@organization_scope(ALL)
def posted(evaluation: Evaluation, winner: str = "Northwind", **fields: Any) -> dict[str, Any]:
    """What the form sends."""
    return {"winner": candidate(evaluation, winner).pk, "do": "save", **fields}


@organization_scope(ALL)
def values(evaluation: Evaluation, winner: str = "Northwind", **fields: Any) -> dict[str, Any]:
    """What the actions take."""
    empty = dict.fromkeys(
        [
            "winner_quote",
            "runner_up",
            "runner_up_quote",
            "runner_up_quoted_on",
            "runner_up_expires_on",
        ]
    )
    return {"winner": candidate(evaluation, winner), **empty, "rationale": "", **fields}


@organization_scope(ALL)
def make_award(
    evaluation: Evaluation,
    by: Membership,
    state: str = "draft",
    *,
    winner: str = "Northwind",
    approver: Membership | None = None,
    conditions: tuple[str, ...] = (),
    **fields: Any,
) -> Award:
    """Through the same actions as the pages."""
    award = actions.create_award(
        evaluation=evaluation,
        values=values(evaluation, winner, **fields),
        conditions=[ConditionDraft(None, text) for text in conditions],
        by=by,
        propose=state != "draft",
    )
    decider = approver or by
    if state in {"approved", "announced"}:
        award = actions.approve_award(award=award, version=award.version, by=decider)
    if state == "returned":
        award = actions.return_award(
            award=award, version=award.version, note="Ask for a newer quote.", by=decider
        )
    if state == "announced":
        award = actions.announce_award(award=award, by=decider)
    if state == "withdrawn":
        award = actions.withdraw_award(award=award, reason="They went bankrupt.", by=decider)
    return award


def at(evaluation: Evaluation, page: str = "") -> str:
    return f"/o/acme/evaluations/{evaluation.pk}/{page}"


def award_at(award: Award, page: str = "") -> str:
    return at(award.evaluation, f"awards/{award.pk}/{page}")


@organization_scope(ALL)
def fresh(award: Award) -> Award:
    return Award.objects.select_related("evaluation", "winner", "record", "decided_by").get(
        pk=award.pk
    )


@organization_scope(ALL)
def verbs(evaluation: Evaluation) -> list[str]:
    lines = LogEntry.objects.about(evaluation).order_by("pk")
    return list(lines.values_list("verb", flat=True))


def mails(step: str) -> dict[str, OutgoingMail]:
    """By address: those of one step (proposed, approved …)."""
    return {mail.to: mail for mail in OutgoingMail.objects.filter(key__contains=f":{step}:")}
