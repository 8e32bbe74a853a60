"""Marking: one cell at a time from the page's script, all cells at once from a plain form."""

import json

import pytest

from activity.models import LogEntry
from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation, Score
from evaluations.tests.builders import ANCHORS, add_evaluator, fill, give_mark, make_evaluation

HELP_DESK = [
    {"name": "Insured", "kind": "gate", "worst": 0, "best": 1, "anchors": []},
    {"name": "Quality", "question": "How good?"},
    {"name": "Hours", "kind": "measured", "worst": 24, "best": 2, "unit": "h", "anchors": []},
    {"name": "Old scale", "worst": 1, "best": 10, "anchors": []},
]

@pytest.fixture
def evaluation(acme, evaluator) -> Evaluation:
    return make_evaluation(acme, criteria=HELP_DESK, evaluators=[evaluator])


@pytest.fixture
def signed_in(client, evaluator):
    client.force_login(evaluator.user)
    return client


def base(evaluation) -> str:
    return f"/o/{evaluation.organization.slug}/evaluations/{evaluation.pk}/score/"


@organization_scope(ALL)
def payload(evaluation, criterion="Quality", candidate="Northwind", **fields) -> dict:
    scorecard = evaluation.scorecards.order_by("pk").first()
    return {
        "scorecard": scorecard.pk,
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
def log_lines(verb: str) -> list[LogEntry]:
    return list(LogEntry.objects.filter(verb=verb).select_related("actor").order_by("pk"))


# One cell -----------------------------------------------------------------------------------------


def test_a_cell_is_saved(signed_in, evaluation, evaluator):
    response = send(signed_in, evaluation)
    assert response.status_code == 200, response.content
    assert response.json() == {"version": 1, "mark": "4", "evidence": "demo", "comment": "Ran well"}
    assert stored() == [("4.0000", False, "demo", "Ran well", 1)]
    [line] = log_lines("score.saved")
    assert (line.actor, line.sealed, line.target_type, line.target_id) == (
        evaluator,
        True,
        "evaluations.evaluation",
        evaluation.pk,
    )
    assert line.before == {
        "cell": "Northwind · Quality",
        "mark": "",
        "evidence": "",
        "comment": "",
    }
    assert line.after == {
        "cell": "Northwind · Quality",
        "mark": "4",
        "evidence": "demo",
        "comment": "Ran well",
    }


def test_pages(signed_in, evaluation):
    r = signed_in.get(base(evaluation))
    assert r.status_code == 200
    r = signed_in.get(base(evaluation)+f"?candidate={payload(evaluation)['candidate']}")
    assert r.status_code == 200
