"""What the tests of weighing share: an evaluation being set up, and answers to post."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from core.tenancy import ALL, organization_scope
from evaluations import weight_answers, weighting
from evaluations.models import Evaluation, WeightAnswer

CRITERIA = [
    {"name": "Insured", "kind": "gate", "worst": 0, "best": 1, "anchors": []},
    {"name": "Quality", "question": "How good?"},
    {"name": "Cost", "kind": "measured", "worst": 40000, "best": 20000, "unit": "EUR"},
    "Security",
]


def base(evaluation: Evaluation) -> str:
    return f"/o/acme/evaluations/{evaluation.pk}/weights/"


@organization_scope(ALL)
def ids(evaluation: Evaluation) -> dict[str, int]:
    """Of the criteria that have a weight, by name."""
    return {draft.name: draft.row for draft in weight_answers.asked_criteria(evaluation)}


@organization_scope(ALL)
def asked(evaluation: Evaluation) -> str:
    return weighting.digest(weight_answers.asked_criteria(evaluation))


def fields(evaluation: Evaluation, prefix: str, **values: Any) -> dict[str, Any]:
    """`points-12` and so on from names: fields(…, "points", Quality=50)."""
    pks = ids(evaluation)
    return {f"{prefix}-{pks[name]}": value for name, value in values.items()}


def points(evaluation: Evaluation, *, version: int = 0, **values: Any) -> dict[str, Any]:
    """A whole answer in points, as the browser sends it."""
    head = {"version": version, "asked": asked(evaluation), "do": "save"}
    return head | fields(evaluation, "points", **values)


def pairs(evaluation: Evaluation, version: int = 0, **values: int) -> dict[str, Any]:
    """Pairs as names joined: pairs(…, Quality_Cost=3)."""
    pks = ids(evaluation)
    data: dict[str, Any] = {"version": version, "asked": asked(evaluation), "do": "save"}
    for names, value in values.items():
        first, second = (pks[name] for name in names.split("_"))
        data[f"pair-{first}-{second}"] = value
    return data


def answer(client: Client, evaluation: Evaluation, way: str, data: dict[str, Any]) -> HttpResponse:
    return client.post(f"{base(evaluation)}{way}/", data)


@organization_scope(ALL)
def kept(evaluation: Evaluation) -> list[tuple[str, str, list[str], int]]:
    """What is stored: who, in which way, the weights in the order of the criteria, the version."""
    order = [str(pk) for pk in ids(evaluation).values()]
    rows = WeightAnswer.objects.select_related("member__user").order_by("pk")
    return [
        (row.member.name, row.way, [row.weights[pk] for pk in order if row.weights], row.version)
        for row in rows
    ]


@organization_scope(ALL)
def weights(evaluation: Evaluation) -> dict[str, str]:
    """The weights that count, by name."""
    return {row.name: row.weight_text for row in evaluation.criteria.order_by("position")}
