"""The body of the ranking page is drawn once and kept; whatever it shows has changed, it is drawn anew."""

import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import override_settings
from pytest_django.asserts import assertContains, assertNotContains

from core.tenancy import ALL, organization_scope
from evaluations import ranking_body, results
from evaluations.actions import moderation
from evaluations.actions.reopen import reopen_scoring
from evaluations.actions.results import close_scoring
from evaluations.models import Evaluation, ModeratedMark, Score
from evaluations.tests.builders import fill, give_mark, make_evaluation

QUALITY, COST = {"name": "Quality", "weight": Decimal(60)}, {"name": "Cost", "weight": Decimal(40)}
GATE = {"name": "Insured", "kind": "gate", "weight": 0, "worst": 0, "best": 1, "anchors": []}


@organization_scope(ALL)
def closed(org, *people) -> Evaluation:
    """Northwind leads with 92."""
    evaluation = make_evaluation(
        org, criteria=[QUALITY, COST, GATE], evaluators=people, state=Evaluation.State.CLOSED
    )
    for card in evaluation.scorecards.all():
        give_mark(card, "Northwind", "Quality", 5, evidence="demo")
        fill(card, 4)
    return evaluation


@pytest.fixture
def evaluation(acme, owner, manager) -> Evaluation:
    return closed(acme, owner, manager)


@organization_scope(ALL)
def now(evaluation) -> Evaluation:
    return Evaluation.objects.select_related("organization").get(pk=evaluation.pk)


@organization_scope(ALL)
def body(evaluation) -> str:
    return ranking_body.ranking_body(now(evaluation)).html


@pytest.fixture
def read(client, viewer):
    client.force_login(viewer.user)
    return lambda evaluation: client.get(at(evaluation))


def at(evaluation) -> str:
    return f"/o/{evaluation.organization.slug}/evaluations/{evaluation.pk}/ranking/"


def drawings(monkeypatch) -> list[int]:
    """Gets the pk of each evaluation whose ranking is computed from now on."""
    drawn: list[int] = []
    compute = results.ranking

    def counted(evaluation):
        drawn.append(evaluation.pk)
        return compute(evaluation)

    monkeypatch.setattr(results, "ranking", counted)
    return drawn


def test_it_is_drawn_once_for_everybody(client, evaluation, owner, viewer, monkeypatch):
    drawn = drawings(monkeypatch)
    bodies = []
    for member in (owner, viewer, owner):
        client.force_login(member.user)
        page = client.get(at(evaluation)).text
        assert ("Open scoring again" in page) is (member is owner)  # this is not part of it
        bodies.append(page[page.index('id="verdict"') : page.index("</main>")])
    assert drawn == [evaluation.pk]
    assert len(set(bodies)) == 1
    assert "Northwind leads with 92.0 points" in bodies[0]


def test_the_kept_one_says_what_drawing_it_anew_would(evaluation):
    first = body(evaluation)
    kept = body(evaluation)
    cache.clear()
    assert first == kept == body(evaluation)


def test_moderation_and_taking_it_back_show_at_once(read, evaluation, owner):
    assertContains(read(evaluation), "Northwind leads with 92.0 points")
    with organization_scope(ALL):
        cell = {
            "candidate_id": evaluation.candidates.get(name="Northwind").pk,
            "criterion_id": evaluation.criteria.get(name="Quality").pk,
        }
        agreed = moderation.Agreement(**cell, version=0, mark="3", reason="Seen together")
        row, _ = moderation.moderate(evaluation_id=evaluation.pk, agreed=agreed, by=owner)
    assertContains(read(evaluation), "Contoso leads with 80.0 points")
    with organization_scope(ALL):
        moderation.withdraw(evaluation_id=evaluation.pk, version=row.version, by=owner, **cell)
    assertContains(read(evaluation), "Northwind leads with 92.0 points")


def test_reopened_there_is_none_and_closed_again_it_is_the_new_one(read, evaluation, owner):
    assertContains(read(evaluation), "Northwind leads with 92.0 points")
    with organization_scope(ALL):
        found = now(evaluation)
        reopen_scoring(
            evaluation=found, by=owner, version=found.version, reason="An offer was revised"
        )
    answer = read(evaluation)
    assert answer.status_code == 302
    with pytest.raises(ValueError, match="before closing"):
        body(evaluation)
    with organization_scope(ALL):
        card = evaluation.scorecards.order_by("pk").first()
        card.scores.filter(candidate__name="Northwind", criterion__name="Quality").update(mark=1)
        evaluation.scorecards.update(submitted_at=evaluation.created_at)
        close_scoring(evaluation=now(evaluation), by=owner)
    assertContains(read(evaluation), "Contoso leads with 80.0 points")


@pytest.mark.parametrize("column", ranking_body._MARK)
def test_a_mark_changed_in_the_database_is_never_overlooked(evaluation, column):
    """Each column for itself, so that none can be forgotten in the key."""
    other = {"mark": 1, "evidence": "guess"}
    with organization_scope(ALL):
        score = evaluation.scorecards.order_by("pk").first().scores.order_by("pk").first()
        before = ranking_body._key(now(evaluation))
        if column == "not_applicable":
            other = {"mark": None, "not_applicable": True}
        elif column in other:
            other = {column: other[column]}
        else:
            rows = {"scorecard_id": "scorecards", "candidate_id": "candidates"}
            place = getattr(evaluation, rows.get(column, "criteria")).order_by("pk").last().pk
            same = {name: getattr(score, name) for name in ranking_body._MARK[:3]} | {column: place}
            Score.objects.filter(**same).delete()
            before = ranking_body._key(now(evaluation))
            other = {column: place}
        Score.objects.filter(pk=score.pk).update(**other)
        assert ranking_body._key(now(evaluation)) != before


