"""Conflict of interest: declared before scoring, changed until submitting, never guessed."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import LogEntry
from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation, Scorecard
from evaluations.tests.builders import add_evaluator, fill, make_evaluation

SISTER = "My sister works at Northwind."


@pytest.fixture
def evaluation(acme, evaluator) -> Evaluation:
    return make_evaluation(acme, evaluators=[evaluator], declared=False)


@pytest.fixture
def signed_in(client, evaluator):
    client.force_login(evaluator.user)
    return client


def score_url(evaluation) -> str:
    return f"/o/acme/evaluations/{evaluation.pk}/score/"


def declare_url(evaluation) -> str:
    return f"{score_url(evaluation)}declare/"


@organization_scope(ALL)
def card() -> Scorecard:
    return Scorecard.objects.select_related("evaluation").order_by("pk").first()


@organization_scope(ALL)
def change(**fields) -> None:
    Scorecard.objects.update(**fields)


@organization_scope(ALL)
def lines() -> list[tuple]:
    return [(x.verb, x.before, x.after, x.sealed) for x in LogEntry.objects.order_by("pk")]


def test_the_declaration_comes_first_and_nothing_is_chosen(signed_in, evaluation):
    page = signed_in.get(score_url(evaluation))
    assertContains(page, "do you have a conflict of interest?")
    assertNotContains(page, "checked")
    assertNotContains(page, "score-table")


def test_none_opens_the_grid(signed_in, evaluation):
    response = signed_in.post(declare_url(evaluation), {"declaration": "none"})
    assertRedirects(response, score_url(evaluation))
    assertContains(signed_in.get(score_url(evaluation)), "score-table")
    assert card().has_conflict is False
    assert card().declared_at is not None
    assert lines() == [
        (
            "scorecard.declared",
            {"conflict of interest": "not declared"},
            {"evaluator": "Eve", "conflict of interest": "none"},
            False,
        )
    ]


def test_a_conflict_recuses_and_is_seen_by_those_who_manage(
    client, signed_in, evaluation, manager, viewer
):
    data = {"declaration": "conflict", "note": SISTER}
    assertRedirects(signed_in.post(declare_url(evaluation), data), score_url(evaluation))
    page = signed_in.get(score_url(evaluation))
    assertContains(page, "You are recused")
    assertContains(page, SISTER)
    assertNotContains(page, "score-table")
    client.force_login(manager.user)
    assertContains(client.get(score_url(evaluation)), SISTER)
    client.force_login(viewer.user)
    page = client.get(score_url(evaluation))
    assertContains(page, "Recused")
    assertNotContains(page, SISTER)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose one of the two."),
        ({"declaration": "maybe"}, "Select a valid choice"),
        ({"declaration": "conflict"}, "Say in a few words what the conflict is."),
        ({"declaration": "conflict", "note": "   "}, "Say in a few words what the conflict is."),
        ({"declaration": "conflict", "note": "x" * 2001}, "at most 2000"),
        ({"declaration": "conflict", "note": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_half_a_declaration_is_refused(signed_in, evaluation, data, words):
    response = signed_in.post(declare_url(evaluation), data)
    assertContains(response, words, status_code=422)
    assert (card().has_conflict, lines()) == (None, [])


def test_htmx_gets_only_the_form(signed_in, evaluation):
    response = signed_in.post(declare_url(evaluation), {}, headers={"HX-Request": "true"})
    assertContains(response, "Choose one of the two.", status_code=422)
    assertNotContains(response, "<h1>", status_code=422)


def test_a_conflict_after_marking_asks_to_confirm(signed_in, evaluation):
    change(has_conflict=False)
    fill(card())
    data = {"declaration": "conflict", "note": SISTER}
    response = signed_in.post(declare_url(evaluation), data)
    assertContains(response, "You have given marks already.", status_code=422)
    assertContains(response, "Yes, my marks shall not count", status_code=422)
    assert card().has_conflict is False
    response = signed_in.post(declare_url(evaluation), data | {"confirm": "on"})
    assertRedirects(response, score_url(evaluation))
    assert card().has_conflict is True
    with organization_scope(ALL):
        assert card().scores.count() == 4  # stored, but not counted


def test_the_declaration_can_be_changed_and_shows_what_was_said(signed_in, evaluation):
    change(has_conflict=True, conflict_note=SISTER)
    page = signed_in.get(declare_url(evaluation))
    assert page.context["form"]["declaration"].value() == "conflict"
    assertContains(page, SISTER)
    signed_in.post(declare_url(evaluation), {"declaration": "none", "note": "old words"})
    assert (card().has_conflict, card().conflict_note) == (False, "")


def test_declaring_the_same_again_changes_nothing(signed_in, evaluation):
    for _ in range(2):
        signed_in.post(declare_url(evaluation), {"declaration": "none"})
    assert len(lines()) == 1


def test_after_submitting_it_must_be_taken_back_first(signed_in, evaluation):
    change(has_conflict=False, submitted_at="2026-01-01T00:00Z")
    data = {"declaration": "conflict", "note": SISTER}
    response = signed_in.post(declare_url(evaluation), data)
    assertContains(response, "Take it back first.", status_code=422)
    assert card().has_conflict is False


@pytest.mark.parametrize(
    ("state", "words"),
    [(Evaluation.State.CLOSED, "Scoring is closed"), (Evaluation.State.SETUP, "not been opened")],
)
def test_only_while_scoring_is_open(signed_in, evaluation, state, words):
    with organization_scope(ALL):
        Evaluation.objects.update(state=state)
    assertRedirects(signed_in.get(declare_url(evaluation)), score_url(evaluation))
    response = signed_in.post(declare_url(evaluation), {"declaration": "none"})
    assertContains(response, words, status_code=422)
    assert card().has_conflict is None


def test_whoever_was_not_asked_to_score_has_nothing_to_declare(client, evaluation, manager):
    client.force_login(manager.user)
    assert client.get(declare_url(evaluation)).status_code == 404
    assert client.post(declare_url(evaluation), {"declaration": "none"}).status_code == 404


def test_one_declaration_does_not_touch_anothers(client, evaluation, manager):
    other = add_evaluator(evaluation, manager, declared=False)
    client.force_login(manager.user)
    client.post(declare_url(evaluation), {"declaration": "none"})
    assert card().has_conflict is None
    with organization_scope(ALL):
        other.refresh_from_db()
    assert other.has_conflict is False


def test_viewer_is_forbidden(client, evaluation, viewer):
    client.force_login(viewer.user)
    assert client.get(declare_url(evaluation)).status_code == 403


def test_other_organization_is_not_found(client, evaluation, outsider):
    client.force_login(outsider.user)
    assert client.get(declare_url(evaluation)).status_code == 404
    url = declare_url(evaluation).replace("acme", "globex")
    assert client.post(url, {"declaration": "none"}).status_code == 404


def test_anonymous_is_sent_to_sign_in(client, evaluation):
    assert client.get(declare_url(evaluation)).status_code == 302
