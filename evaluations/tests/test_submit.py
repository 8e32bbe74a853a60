"""Handing in, taking back, everybody's progress, reminding."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import LogEntry, OutgoingMail
from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation, Score, Scorecard
from evaluations.tests.builders import add_evaluator, fill, give_mark, make_evaluation


@pytest.fixture
def evaluation(acme, evaluator) -> Evaluation:
    return make_evaluation(acme, evaluators=[evaluator])


@pytest.fixture
def signed_in(client, evaluator):
    client.force_login(evaluator.user)
    return client


def score_url(evaluation) -> str:
    return f"/o/acme/evaluations/{evaluation.pk}/score/"


@organization_scope(ALL)
def card(name: str = "Eve") -> Scorecard:
    return Scorecard.objects.select_related("evaluation").get(evaluator_name=name)


@organization_scope(ALL)
def change(**fields) -> None:
    Scorecard.objects.update(**fields)


@organization_scope(ALL)
def verbs() -> list[str]:
    return list(LogEntry.objects.order_by("pk").values_list("verb", flat=True))


def submit(client, evaluation, data=None):
    return client.post(f"{score_url(evaluation)}submit/", data or {})


# Submitting ---------------------------------------------------------------------------------------


def test_a_complete_scorecard_is_submitted_and_becomes_read_only(signed_in, evaluation):
    fill(card())
    page = signed_in.get(score_url(evaluation))
    assertContains(page, "Submit")
    assertContains(page, 'name="cell-')
    assertRedirects(submit(signed_in, evaluation), score_url(evaluation))
    assert card().submitted_at is not None
    page = signed_in.get(score_url(evaluation))
    assertContains(page, "Take back")
    assertNotContains(page, 'name="cell-')
    with organization_scope(ALL):
        line = LogEntry.objects.get()
    assert (line.verb, line.sealed, line.after) == (
        "scorecard.submitted",
        False,
        {"evaluator": "Eve"},
    )


def test_not_applicable_counts_as_filled(signed_in, evaluation):
    give_mark(card(), "Northwind", "Quality", not_applicable=True)
    fill(card())
    assertRedirects(submit(signed_in, evaluation), score_url(evaluation))


def test_what_is_missing_is_said_by_name_with_links(signed_in, evaluation):
    give_mark(card(), "Northwind", "Quality", 4)
    give_mark(card(), "Contoso", "Quality", 4)
    give_mark(card(), "Contoso", "Cost", comment="to be asked")  # a comment is no mark
    response = submit(signed_in, evaluation)
    assertContains(response, "Not submitted yet: 2 cells are still empty.", status_code=422)
    for candidate in ("Northwind", "Contoso"):
        with organization_scope(ALL):
            v = evaluation.candidates.get(name=candidate).pk
            c = evaluation.criteria.get(name="Cost").pk
        link = f'href="{score_url(evaluation)}?candidate={v}#c{v}-{c}">Cost</a>'
        assertContains(response, link, count=1, status_code=422)
    assert card().submitted_at is None


def test_one_missing_cell_is_one(signed_in, evaluation):
    fill(card())
    with organization_scope(ALL):
        Score.objects.last().delete()
    assertContains(submit(signed_in, evaluation), "1 cell is still empty.", status_code=422)


def test_much_missing_is_told_by_candidate(signed_in, acme, evaluator):
    big = make_evaluation(
        acme, criteria=[f"C{n}" for n in range(40)], evaluators=[evaluator], title="Big"
    )
    response = submit(signed_in, big)
    assertContains(response, "80 cells are still empty", status_code=422)
    assertContains(response, "40 of 40</a>", count=2, status_code=422)


def test_submitting_saves_what_the_page_holds_first(signed_in, evaluation):
    fill(card())
    with organization_scope(ALL):
        last = Score.objects.last()
        key = f"{last.candidate_id}-{last.criterion_id}"
        last.delete()
    data = {"scorecard": card().pk, "shown": "", f"cell-{key}-mark": "5"}
    assertRedirects(submit(signed_in, evaluation, data), score_url(evaluation))
    assert card().submitted_at is not None


def test_bad_input_keeps_it_from_being_submitted(signed_in, evaluation):
    fill(card())
    with organization_scope(ALL):
        last = Score.objects.last()
    shown = signed_in.get(score_url(evaluation)).context["sheet"].shown_versions
    key = f"{last.candidate_id}-{last.criterion_id}"
    data = {"scorecard": card().pk, "shown": shown, f"cell-{key}-mark": "9"}
    assertContains(submit(signed_in, evaluation, data), "not saved", status_code=422)
    assert card().submitted_at is None


def test_submitting_twice_is_submitting_once(signed_in, evaluation):
    fill(card())
    for _ in range(2):
        assertRedirects(submit(signed_in, evaluation), score_url(evaluation))
    assert verbs() == ["scorecard.submitted"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"has_conflict": None}, "Say first"), ({"has_conflict": True}, "conflict of interest")],
)
def test_undeclared_and_recused_scorecards_are_not_submitted(signed_in, evaluation, fields, words):
    fill(card())
    change(**fields)
    assertContains(submit(signed_in, evaluation), words, status_code=422)
    assert card().submitted_at is None


def test_not_after_closing(signed_in, evaluation):
    fill(card())
    with organization_scope(ALL):
        Evaluation.objects.update(state=Evaluation.State.CLOSED)
    assertContains(submit(signed_in, evaluation), "Scoring is closed", status_code=422)


# Taking back --------------------------------------------------------------------------------------


def test_a_submitted_scorecard_is_taken_back(signed_in, evaluation):
    change(submitted_at="2026-01-01T00:00Z")
    response = signed_in.post(f"{score_url(evaluation)}reopen/")
    assertRedirects(response, score_url(evaluation))
    assert card().submitted_at is None
    assertContains(signed_in.get(score_url(evaluation)), "score-table")
    signed_in.post(f"{score_url(evaluation)}reopen/")
    assert verbs() == ["scorecard.taken_back"]


def test_not_taken_back_after_closing(signed_in, evaluation):
    change(submitted_at="2026-01-01T00:00Z")
    with organization_scope(ALL):
        Evaluation.objects.update(state=Evaluation.State.CLOSED)
    response = signed_in.post(f"{score_url(evaluation)}reopen/", follow=True)
    assertContains(response, "Scoring is closed")
    assertNotContains(response, "Take back")
    assert card().submitted_at is not None


# Progress -----------------------------------------------------------------------------------------


def test_managers_see_how_far_everybody_is(client, evaluation, evaluator, manager):
    fill(card())
    change(submitted_at="2026-01-01T00:00Z")
    late = add_evaluator(evaluation, manager, criteria=["Cost"])
    give_mark(late, "Northwind", "Cost", 2)
    client.force_login(manager.user)
    page = client.get(score_url(evaluation))
    lines = {line.scorecard.evaluator_name: line for line in page.context["progress"]}
    assert (lines["Eve"].filled, lines["Eve"].total, lines["Eve"].state[1]) == (4, 4, "Submitted")
    assert (lines["Mia"].filled, lines["Mia"].total, lines["Mia"].missing) == (1, 2, 1)
    assertContains(page, "1 missing")
    assertContains(page, "score-table")  # a manager who scores has both


def test_readers_see_progress_only(client, evaluation, viewer):
    fill(card())
    client.force_login(viewer.user)
    page = client.get(score_url(evaluation))
    assertContains(page, "4 of 4")
    assertNotContains(page, "score-table")
    assertNotContains(page, "Remind")


def test_an_evaluator_sees_only_their_own(client, evaluation, evaluator, manager):
    add_evaluator(evaluation, manager)
    client.force_login(evaluator.user)
    assertNotContains(client.get(score_url(evaluation)), "Mia")


def test_who_may_not_score_any_more_loses_the_grid(client, evaluation, evaluator):
    evaluator.role = "viewer"
    evaluator.save()
    client.force_login(evaluator.user)
    page = client.get(score_url(evaluation))
    assertContains(page, "How far everybody is")
    assertNotContains(page, "score-table")


def test_before_opening_there_is_nothing_to_score(signed_in, evaluation):
    with organization_scope(ALL):
        Evaluation.objects.update(state=Evaluation.State.SETUP)
    page = signed_in.get(score_url(evaluation))
    assertContains(page, "Not open yet")
    assertNotContains(page, "score-table")


def test_progress_takes_the_same_queries_for_one_and_for_many(
    client, evaluation, manager, owner, admin
):
    client.force_login(manager.user)
    client.get(score_url(evaluation))
    counts = []
    for members in ([], [owner, admin]):
        for member in members:
            add_evaluator(evaluation, member)
        with CaptureQueriesContext(connection) as captured:
            client.get(score_url(evaluation))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


# Reminding ----------------------------------------------------------------------------------------


def remind(client, evaluation, scorecard):
    return client.post(f"{score_url(evaluation)}{scorecard.pk}/remind/", follow=True)


def test_a_reminder_is_mailed_once_a_day(client, evaluation, manager, evaluator):
    with organization_scope(ALL):
        Evaluation.objects.update(due_on=dt.date(2026, 12, 31), title="Help <desk>\n & more")
    client.force_login(manager.user)
    assertContains(remind(client, evaluation, card()), "Eve gets a mail.")
    assertContains(remind(client, evaluation, card()), "reminded today already")
    mail = OutgoingMail.objects.get()
    assert mail.to == evaluator.user.email
    assert mail.subject == "Your scorecard is awaited: Help <desk> & more"
    assert score_url(evaluation) in mail.text
    assert "31 Dec 2026" in mail.text
    assert "Help &lt;desk&gt;" in mail.html
    assert verbs() == ["scorecard.reminded"]


def test_the_next_day_it_may_be_sent_again(client, evaluation, manager):
    client.force_login(manager.user)
    remind(client, evaluation, card())
    OutgoingMail.objects.update(key="scorecard-reminder:of-yesterday")
    remind(client, evaluation, card())
    assert OutgoingMail.objects.count() == 2


@pytest.mark.parametrize(
    "fields", [{"submitted_at": "2026-01-01T00:00Z"}, {"has_conflict": True}, {"evaluator": None}]
)
def test_nobody_is_reminded_in_vain(client, evaluation, manager, fields):
    change(**fields)
    client.force_login(manager.user)
    page = client.get(score_url(evaluation))
    assertNotContains(page, "Remind")
    remind(client, evaluation, card())
    assert not OutgoingMail.objects.exists()


def test_no_reminder_after_closing(client, evaluation, manager):
    with organization_scope(ALL):
        Evaluation.objects.update(state=Evaluation.State.CLOSED)
    client.force_login(manager.user)
    assertContains(remind(client, evaluation, card()), "Scoring is closed")
    assert not OutgoingMail.objects.exists()


# Who may ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["submit", "reopen"])
def test_only_ones_own(client, evaluation, manager, viewer, outsider, action):
    url = f"{score_url(evaluation)}{action}/"
    assert client.post(url).status_code == 302
    for member, status in ((viewer, 403), (manager, 404), (outsider, 404)):
        client.force_login(member.user)
        assert client.post(url).status_code == status
    assert client.post(url.replace("acme", "globex")).status_code == 404
    assert verbs() == []


def test_reminding_is_for_managers_of_this_organization(
    client, evaluation, evaluator, outsider, globex
):
    url = f"{score_url(evaluation)}{card().pk}/remind/"
    assert client.post(url).status_code == 302
    for member, status in ((evaluator, 403), (outsider, 404)):
        client.force_login(member.user)
        assert client.post(url).status_code == status
    foreign = make_evaluation(globex, evaluators=[outsider])
    crossed = f"/o/globex/evaluations/{foreign.pk}/score/{card().pk}/remind/"
    assert client.post(crossed).status_code == 404
    assert not OutgoingMail.objects.exists()
