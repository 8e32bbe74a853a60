"""Looking at what follows from an answer, and arranging an order: nothing is stored by it."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from evaluations.models import Evaluation
from evaluations.tests.builders import make_evaluation
from evaluations.tests.weighting_case import (
    CRITERIA,
    answer,
    asked,
    base,
    fields,
    ids,
    kept,
    points,
)


@pytest.fixture
def evaluation(acme, evaluator, manager) -> Evaluation:
    return make_evaluation(acme, criteria=CRITERIA, evaluators=[evaluator], state="setup")


@pytest.fixture
def eve(client, evaluator, evaluation):
    client.force_login(evaluator.user)
    return client


def test_the_preview_tells_what_remains_and_what_follows(eve, evaluation):
    data = points(evaluation, Quality=30, Cost=30) | {"do": "show"}
    part = eve.post(f"{base(evaluation)}points/", data, headers={"HX-Request": "true"})
    assertContains(part, "<strong>40</strong> of 100 left")
    assertContains(part, "1 number still missing")
    assertNotContains(part, "<form")
    data |= fields(evaluation, "points", Security=60)
    part = eve.post(f"{base(evaluation)}points/", data, headers={"HX-Request": "true"})
    assertContains(part, "<strong>120</strong> given out. That is fine")
    assertContains(part, "50.0 %")
    assertContains(eve.post(f"{base(evaluation)}points/", data), "Save my answer")
    assert kept(evaluation) == []


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ("up-Security", ["Quality", "Security", "Cost"]),
        ("up-Quality", ["Quality", "Cost", "Security"]),
        ("down-Quality", ["Cost", "Quality", "Security"]),
        ("down-Security", ["Quality", "Cost", "Security"]),
        ("back-Cost", ["Quality", "Security"]),
        ("place-Quality", ["Cost", "Security", "Quality"]),
        ("sort-", ["Quality", "Cost", "Security"]),
        ("up-²", ["Quality", "Cost", "Security"]),
        ("dance-Cost", ["Quality", "Cost", "Security"]),
    ],
)
def test_buttons_arrange_the_order_and_store_nothing(eve, evaluation, button, expected):
    verb, _, name = button.partition("-")
    order = fields(evaluation, "place", Quality=1, Cost=5, Security=7)
    data = {
        "asked": asked(evaluation),
        "version": 0,
        "do": f"{verb}-{ids(evaluation).get(name, name)}",
    }
    form = answer(eve, evaluation, "order", data | order).context["form"]
    assert [row["draft"].name for row in form.placed] == expected
    assert [row["field"].value() for row in form.placed] == [
        str(at) for at in range(1, len(expected) + 1)
    ]
    assert kept(evaluation) == []


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (1, ["Security", "Quality", "Cost"]),
        (2, ["Quality", "Security", "Cost"]),
        (9, ["Quality", "Cost", "Security"]),
        ("", ["Quality", "Cost"]),
    ],
)
def test_a_typed_number_moves_its_row(eve, evaluation, place, expected):
    order = fields(evaluation, "place", Quality=1, Cost=2, Security=place)
    data = {"asked": asked(evaluation), "version": 0, "do": f"at-{ids(evaluation)['Security']}"}
    form = answer(eve, evaluation, "order", data | order).context["form"]
    assert [row["draft"].name for row in form.placed] == expected
    assert [row["draft"].name for row in form.to_place] == ["Security"] * (3 - len(expected))
