"""Comparing what people answered, and an owner's decision: who sees what, what is written, what is refused."""

from decimal import Decimal

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from conftest import make_member
from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation, WeightAnswer
from evaluations.tests.builders import add_evaluator, make_evaluation
from evaluations.tests.scoring_case import log_lines
from evaluations.tests.test_scoring_at_once import at_once, client_of
from evaluations.tests.weighting_case import (
    CRITERIA,
    answer,
    base,
    fields,
    pairs,
    points,
    weights,
)


@pytest.fixture
def evaluation(acme, evaluator, manager) -> Evaluation:
    return make_evaluation(acme, criteria=CRITERIA, evaluators=[evaluator], state="setup")


@pytest.fixture
def answered(evaluation, evaluator, manager) -> Evaluation:
    """Eve says 60/30/10, Mia 20/40/40 (Quality, Cost, Security)."""
    for member, numbers in ((evaluator, (60, 30, 10)), (manager, (20, 40, 40))):
        said = dict(zip(("Quality", "Cost", "Security"), numbers, strict=True))
        answer(client_of(member), evaluation, "points", points(evaluation, **said))
    return evaluation


@pytest.fixture
def olga(client, owner):
    client.force_login(owner.user)
    return client


@organization_scope(ALL)
def key(name: str) -> str:
    """Of somebody's answer, as the form names it."""
    row = WeightAnswer.objects.filter(member__user__name=name).latest("answered_at")
    return f"{row.pk}.{row.version}"


def decide(client, evaluation, **values):
    data = {"version": 1, "do": "save", "reason": "", **values}
    return client.post(f"{base(evaluation)}decide/", data)


@organization_scope(ALL)
def stored(evaluation) -> dict:
    return Evaluation.objects.get(pk=evaluation.pk).weights_from


# Comparing ----------------------------------------------------------------------------------------


def test_differences_stand_in_words_the_widest_first(olga, answered):
    page = olga.get(f"{base(answered)}compare/?own=none")
    assert [line.words for line in page.context["talk"]] == [
        "Eve 60, Mia 20: talk about Quality",
        "Mia 40, Eve 10: talk about Security",
        "Mia 40, Eve 30: talk about Cost",
    ]
    for words in ("Eve", "Mia", "60.0", "40.0", "35.0", "Mean"):
        assertContains(page, words)


def test_ones_own_answer_comes_first(client, answered, manager, owner):
    client.force_login(owner.user)
    page = client.get(f"{base(answered)}compare/")
    assertContains(page, "Your own answer first")
    assertNotContains(page, "60.0")
    assertNotContains(page, "Eve")
    client.force_login(manager.user)
    assertContains(client.get(f"{base(answered)}compare/"), "60.0")


def test_nobody_answered_yet(olga, evaluation):
    page = olga.get(f"{base(evaluation)}compare/?own=none")
    assertContains(page, "No answer yet")
    assertContains(page, "Eve")


def test_who_may_not_score_any_more_is_not_counted(olga, answered, evaluator):
    evaluator.role = "viewer"
    evaluator.save()
    page = olga.get(f"{base(answered)}compare/?own=none")
    assert [row.name for row in page.context["everybody"].counted] == ["Mia"]
    assertNotContains(page, "Worth talking about")


def test_who_was_taken_out_of_the_evaluators_is_not_counted(olga, answered, evaluator):
    with organization_scope(ALL):
        answered.scorecards.all().delete()
    page = olga.get(f"{base(answered)}compare/?own=none")
    assert [row.name for row in page.context["everybody"].counted] == ["Mia"]


def test_after_opening_the_answers_can_be_read_but_not_decided(olga, answered):
    with organization_scope(ALL):
        Evaluation.objects.update(state="scoring")
    page = olga.get(f"{base(answered)}compare/")
    assertContains(page, "Scoring has been opened: the weights are settled.")
    assertNotContains(page, "Settle the weights")


@pytest.mark.parametrize("people", [1, 6])
def test_comparing_takes_the_same_queries_however_many_people(
    acme, olga, answered, people, django_assert_max_num_queries
):
    for at in range(people):
        member = make_member(acme, "evaluator", f"person{at}")
        add_evaluator(answered, member)
        data = points(answered, Quality=at, Cost=1, Security=1)
        answer(client_of(member), answered, "points", data)
    with django_assert_max_num_queries(10):
        olga.get(f"{base(answered)}compare/?own=none")


