"""Preparing an award: nothing pre-answered, what has to be explained, one draft whatever is sent twice."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import LogEntry
from core.tenancy import ALL, organization_scope
from evaluations import awards, results
from evaluations.analysis import analyse
from evaluations.models import Award, AwardCondition, Evaluation
from evaluations.tests.award_case import (
    WHY,
    at,
    award_at,
    candidate,
    closed_evaluation,
    fresh,
    mails,
    make_award,
    posted,
    tied_evaluation,
    verbs,
)

KEY = "6f6f4a8e-65cb-4a5e-8b3e-111111111111"


@pytest.fixture
def evaluation(acme, owner, manager) -> Evaluation:
    return closed_evaluation(acme, owner, manager)


@pytest.fixture
def signed_in(client, manager):
    client.force_login(manager.user)
    return client


@organization_scope(ALL)
def stored() -> list[Award]:
    return list(Award.objects.select_related("winner", "runner_up", "evaluation").order_by("pk"))


@organization_scope(ALL)
def texts(award: Award) -> list[str]:
    rows = AwardCondition.objects.filter(award=award).order_by("position")
    return [row.text for row in rows]


def create(client, evaluation, **fields):
    return client.post(at(evaluation, "awards/new/"), posted(evaluation, **fields))


# The form -----------------------------------------------------------------------------------------


def test_nothing_is_chosen_beforehand_and_the_candidates_stand_in_rank_order(signed_in, evaluation):
    page = signed_in.get(at(evaluation, "awards/new/"))
    assertNotContains(page, "checked")
    assertContains(page, " selected", count=1)
    assertContains(page, '<option value="" selected>Nobody chosen</option>', html=True)
    lines = page.context["form"].lines
    assert [(line.candidate.name, line.result.rank) for line in lines] == [
        ("Northwind", 1),
        ("Contoso", 2),
        ("Stay in-house", 3),
        ("Adatum", 0),
        ("Fabrikam", 0),
    ]
    for words in ("100.0", "60.0", "Not eligible", "Incomplete", "First"):
        assertContains(page, words)


def test_a_draft_keeps_everything_that_was_entered(signed_in, acme, evaluation, manager):
    acme.currency = "CHF"
    acme.save()
    response = create(
        signed_in,
        evaluation,
        winner_quote="12400",
        runner_up=candidate(evaluation, "Contoso").pk,
        runner_up_quote="13999.50",
        runner_up_quoted_on="2026-01-10",
        runner_up_expires_on="2026-04-10",
        rationale="  Ñ 漢字\nsecond line",
        **{"c0-text": "Proof of insurance", "c1-text": "  ", "c2-text": "Signed NDA"},
    )
    [award] = stored()
    assertRedirects(response, award_at(award))
    assert (award.winner.name, award.winner_quote, award.currency) == (
        "Northwind",
        Decimal("12400.00"),
        "CHF",
    )
    assert (award.runner_up.name, award.runner_up_quote) == ("Contoso", Decimal("13999.50"))
    assert award.runner_up_quoted_on == dt.date(2026, 1, 10)
    assert award.runner_up_expires_on == dt.date(2026, 4, 10)
    assert award.rationale.replace("\r\n", "\n") == "Ñ 漢字\nsecond line"
    assert texts(award) == ["Proof of insurance", "Signed NDA"]
    assert (award.state, award.round, award.created_by, award.reasons) == ("draft", 1, manager, [])
    assert verbs(evaluation) == ["award.drafted"]


def test_a_winner_must_be_chosen_and_the_rest_is_kept(signed_in, evaluation):
    response = create(
        signed_in, evaluation, winner="Northwind", rationale=WHY, **{"c0-text": "NDA"}
    )
    assert response.status_code == 302
    with organization_scope(ALL):
        Award.objects.all().delete()
    data = {"do": "save", "rationale": WHY, "winner_quote": "5", "c0-text": "Signed NDA"}
    response = signed_in.post(at(evaluation, "awards/new/"), data)
    assertContains(response, "Choose the winner.", status_code=422)
    assertContains(response, WHY, status_code=422)
    assertContains(response, 'value="Signed NDA"', status_code=422)
    assert stored() == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"winner_quote": "-1"}, "greater than or equal to 0"),
        ({"winner_quote": "NaN"}, "Write a number"),
        ({"winner_quote": "1e20"}, "no more than 14 digits in total"),
        ({"winner_quote": "1.234"}, "no more than 2 decimal places"),
        ({"runner_up_quote": "12"}, "Choose the runner-up."),
        ({"runner_up_quoted_on": "0001-01-01"}, "between 2000 and 2100"),
        ({"runner_up_quoted_on": "9999-12-31"}, "between 2000 and 2100"),
        ({"runner_up_quoted_on": "2099-01-01"}, "This day lies ahead."),
        (
            {"runner_up_quoted_on": "2026-02-01", "runner_up_expires_on": "2026-01-01"},
            "before the day of the quote",
        ),
        ({"rationale": "x" * 4001}, "at most 4000 characters"),
        ({"rationale": "a\0b"}, "Null characters are not allowed."),
        ({"c0-text": "x" * 501}, "at most 500 characters"),
        ({"c0-text": "a\u202eb"}, "must be one line"),
        ({"winner": "77777777"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_refused(signed_in, evaluation, fields, words):
    data = {**posted(evaluation), **fields}
    response = signed_in.post(at(evaluation, "awards/new/"), data)
    assertContains(response, words, status_code=422)
    assert stored() == []


def test_the_runner_up_is_another_one(signed_in, evaluation):
    pk = candidate(evaluation, "Northwind").pk
    response = create(signed_in, evaluation, runner_up=pk)
    assertContains(response, "must be another candidate", status_code=422)


def test_a_candidate_of_another_evaluation_is_refused(signed_in, acme, evaluation, owner):
    other = closed_evaluation(acme, owner, title="Other")
    data = {**posted(evaluation), "winner": candidate(other, "Contoso").pk}
    response = signed_in.post(at(evaluation, "awards/new/"), data)
    assertContains(response, "Select a valid choice", status_code=422)


def test_rows_of_conditions_come_and_go_without_a_script(signed_in, evaluation):
    url = at(evaluation, "awards/new/")
    start = {"winner_quote": "7", "c0-text": "One", "creation_key": KEY, "do": "add"}
    page = signed_in.post(url, start)
    assert page.status_code == 200
    assertContains(page, 'name="c1-text"')
    assertContains(page, 'value="One"')
    assertContains(page, 'value="7"')
    assertContains(page, KEY)
    assertNotContains(page, "Choose the winner.")
    data = {"c0-text": "One", "c1-text": "Two", "do": "remove-0", "rationale": WHY}
    page = signed_in.post(url, data)
    assertNotContains(page, 'value="One"')
    assertContains(page, 'name="c0-text" id="id_c0-text" maxlength="500" value="Two"')
    assertContains(page, WHY)
    for place in ("remove-9", "remove-x", "remove-"):
        assertContains(signed_in.post(url, {**data, "do": place}), 'value="Two"')
    assert stored() == []


def test_sent_twice_it_is_made_once(signed_in, evaluation, owner):
    for _ in range(2):
        response = create(signed_in, evaluation, creation_key=KEY, do="propose")
        [award] = stored()
        assertRedirects(response, award_at(award))
    assert verbs(evaluation) == ["award.drafted", "award.proposed"]
    assert set(mails("proposed")) == {owner.user.email}


def test_the_key_of_another_evaluations_form_makes_its_own_award(
    signed_in, acme, evaluation, owner
):
    other = closed_evaluation(acme, owner)
    for row in (evaluation, other, evaluation):
        assert create(signed_in, row, creation_key=KEY).status_code == 302
    assert [award.evaluation for award in stored()] == [evaluation, other]


@pytest.mark.parametrize("places", [range(31), (0, 2)], ids=["too many", "a gap"])
def test_no_condition_is_lost_in_silence(signed_in, evaluation, places):
    lines = {f"c{place}-text": f"Condition {place}" for place in places}
    page = create(signed_in, evaluation, **lines)
    assertContains(page, "Not every condition arrived", status_code=422)
    assert stored() == []


def test_a_second_award_of_the_round_is_refused_with_the_input_kept(signed_in, evaluation, owner):
    first = make_award(evaluation, owner)
    assertRedirects(signed_in.get(at(evaluation, "awards/new/")), award_at(first))
    response = create(signed_in, evaluation, winner="Contoso", rationale=WHY)
    assertContains(response, "There is an award already, for Northwind.", status_code=422)
    assertContains(response, award_at(first), status_code=422)
    assertContains(response, WHY, status_code=422)
    assert stored() == [first]


def test_after_a_withdrawal_there_may_be_another(signed_in, evaluation, owner):
    make_award(evaluation, owner, "withdrawn")
    assert create(signed_in, evaluation, winner="Contoso").status_code == 302
    assert [award.winner.name for award in stored()] == ["Northwind", "Contoso"]


# What has to be explained -------------------------------------------------------------------------


def proposed(client, evaluation, winner, rationale=""):
    return create(client, evaluation, winner=winner, rationale=rationale, do="propose")


@pytest.mark.parametrize(
    ("winner", "words"),
    [
        ("Contoso", "Contoso is not first: by points it is number 2, behind Northwind."),
        ("Fabrikam", "Fabrikam is not eligible: it did not pass “Insured”."),
        ("Adatum", "Adatum is incomplete: 1 mark missing (Cost)."),
        ("Stay in-house", "Stay in-house is not first: by points it is number 3"),
    ],
)
def test_a_winner_that_is_not_the_first_has_to_be_explained(signed_in, evaluation, winner, words):
    assertContains(signed_in.get(at(evaluation, "awards/new/")), words)
    for rationale in ("", "They are nice.", " . " * 100):
        assertContains(proposed(signed_in, evaluation, winner, rationale), words, status_code=422)
        assert stored() == []
    create(signed_in, evaluation, winner=winner)
    [draft] = stored()
    assert words in draft.reasons[0]
    page = signed_in.get(award_at(draft))
    assertContains(page, "Before it can be proposed, the rationale has to answer")
    response = signed_in.post(award_at(draft, "propose/"), {"version": draft.version})
    assertContains(response, words, status_code=422)
    assert fresh(draft).state == "draft"


def test_with_a_rationale_anybody_can_be_proposed(signed_in, evaluation):
    proposed(signed_in, evaluation, "Fabrikam", WHY)
    [award] = stored()
    assert (award.state, award.winner.name) == ("proposed", "Fabrikam")


def test_the_clear_first_needs_none(signed_in, evaluation):
    proposed(signed_in, evaluation, "Northwind")
    assert stored()[0].state == "proposed"


def test_a_shared_first_place_has_to_be_explained(signed_in, acme, owner):
    tied = tied_evaluation(acme, owner)
    response = proposed(signed_in, tied, "Northwind")
    assertContains(response, "Northwind shares the first place with Contoso.", status_code=422)


@organization_scope(ALL)
def test_too_close_to_call_has_to_be_explained(acme, owner):
    evaluation = closed_evaluation(acme, owner)
    card = evaluation.scorecards.get()
    for name, quality, cost in (("Northwind", 5, 2), ("Contoso", 3, 4)):
        card.scores.filter(candidate__name=name, criterion__name="Quality").update(mark=quality)
        card.scores.filter(candidate__name=name, criterion__name="Cost").update(mark=cost)
    evaluation.criteria.filter(name="Quality").update(weight=Decimal("50.1"))
    evaluation.criteria.filter(name="Cost").update(weight=Decimal("49.9"))
    ranking = results.ranking(evaluation)
    award = Award(evaluation=evaluation, winner=candidate(evaluation, "Northwind"))
    [reason] = awards.reasons_to_explain(award, ranking, analyse(ranking, draws=2000))
    assert reason.code == "too_close"
    assert reason.words.startswith("It is too close to call: with weights a little different")
    assert "Northwind comes first in only 5" in reason.words
    assert [found.code for found in awards.find_reasons(award)] == ["too_close"]


def test_twenty_letters_are_substance_and_spaces_are_none():
    assert awards.has_substance("a" * 20)
    assert not awards.has_substance("a" * 19 + " .,-!?" * 50)
    assert awards.has_substance("選" * 20)


# Changing -----------------------------------------------------------------------------------------


def test_changing_a_draft_writes_what_differs(signed_in, evaluation, owner):
    award = make_award(evaluation, owner, conditions=("NDA", "Insurance"))
    page = signed_in.get(award_at(award, "edit/"))
    assertContains(page, f'value="{award.winner_id}" checked')
    assertContains(page, 'value="Insurance"')
    with organization_scope(ALL):
        rows = {row.text: row.pk for row in award.conditions.all()}
    data = posted(
        evaluation,
        "Contoso",
        version=award.version,
        rationale=WHY,
        **{"c0-row": rows["Insurance"], "c0-text": "Insurance", "c1-row": "", "c1-text": "Visit"},
    )
    assertRedirects(signed_in.post(award_at(award, "edit/"), data), award_at(award))
    now = fresh(award)
    assert (now.winner.name, now.version, texts(now)) == ("Contoso", 2, ["Insurance", "Visit"])
    with organization_scope(ALL):
        assert award.conditions.get(text="Insurance").pk == rows["Insurance"]
        line = LogEntry.objects.about(evaluation).newest_first().first()
    assert (line.verb, line.before["winner"], line.after["winner"]) == (
        "award.changed",
        "Northwind",
        "Contoso",
    )
    assert line.after["conditions"] == ["Insurance", "Visit"]
    assertRedirects(
        signed_in.post(award_at(award, "edit/"), {**data, "version": 2}), award_at(award)
    )
    assert fresh(award).version == 2


def test_two_people_at_one_draft_see_both(signed_in, evaluation, owner):
    award = make_award(evaluation, owner, rationale="First words")
    data = posted(evaluation, "Contoso", version=1, rationale="Mine", winner_quote="8")
    assert signed_in.post(award_at(award, "edit/"), data).status_code == 302
    late = {**data, "rationale": "Theirs", "winner": candidate(evaluation, "Fabrikam").pk}
    response = signed_in.post(award_at(award, "edit/"), late)
    assert response.status_code == 409
    for words in (
        "Winner: “Contoso” is saved, you entered “Fabrikam”",
        "Rationale: “Mine” is saved, you entered “Theirs”",
        'name="version" value="2"',
    ):
        assertContains(response, words, status_code=409)
    assert fresh(award).rationale == "Mine"
    again = signed_in.post(award_at(award, "edit/"), {**late, "version": 2})
    assert again.status_code == 302
    assert fresh(award).rationale == "Theirs"


@pytest.mark.parametrize("state", ["proposed", "approved", "announced", "withdrawn"])
def test_what_is_proposed_or_decided_is_not_edited(signed_in, evaluation, owner, state):
    award = make_award(evaluation, owner, state)
    assertRedirects(signed_in.get(award_at(award, "edit/")), award_at(award))
    data = posted(evaluation, "Contoso", version=award.version, rationale=WHY)
    assert signed_in.post(award_at(award, "edit/"), data).status_code == 422
    assert fresh(award).winner.name == "Northwind"


def test_a_settled_condition_that_is_reworded_is_open_again(signed_in, evaluation, owner):
    award = make_award(evaluation, owner, conditions=("NDA", "Insurance"))
    with organization_scope(ALL):
        rows = list(award.conditions.order_by("position"))
        award.conditions.update(settled_at=timezone.now(), settled_by=owner)
    data = posted(
        evaluation,
        version=1,
        **{"c0-row": rows[0].pk, "c0-text": "NDA", "c1-row": rows[1].pk, "c1-text": "2 million"},
    )
    signed_in.post(award_at(award, "edit/"), data)
    with organization_scope(ALL):
        settled = [bool(row.settled_at) for row in award.conditions.order_by("position")]
    assert settled == [True, False]


def test_a_condition_of_another_award_is_not_taken_over(signed_in, acme, evaluation, owner):
    other = make_award(closed_evaluation(acme, owner), owner, conditions=("Theirs",))
    award = make_award(evaluation, owner)
    with organization_scope(ALL):
        foreign = other.conditions.get().pk
    data = posted(evaluation, version=1, **{"c0-row": foreign, "c0-text": "Mine"})
    signed_in.post(award_at(award, "edit/"), data)
    assert (texts(other), texts(award)) == (["Theirs"], ["Mine"])


# Who ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["viewer", "evaluator"])
def test_preparing_is_for_managers(role, client, evaluation, owner, request):
    award = make_award(evaluation, owner)
    client.force_login(request.getfixturevalue(role).user)
    for page in (at(evaluation, "awards/new/"), award_at(award, "edit/")):
        assert client.get(page).status_code == 403
        assert client.post(page, posted(evaluation)).status_code == 403


def test_before_closing_there_is_nothing_to_award(signed_in, acme, evaluation, owner):
    with organization_scope(ALL):
        evaluation.state = Evaluation.State.SCORING
        evaluation.save()
    data = posted(evaluation)
    for response in (
        signed_in.get(at(evaluation, "awards/new/")),
        signed_in.post(at(evaluation, "awards/new/"), data),
    ):
        assertRedirects(response, at(evaluation), target_status_code=302)
    assert stored() == []


def test_the_other_organization_finds_nothing(client, evaluation, owner, outsider):
    award = make_award(evaluation, owner)
    client.force_login(outsider.user)
    for page in ("", "edit/", "approve/", "withdraw/"):
        assert client.get(award_at(award, page)).status_code == 404
        foreign = award_at(award, page).replace("/o/acme/", "/o/globex/")
        assert client.get(foreign).status_code == 404
