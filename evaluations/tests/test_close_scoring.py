"""Closing: who may, what it opens, what it freezes; and the pages of the ranking."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity import log
from activity.models import LogEntry
from core.tenancy import ALL, organization_scope
from evaluations.actions.results import close_scoring
from evaluations.models import Evaluation
from evaluations.scorecard_file import rank, read_scorecard
from evaluations.tests.builders import fill, give_mark, make_evaluation


@pytest.fixture
def evaluation(acme, owner, evaluator) -> Evaluation:
    made = make_evaluation(acme, evaluators=[owner, evaluator])
    with organization_scope(ALL):
        first, second = made.scorecards.order_by("pk")
    give_mark(first, "Northwind", "Quality", 5, evidence="reference", comment="Called two")
    fill(first, 3)
    fill(second, 3)
    return made


def at(evaluation: Evaluation, page: str = "ranking/") -> str:
    return f"/o/acme/evaluations/{evaluation.pk}/{page}"


def close(client, member, evaluation):
    client.force_login(member.user)
    return client.post(at(evaluation, "close/"))


def test_owner_closes_and_reads_the_ranking(client, owner, evaluation):
    assertRedirects(close(client, owner, evaluation), at(evaluation))
    page = client.get(at(evaluation))
    assertContains(
        page, "Northwind leads with 70.0 points, 10.0 ahead of Contoso (60.0).", html=False
    )
    with organization_scope(ALL):
        evaluation.refresh_from_db()
        line = LogEntry.objects.about(evaluation).newest_first().first()
        assert (evaluation.state, line.verb) == ("closed", "evaluation.scoring_closed")
        assert line.after["engine"]


def test_before_closing_nobody_sees_a_ranking(client, owner, admin, viewer, evaluation):
    with organization_scope(ALL):
        candidate = evaluation.candidates.first()
    for member in (owner, admin, viewer):
        client.force_login(member.user)
        assert client.get(at(evaluation)).status_code == 302
        assert client.get(at(evaluation, f"ranking/{candidate.pk}/")).status_code == 404
        assert client.get(at(evaluation, "ranking/export/")).status_code == 404


def test_where_names_are_hidden_the_trail_does_not_tell_whose_marks_they_are(
    acme, owner, evaluator
):
    made = make_evaluation(acme, evaluators=[owner, evaluator], names_hidden=True)
    with organization_scope(ALL):
        for card in made.scorecards.all():
            fill(card)
        log.record(by=evaluator, verb="score.saved", target=made, sealed=True)
        log.record(by=evaluator, verb="evaluation.something", target=made, sealed=True)
        close_scoring(evaluation=made, by=owner)
        sealed = LogEntry.objects.about(made).filter(sealed=True)
        assert [line.verb for line in sealed] == ["score.saved"]


def test_closing_unseals_the_trail(client, owner, viewer, evaluation):
    with organization_scope(ALL):
        LogEntry.objects.create(
            organization=evaluation.organization,
            actor=owner,
            actor_name="Olga",
            verb="score.saved",
            target_type="evaluations.evaluation",
            target_id=evaluation.pk,
            target_name="x",
            sealed=True,
        )
        assert not LogEntry.objects.visible_to(viewer).filter(verb="score.saved").exists()
    close(client, owner, evaluation)
    with organization_scope(ALL):
        assert LogEntry.objects.visible_to(viewer).filter(verb="score.saved").exists()


def test_closing_twice_is_closing_once(client, owner, evaluation):
    close(client, owner, evaluation)
    assertRedirects(close(client, owner, evaluation), at(evaluation))
    with organization_scope(ALL):
        lines = LogEntry.objects.about(evaluation).filter(verb="evaluation.scoring_closed")
        assert lines.count() == 1


def test_without_a_single_mark_closing_is_refused(client, acme, owner):
    empty = make_evaluation(acme, evaluators=[owner])
    response = close(client, owner, empty)
    assertContains(response, "Nobody has given a mark yet", status_code=422)
    with organization_scope(ALL):
        empty.refresh_from_db()
    assert empty.is_scoring


def test_the_close_page_says_who_has_not_submitted(client, owner, evaluation):
    client.force_login(owner.user)
    assertContains(client.get(at(evaluation, "close/")), "2 of 2 have not submitted")


@pytest.mark.parametrize("role", ["manager", "evaluator", "viewer"])
def test_closing_is_for_owners(role, client, evaluation, request):
    assert close(client, request.getfixturevalue(role), evaluation).status_code == 403


def test_the_other_organization_and_nobody_get_nothing(client, outsider, evaluation):
    assert client.get(at(evaluation)).status_code == 302
    client.force_login(outsider.user)
    assert client.get(at(evaluation)).status_code == 404
    assert client.get(f"/o/globex/evaluations/{evaluation.pk}/ranking/").status_code == 404


def test_every_number_leads_to_its_inputs(client, owner, viewer, evaluation):
    close(client, owner, evaluation)
    with organization_scope(ALL):
        candidate = evaluation.candidates.get(name="Northwind")
        quality = evaluation.criteria.get(name="Quality")
    client.force_login(viewer.user)
    assertContains(client.get(at(evaluation)), f"ranking/{candidate.pk}/#criterion-{quality.pk}")
    page = client.get(at(evaluation, f"ranking/{candidate.pk}/"))
    for words in ("Olga", "Eve", "Called two", "Reference", "= <strong>80.0</strong> points"):
        assertContains(page, words)
    assertNotContains(page, "missing")


def test_exported_marks_rank_the_same_when_read_again(client, owner, evaluation):
    close(client, owner, evaluation)
    sheet = read_scorecard(client.get(at(evaluation, "ranking/export/")).content, "marks.csv")
    assert not sheet.errors
    totals = dict(zip([v.name for v in sheet.vendors], rank(sheet).total, strict=True))
    assert totals == pytest.approx({"Northwind": 70, "Contoso": 60})


def test_the_ranking_asks_few_questions(client, owner, evaluation, django_assert_max_num_queries):
    close(client, owner, evaluation)
    with django_assert_max_num_queries(12):
        client.get(at(evaluation))