@pytest.mark.parametrize(
    ("rows", "other"),
    [
        ("criteria", {"name": "Price"}),
        ("criteria", {"worst": Decimal("0.5")}),
        ("candidates", {"name": "Kestrel"}),
        ("candidates", {"position": 7}),
        ("scorecards", {"evaluator_name": "Zora"}),
        ("scorecards", {"has_conflict": True}),
        ("scorecards", {"submitted_at": None}),
    ],
)
def test_nothing_else_that_it_shows_is_overlooked(evaluation, rows, other):
    with organization_scope(ALL):
        evaluation.scorecards.update(submitted_at=evaluation.created_at)
        before = ranking_body._key(now(evaluation))
        of = getattr(evaluation, rows)
        of.filter(pk=of.order_by("pk").first().pk).update(**other)
        assert ranking_body._key(now(evaluation)) != before


@organization_scope(ALL)
def test_words_that_run_into_one_another_are_told_apart(evaluation):
    row = evaluation.criteria.order_by("pk").first()
    evaluation.criteria.filter(pk=row.pk).update(name="Price", unit="EUR", question="x")
    before = ranking_body._key(now(evaluation))
    evaluation.criteria.filter(pk=row.pk).update(name="Pric", unit="eEUR", question="x")
    assert ranking_body._key(now(evaluation)) != before


def test_hidden_names_stay_hidden_whatever_was_kept_before(read, evaluation, manager):
    with organization_scope(ALL):
        card = evaluation.scorecards.get(evaluator=manager)
        card.scores.filter(criterion__name="Cost").update(mark=0)
    offset = re.compile(r"Evaluator 1|Evaluator 2")
    assert not offset.search(read(evaluation).text)
    with organization_scope(ALL):
        Evaluation.objects.filter(pk=evaluation.pk).update(names_hidden=True)
    for _ in range(2):
        agreement = read(evaluation).text.partition('id="agreement"')[2].partition("<h2")[0]
        assert offset.search(agreement)
        assert manager.name not in agreement


def test_another_organization_gets_its_own_and_outsiders_none(
    client, evaluation, owner, globex, outsider
):
    client.force_login(owner.user)
    ours = client.get(at(evaluation)).text
    theirs = closed(globex, outsider)
    client.force_login(outsider.user)
    page = client.get(at(theirs)).text
    assert "/o/acme/" in ours
    assert "/o/acme/" not in page
    assert f"/o/globex/evaluations/{theirs.pk}/ranking/" in page
    assert client.get(at(evaluation)).status_code == 404
    assert client.get(f"/o/globex/evaluations/{evaluation.pk}/ranking/").status_code == 404
    assert ranking_body._key(now(evaluation)) != ranking_body._key(now(theirs))


def test_another_address_of_the_organization_is_another_body(evaluation):
    assert "/o/acme/" in body(evaluation)
    with organization_scope(ALL):
        evaluation.organization.slug = "apex"
        evaluation.organization.save()
    assert "/o/acme/" not in body(evaluation)


def test_what_changed_while_it_was_drawn_is_not_kept(evaluation, monkeypatch):
    compute = results.analysis_of

    def disturbed(*args):
        with organization_scope(ALL):
            evaluation.candidates.filter(name="Northwind").update(name="Kestrel")
        return compute(*args)

    before = ranking_body._key(now(evaluation))
    monkeypatch.setattr(results, "analysis_of", disturbed)
    assert "Northwind leads" in body(evaluation)
    monkeypatch.undo()
    assert cache.get(before) is None
    assert "Kestrel leads" in body(evaluation)


NOWHERE = {"BACKEND": "core.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}


@override_settings(CACHES={"default": NOWHERE})
def test_without_a_cache_the_page_is_only_slower(read, evaluation, monkeypatch):
    drawn = drawings(monkeypatch)
    for _ in range(2):
        assertContains(read(evaluation), "Northwind leads with 92.0 points")
    assert drawn == [evaluation.pk] * 2


@override_settings(DEBUG=True)
def test_while_templates_are_worked_on_nothing_is_kept(evaluation, monkeypatch):
    drawn = drawings(monkeypatch)
    body(evaluation)
    body(evaluation)
    assert len(drawn) == 2


def test_an_agreed_not_applicable_says_so_in_its_cell(read, evaluation, owner):
    with organization_scope(ALL):
        ModeratedMark.objects.create(
            organization=evaluation.organization,
            evaluation=evaluation,
            candidate=evaluation.candidates.get(name="Northwind"),
            criterion=evaluation.criteria.get(name="Cost"),
            not_applicable=True,
            reason="They do not sell it",
            by=owner,
            by_name=owner.name,
        )
    page = read(evaluation)
    assertContains(page, 'N/A</a><br><span class="muted">agreed</span></td>')
    assertNotContains(page, "They do not sell it")
