"""What the tests of scoring share: one evaluation with every kind of criterion, and a cell to post."""

import json

from activity.models import LogEntry
from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation, Score, Scorecard

CRITERIA = [
    {"name": "Insured", "kind": "gate", "worst": 0, "best": 1, "anchors": []},
    {"name": "Quality", "question": "How good?"},
    {"name": "Hours", "kind": "measured", "worst": 24, "best": 2, "unit": "h", "anchors": []},
    {"name": "Old scale", "worst": 1, "best": 10, "anchors": []},
]


def base(evaluation: Evaluation) -> str:
    return f"/o/acme/evaluations/{evaluation.pk}/score/"


@organization_scope(ALL)
def cell_of(evaluation, criterion="Quality", candidate="Northwind") -> str:
    return "-".join(
        str(row.pk)
        for row in (
            evaluation.candidates.get(name=candidate),
            evaluation.criteria.get(name=criterion),
        )
    )


@organization_scope(ALL)
def payload(evaluation, criterion="Quality", candidate="Northwind", **fields) -> dict:
    return {
        "scorecard": evaluation.scorecards.order_by("pk").first().pk,
        "candidate": evaluation.candidates.get(name=candidate).pk,
        "criterion": evaluation.criteria.get(name=criterion).pk,
        "version": 0,
        "mark": "4",
        "evidence": "demo",
        "comment": "Ran well",
        **fields,
    }


def send(client, evaluation, data=None, **fields):
    data = payload(evaluation, **fields) if data is None else data
    body = data if isinstance(data, (str, bytes)) else json.dumps(data)
    return client.post(f"{base(evaluation)}cell/", body, content_type="application/json")


@organization_scope(ALL)
def stored() -> list[tuple]:
    rows = Score.objects.order_by("pk")
    return [(str(s.mark), s.not_applicable, s.evidence, s.comment, s.version) for s in rows]


@organization_scope(ALL)
def log_lines() -> list[LogEntry]:
    return list(LogEntry.objects.select_related("actor").order_by("pk"))


@organization_scope(ALL)
def evaluation_card(evaluation, member) -> Scorecard:
    cards = Scorecard.objects.select_related("evaluation")
    return cards.get(evaluation=evaluation, evaluator=member)