# Deciding -----------------------------------------------------------------------------------------


def test_one_persons_answer_becomes_the_weights(olga, answered):
    response = decide(olga, answered, choice="one", one=key("Mia"), reason="She pays for it.")
    setup = f"/o/acme/evaluations/{answered.pk}/setup/"
    assertRedirects(response, setup)
    assert weights(answered) == {"Insured": "0", "Quality": "20", "Cost": "40", "Security": "40"}
    kept = stored(answered)
    assert {name: kept[name] for name in ("way", "people", "reason", "decided_by")} == {
        "way": "answer",
        "people": ["Mia"],
        "reason": "She pays for it.",
        "decided_by": "Olga",
    }
    line = log_lines()[-1]
    assert (line.verb, line.before) == (
        "evaluation.weights_decided",
        {"Quality": "33.333", "Cost": "33.333", "Security": "33.333"},
    )
    assert line.after == {
        "Quality": "20",
        "Cost": "40",
        "Security": "40",
        "how": "The weights are what Mia answered",
        "reason": "She pays for it.",
    }
    page = olga.get(setup)
    assertContains(page, "The weights are what Mia answered; decided by Olga on")
    assertContains(page, "She pays for it.")
    assertNotContains(page, "changed by hand")


def test_the_mean_of_chosen_people(olga, answered):
    people = [key("Eve"), key("Mia")]
    assert decide(olga, answered, choice="several", people=people).status_code == 302
    assert weights(answered) == {"Insured": "0", "Quality": "40", "Cost": "35", "Security": "25"}
    assert (stored(answered)["way"], stored(answered)["people"]) == ("mean", ["Eve", "Mia"])


def test_pairwise_answers_are_joined(olga, evaluation, evaluator, manager):
    said = {
        evaluator: {"Quality_Cost": 4, "Quality_Security": 1, "Cost_Security": -4},
        manager: {"Quality_Cost": 1, "Quality_Security": 4, "Cost_Security": 4},
    }
    for member, values in said.items():
        answer(client_of(member), evaluation, "pairs", pairs(evaluation, **values))
    assertContains(olga.get(f"{base(evaluation)}compare/?own=none"), "geometric mean")
    decide(olga, evaluation, choice="several", people=[key("Eve"), key("Mia")])
    assert weights(evaluation) == {"Insured": "0", "Quality": "50", "Cost": "25", "Security": "25"}
    assert stored(evaluation)["way"] == "group"


def test_weights_of_ones_own(olga, answered):
    own = fields(answered, "own", Quality="33.333", Cost="33.333", Security="33.334")
    assert decide(olga, answered, choice="own", **own).status_code == 302
    assert weights(answered)["Security"] == "33.334"
    assert (stored(answered)["way"], stored(answered)["people"]) == ("own", [])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Choose where the weights come from."),
        ({"choice": "one"}, "Choose whose answer."),
        ({"choice": "several"}, "Tick at least one person."),
        ({"choice": "own", "own": (50, 30, 10)}, "The weights add up to 90. 10 are missing."),
        ({"choice": "own", "own": (50, 30, "")}, "Write the weight of Security"),
        ({"choice": "own", "own": (50, 60, -10)}, "greater than or equal to 0"),
        ({"choice": "own", "own": ("NaN", 60, 40)}, "Write a number like"),
    ],
)
def test_half_a_decision_is_refused_with_the_input_kept(olga, answered, values, words):
    before = weights(answered)
    values = dict(values)
    if "own" in values:
        names = ("Quality", "Cost", "Security")
        values |= fields(answered, "own", **dict(zip(names, values.pop("own"), strict=True)))
    page = decide(olga, answered, reason="Because", **values)
    assertContains(page, words, status_code=422)
    assertContains(page, "Because", status_code=422)
    assert (weights(answered), stored(answered)) == (before, {})


