"""Saying what the criteria weigh in four ways: what is kept, what is refused, who may."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from core.tenancy import ALL, organization_scope
from evaluations.actions import weighting as actions
from evaluations.models import Evaluation, WeightAnswer
from evaluations.tests.builders import make_evaluation
from evaluations.tests.scoring_case import log_lines
from evaluations.tests.test_scoring_at_once import at_once, client_of
from evaluations.tests.weighting_case import (
    CRITERIA,
    answer,
    asked,
    base,
    fields,
    ids,
    kept,
    pairs,
    points,
    weights,
)


@pytest.fixture
def evaluation(acme, evaluator, manager) -> Evaluation:
    return make_evaluation(acme, criteria=CRITERIA, evaluators=[evaluator], state="setup")


@pytest.fixture
def eve(client, evaluator, evaluation):
    client.force_login(evaluator.user)
    return client


# The four ways ------------------------------------------------------------------------------------


def test_an_order_becomes_centroid_weights(eve, evaluation):
    head = {"version": 0, "asked": asked(evaluation), "do": "save"}
    order = fields(evaluation, "place", Cost=1, Security=2, Quality=3)
    response = answer(eve, evaluation, "order", head | order)
    assertRedirects(response, base(evaluation))
    assert kept(evaluation) == [("Eve", "order", ["11.111", "61.111", "27.778"], 1)]
    page = eve.get(base(evaluation))
    assertContains(page, "Counts now")
    assertContains(page, "61.1 %")


@pytest.mark.parametrize("button", ["up-", "up-x", "up-0", "up-³", f"up-{'9' * 5000}"])
def test_a_button_of_no_criterion_moves_nothing(eve, evaluation, button):
    order = fields(evaluation, "place", Cost=1, Security=2, Quality=3)
    head = {"version": 0, "asked": asked(evaluation), "do": button}
    page = answer(eve, evaluation, "order", head | order)
    assert page.status_code == 200
    assert [row["draft"].name for row in page.context["form"].placed] == [
        "Cost",
        "Security",
        "Quality",
    ]


def test_swing_points_stand_beside_the_real_range(eve, evaluation):
    page = eve.get(f"{base(evaluation)}swing/")
    for words in ("from 40,000 EUR", "20,000 EUR", "from 0: Refuses to answer", "in writing"):
        assertContains(page, words)
    head = {"version": 0, "asked": asked(evaluation), "do": "save", "top": ids(evaluation)["Cost"]}
    swing = fields(evaluation, "points", Quality=60, Cost=7, Security=40)
    assert answer(eve, evaluation, "swing", head | swing).status_code == 302
    assert kept(evaluation) == [("Eve", "swing", ["30", "50", "20"], 1)]


def test_points_of_any_total_count_by_their_proportions(eve, evaluation):
    response = answer(eve, evaluation, "points", points(evaluation, Quality=2, Cost=1, Security=1))
    assert response.status_code == 302
    assert kept(evaluation) == [("Eve", "points", ["50", "25", "25"], 1)]


def test_pairs_that_fit_together(eve, evaluation):
    data = pairs(evaluation, Quality_Cost=2, Quality_Security=4, Cost_Security=2)
    assert answer(eve, evaluation, "pairs", data).status_code == 302
    assert kept(evaluation) == [("Eve", "pairs", ["57.143", "28.571", "14.286"], 1)]
    with organization_scope(ALL):
        assert WeightAnswer.objects.get().consistency_ratio == 0


def test_pairs_that_contradict_each_other_name_the_one_to_reconsider(eve, evaluation):
    data = pairs(evaluation, Quality_Cost=9, Quality_Security=-9, Cost_Security=9)
    page = answer(eve, evaluation, "pairs", data | {"do": "show"})
    assertContains(page, "Your answers contradict each other, as if some were given at random.")
    assertContains(page, "Go to that question")
    assert page.context[
        "form"
    ].said_words in {  # with three criteria each is as doubtful as the others
        "Quality is extremely more important than Cost",
        "Security is extremely more important than Quality",
        "Cost is extremely more important than Security",
    }
    assert kept(evaluation) == []


def test_pairs_are_kept_half_done_but_do_not_count(eve, evaluation, manager):
    data = pairs(evaluation, Quality_Cost=3, Quality_Security=1)
    assertContains(eve.post(f"{base(evaluation)}pairs/", data, follow=True), "Go on")
    assert kept(evaluation) == [("Eve", "pairs", [], 1)]
    assertContains(eve.get(f"{base(evaluation)}pairs/"), "1 of 3 questions left.")
    eve.force_login(manager.user)
    page = eve.get(f"{base(evaluation)}compare/?own=none")
    assertContains(page, "not all questions are answered")
    assertContains(page, "No answer yet")


def test_more_than_nine_criteria_are_too_many_for_pairs(client, acme, evaluator):
    names = [f"Criterion {at}" for at in range(10)]
    row = make_evaluation(acme, criteria=names, evaluators=[evaluator], state="setup")
    client.force_login(evaluator.user)
    assertContains(client.get(base(row)), "45 questions are too many")
    page = client.get(f"{base(row)}pairs/")
    assertContains(page, "Take another way")
    assertNotContains(page, "<select")
    assert answer(client, row, "pairs", pairs(row)).status_code == 422
    assert kept(row) == []


def test_one_criterion_leaves_nothing_to_weigh(client, acme, evaluator):
    row = make_evaluation(acme, criteria=["Quality"], evaluators=[evaluator], state="setup")
    client.force_login(evaluator.user)
    for address in (base(row), f"{base(row)}order/"):
        assertContains(client.get(address), "Nothing to weigh yet")
    assert answer(client, row, "points", points(row, Quality=5)).status_code == 422


# Nothing is answered beforehand -------------------------------------------------------------------


@pytest.mark.parametrize("way", ["order", "swing", "points", "pairs"])
def test_a_form_that_was_not_touched_is_no_answer(eve, evaluation, way):
    page = eve.get(f"{base(evaluation)}{way}/")
    assert page.context["form"].given in (
        {"order": []},
        {"top": "", "points": {}},
        {"points": {}},
        {"pairs": {}},
    )
    assertNotContains(page, "weight-bars")
    data = {"version": 0, "asked": asked(evaluation), "do": "save"}
    answer(eve, evaluation, way, data)
    assert [row[2] for row in kept(evaluation)] in ([], [[]])


@pytest.mark.parametrize(
    ("way", "changed", "words"),
    [
        ("order", {"place": {"Quality": 1, "Cost": 1, "Security": 2}}, "have place 1"),
        ("order", {"place": {"Quality": 1, "Cost": 2}}, "Give Security a place."),
        (
            "order",
            {"place": {"Quality": 0, "Cost": 2, "Security": 3}},
            "greater than or equal to 1",
        ),
        ("points", {"points": {"Quality": 1, "Cost": 2}}, "Give Security a number"),
        ("points", {"points": {"Quality": 0, "Cost": 0, "Security": 0}}, "more than 0"),
        ("points", {"points": {"Quality": -1, "Cost": 0, "Security": 5}}, "between 0 and"),
        ("points", {"points": {"Quality": "NaN", "Cost": 0, "Security": 5}}, "like 40000 or 99.5"),
        ("swing", {"points": {"Quality": 10, "Cost": 20, "Security": 5}}, "Say which change"),
        ("swing", {"points": {"Quality": 101, "Cost": 20, "Security": 5}}, "between 0 and 100"),
    ],
)
def test_what_is_no_whole_answer_is_said_with_the_input_kept(eve, evaluation, way, changed, words):
    data = {"version": 0, "asked": asked(evaluation), "do": "save"}
    for prefix, values in changed.items():
        data |= fields(evaluation, prefix, **values)
    page = answer(eve, evaluation, way, data)
    assertContains(page, words, status_code=422)
    for value in next(iter(changed.values())).values():
        assertContains(page, f'value="{value}"', status_code=422)
    assert kept(evaluation) == []


# Again --------------------------------------------------------------------------------------------


def test_an_answer_is_redone_from_what_was_given(eve, evaluation):
    answer(eve, evaluation, "points", points(evaluation, Quality=60, Cost=30, Security=10))
    page = eve.get(f"{base(evaluation)}points/")
    assertContains(page, 'value="60"')
    assertContains(page, 'name="version" value="1"')
    again = points(evaluation, version=1, Quality=50, Cost=30, Security=20)
    assert answer(eve, evaluation, "points", again).status_code == 302
    assert kept(evaluation) == [("Eve", "points", ["50", "30", "20"], 2)]
    assert [(line.verb, line.after) for line in log_lines()] == [
        ("evaluation.weights_answered", {"way": "Points", "missing answers": 0})
    ] * 2


def test_the_same_sent_twice_is_kept_once(eve, evaluation):
    data = points(evaluation, Quality=60, Cost=30, Security=10)
    assert [answer(eve, evaluation, "points", data).status_code for _ in range(2)] == [302, 302]
    assert len(log_lines()) == 1
    assert kept(evaluation)[0][3] == 1


def test_an_older_version_meets_what_is_saved_now(eve, evaluation):
    answer(eve, evaluation, "points", points(evaluation, Quality=60, Cost=30, Security=10))
    page = answer(eve, evaluation, "points", points(evaluation, Quality=1, Cost=1, Security=2))
    assertContains(page, "Somebody saved this while you were editing", status_code=409)
    assertContains(page, "Quality 60 %", status_code=409)
    assertContains(page, 'name="version" value="1"', status_code=409)
    assert kept(evaluation) == [("Eve", "points", ["60", "30", "10"], 1)]


def test_the_newest_complete_answer_is_the_persons(eve, evaluation, manager):
    answer(eve, evaluation, "points", points(evaluation, Quality=60, Cost=30, Security=10))
    answer(eve, evaluation, "pairs", pairs(evaluation, Quality_Cost=1))
    assertContains(eve.get(base(evaluation)), "Points, given")
    data = pairs(evaluation, 1, Quality_Cost=1, Quality_Security=1, Cost_Security=1)
    answer(eve, evaluation, "pairs", data)
    assertContains(eve.get(base(evaluation)), "Two at a time, given")
    answer(
        eve, evaluation, "points", points(evaluation, version=1, Quality=60, Cost=30, Security=10)
    )
    assertContains(eve.get(base(evaluation)), "Points, given")


# The criteria change --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"best": 10000}, "the range of Cost was changed"),
        ({"name": "Price"}, "Cost is now called Price"),
    ],
)
def test_a_changed_criterion_outdates_answers(eve, evaluation, manager, change, words):
    answer(eve, evaluation, "points", points(evaluation, Quality=60, Cost=30, Security=10))
    with organization_scope(ALL):
        evaluation.criteria.filter(name="Cost").update(**change)
    page = eve.get(base(evaluation))
    assertContains(page, words)
    assertNotContains(page, "Counts now")
    assertContains(eve.get(f"{base(evaluation)}points/"), "does not count until you save it again")
    eve.force_login(manager.user)
    assertContains(eve.get(f"{base(evaluation)}compare/?own=none"), words)


def test_new_and_removed_criteria_outdate_answers_but_a_weight_does_not(eve, evaluation, manager):
    answer(eve, evaluation, "points", points(evaluation, Quality=60, Cost=30, Security=10))
    with organization_scope(ALL):
        evaluation.criteria.filter(name="Cost").update(weight=1, question="Other words")
    assertContains(eve.get(base(evaluation)), "Counts now")
    with organization_scope(ALL):
        evaluation.criteria.filter(name="Security").update(kind="gate", weight=0)
        evaluation.criteria.filter(name="Insured").update(kind="judged", best=5)
    assertContains(eve.get(base(evaluation)), "Insured was added, Security was removed")


def test_criteria_that_change_under_an_open_form_are_shown_before_anything_is_kept(eve, evaluation):
    data = points(evaluation, Quality=60, Cost=30, Security=10)
    with organization_scope(ALL):
        evaluation.criteria.filter(name="Cost").update(best=10000)
    page = answer(eve, evaluation, "points", data)
    assertContains(page, "The criteria were changed while you answered", status_code=409)
    assertContains(page, 'value="60"', status_code=409)
    assertContains(page, f'value="{asked(evaluation)}"', status_code=409)
    assert kept(evaluation) == []


def test_the_action_refuses_an_answer_to_other_criteria(evaluation, evaluator):
    with pytest.raises(actions.weight_answers.OtherCriteria), organization_scope(ALL):
        actions.answer_weights(
            evaluation=evaluation,
            way="points",
            given={"points": {}},
            asked="x",
            version=0,
            by=evaluator,
        )


# Who, and when ------------------------------------------------------------------------------------


def test_only_evaluators_of_it_and_managers_answer(client, acme, evaluation, manager, viewer):
    for member, status in ((manager, 200), (viewer, 403)):
        client.force_login(member.user)
        assert client.get(base(evaluation)).status_code == status
        assert client.get(f"{base(evaluation)}order/").status_code == status
    with organization_scope(ALL):
        evaluation.scorecards.all().delete()
        member = acme.memberships.get(user__name="Eve")
    client.force_login(member.user)
    assert client.get(base(evaluation)).status_code == 403
    data = points(evaluation, Quality=60, Cost=30, Security=10)
    assert answer(client, evaluation, "points", data).status_code == 403
    with pytest.raises(actions.NotAsked), organization_scope(ALL):
        actions.answer_weights(
            evaluation=evaluation, way="points", given={}, asked="", version=0, by=member
        )
    assert kept(evaluation) == []


def test_other_organizations_and_unknown_ways_are_not_there(eve, evaluation, outsider):
    assert eve.get(f"{base(evaluation)}dice/").status_code == 404
    eve.force_login(outsider.user)
    assert eve.get(base(evaluation)).status_code == 404


def test_nothing_changes_once_scoring_is_open(eve, evaluation, owner):
    data = points(evaluation, Quality=60, Cost=30, Security=10)
    before = weights(evaluation)
    with organization_scope(ALL):
        Evaluation.objects.update(state="scoring")
    for response in (eve.get(base(evaluation)), answer(eve, evaluation, "points", data)):
        assertRedirects(response, f"/o/acme/evaluations/{evaluation.pk}/setup/")
    eve.force_login(owner.user)
    own = {"version": 1, "choice": "own"} | fields(
        evaluation, "own", Quality=100, Cost=0, Security=0
    )
    assert eve.post(f"{base(evaluation)}decide/", own).status_code == 302
    assert (kept(evaluation), weights(evaluation)) == ([], before)


def test_an_evaluator_sees_only_their_own(eve, evaluation, manager, client):
    answer(
        client_of(manager),
        evaluation,
        "points",
        points(evaluation, Quality=61.237, Cost=29, Security=9.763),
    )
    for address in ("", "points/", "compare/"):
        response = eve.get(f"{base(evaluation)}{address}")
        assert b"61.2" not in response.content
        assert response.status_code == (403 if address == "compare/" else 200)
    trail = eve.get("/o/acme/activity/")
    assertNotContains(trail, "61.2")


# At once ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_sendings_at_once_are_kept_once(evaluation, evaluator):
    data = points(evaluation, Quality=60, Cost=30, Security=10)
    client = client_of(evaluator)
    jobs = [lambda: answer(client, evaluation, "points", data).status_code for _ in range(3)]
    assert at_once(*jobs) == [302] * 3
    assert kept(evaluation) == [("Eve", "points", ["60", "30", "10"], 1)]


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_at_once_one_sees_the_other(evaluation, evaluator):
    jobs = [
        lambda first=first: (
            answer(
                client_of(evaluator),
                evaluation,
                "points",
                points(evaluation, Quality=first, Cost=30, Security=10),
            ).status_code
        )
        for first in (10, 20, 30)
    ]
    assert sorted(at_once(*jobs)) == [302, 409, 409]


@pytest.mark.parametrize("count", [3, 9])
def test_pages_take_the_same_queries_however_many_criteria(
    client, acme, evaluator, count, django_assert_max_num_queries
):
    names = [f"Criterion {at}" for at in range(count)]
    row = make_evaluation(acme, criteria=names, evaluators=[evaluator], state="setup")
    client.force_login(evaluator.user)
    client.get(base(row))
    for address in ("", "order/", "swing/", "points/", "pairs/"):
        with django_assert_max_num_queries(9):
            client.get(f"{base(row)}{address}")