def test_looking_stores_nothing(olga, answered):
    data = {"version": 1, "do": "show", "choice": "several", "people": [key("Eve"), key("Mia")]}
    part = olga.post(f"{base(answered)}decide/", data, headers={"HX-Request": "true"})
    assertContains(part, "The weights are the mean of what Eve and Mia answered")
    assertContains(part, "(now 33.333)")
    assertNotContains(part, "<form")
    data["choice"] = "own"
    part = olga.post(f"{base(answered)}decide/", data, headers={"HX-Request": "true"})
    assertContains(part, "Write the weight of Quality")
    data |= {"choice": "one", "one": "999.1"}
    assertContains(olga.post(f"{base(answered)}decide/", data), "The answers changed")
    assert stored(answered) == {}


# Again, at once, meanwhile ------------------------------------------------------------------------


def test_the_same_decision_twice_is_one(olga, answered):
    values = {"choice": "one", "one": key("Mia")}
    assert [decide(olga, answered, **values).status_code for _ in range(2)] == [302, 302]
    verbs = [line.verb for line in log_lines()]
    assert verbs.count("evaluation.weights_decided") == 1
    assert decide(olga, answered, version=2, **values, reason="Now with one").status_code == 302


def test_a_decision_from_an_old_page_meets_the_new_state(olga, answered):
    with organization_scope(ALL):
        Evaluation.objects.update(version=4)
    page = decide(olga, answered, choice="one", one=key("Mia"))
    assertContains(page, "The evaluation was changed meanwhile", status_code=409)
    assertContains(page, 'name="version" value="4"', status_code=409)
    assert stored(answered) == {}


def test_an_answer_given_anew_is_not_decided_on_unseen(olga, answered, evaluator):
    old = key("Eve")
    data = points(answered, version=1, Quality=1, Cost=1, Security=8)
    answer(client_of(evaluator), answered, "points", data)
    page = decide(olga, answered, choice="one", one=old)
    assertContains(page, "The answers changed since this page was shown", status_code=409)
    assert stored(answered) == {}


def test_an_outdated_answer_can_not_be_taken(olga, answered):
    old = key("Eve")
    with organization_scope(ALL):
        answered.criteria.filter(name="Cost").update(best=Decimal(1))
    page = olga.get(f"{base(answered)}compare/?own=none")
    assertContains(page, "Outdated")
    assert page.context["everybody"].counted == []
    assert decide(olga, answered, choice="one", one=old).status_code == 409


def test_weights_changed_by_hand_afterwards_are_said_to_be(olga, answered):
    decide(olga, answered, choice="one", one=key("Mia"))
    with organization_scope(ALL):
        answered.criteria.filter(name="Cost").update(weight=30)
    page = olga.get(f"/o/acme/evaluations/{answered.pk}/setup/")
    assertContains(page, "They were changed by hand since then.")


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once(answered, owner):
    values = [{"choice": "one", "one": key(name)} for name in ("Eve", "Mia", "Eve")]
    jobs = [
        lambda chosen=chosen: decide(client_of(owner), answered, **chosen).status_code
        for chosen in values
    ]
    assert sorted(at_once(*jobs)) in ([302, 302, 409], [302, 409, 409])
    assert sum(Decimal(weight) for weight in weights(answered).values()) == 100


# Who ----------------------------------------------------------------------------------------------


def test_only_an_owner_decides(client, answered, manager, evaluator, outsider):
    values = {"choice": "one", "one": key("Mia")}
    for member, status in ((manager, 403), (evaluator, 403), (outsider, 404)):
        client.force_login(member.user)
        assert decide(client, answered, **values).status_code == status
    client.force_login(manager.user)
    page = client.get(f"{base(answered)}compare/")
    assertContains(page, "An Owner decides which weights count.")
    assertNotContains(page, "Settle the weights")
    client.logout()
    assert decide(client, answered, **values).status_code == 302
    assert stored(answered) == {}


def test_the_set_up_page_leads_whoever_may_answer(client, acme, evaluation, evaluator, viewer):
    url = f"/o/acme/evaluations/{evaluation.pk}/setup/"
    stranger = make_member(acme, "evaluator", "not asked")
    for member, there in ((evaluator, True), (stranger, False), (viewer, False)):
        client.force_login(member.user)
        check = assertContains if there else assertNotContains
        check(client.get(url), "Weigh the criteria")
