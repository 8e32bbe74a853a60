"""Agreeing on one mark after closing: the pages, what is refused, and that nothing is overwritten."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.permissions import Role
from activity.models import LogEntry
from conftest import make_member
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from evaluations import results
from evaluations.actions import moderation as actions
from evaluations.models import Award, Evaluation, KeptAnalysis, ModeratedMark, Score
from evaluations.tests.builders import add_evaluator, give_mark, make_evaluation

CRITERIA = [
    {"name": "Insured", "kind": "gate", "worst": 0, "best": 1, "anchors": []},
    {"name": "Quality", "question": "How good?", "weight": Decimal(60)},
    {"name": "Hours", "kind": "measured", "worst": 24, "best": 2, "unit": "h", "anchors": [],
     "weight": Decimal(40)},
]  # fmt: skip
# By candidate and criterion: what Olga and Mia gave.
MARKS = {
    ("Northwind", "Insured"): (1, 1),
    ("Northwind", "Quality"): (5, 3),
    ("Northwind", "Hours"): (13, 13),
    ("Contoso", "Insured"): (1, 1),
    ("Contoso", "Quality"): (4, 4),
    ("Contoso", "Hours"): (13, 24),
}
REASON = "Both looked at the trial again."


@pytest.fixture
def evaluation(acme, owner, manager) -> Evaluation:
    """Closed; Northwind leads with 68.0, 10 points ahead of Contoso."""
    evaluation = make_evaluation(
        acme, criteria=CRITERIA, evaluators=[owner, manager], state=Evaluation.State.CLOSED
    )
    fill(evaluation, owner, manager)
    return evaluation


@organization_scope(ALL)
def fill(evaluation, owner, manager) -> None:
    cards = [evaluation.scorecards.get(evaluator=member) for member in (owner, manager)]
    for (candidate, criterion), marks in MARKS.items():
        for card, mark in zip(cards, marks, strict=True):
            note = f"Note no. {mark}" if criterion == "Quality" else ""
            give_mark(card, candidate, criterion, mark, evidence="demo", comment=note)


@pytest.fixture
def agenda_url(evaluation) -> str:
    return f"/o/acme/evaluations/{evaluation.pk}/moderate/"


@pytest.fixture
def url(evaluation) -> str:
    """Northwind's quality."""
    return cell_url(evaluation)


@organization_scope(ALL)
def cell_url(evaluation, candidate="Northwind", criterion="Quality") -> str:
    row, column = (
        evaluation.candidates.get(name=candidate),
        evaluation.criteria.get(name=criterion),
    )
    return f"/o/acme/evaluations/{evaluation.pk}/moderate/{row.pk}/{column.pk}/"


@pytest.fixture
def mia(manager) -> Client:
    return signed_in(manager)


def signed_in(member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def agreed(**fields):
    return {"version": "0", "mark": "3", "reason": REASON, **fields}


@organization_scope(ALL)
def stored() -> list[tuple]:
    rows = ModeratedMark.objects.order_by("pk")
    return [
        (row.mark, row.not_applicable, row.reason, row.version, row.withdrawn_at is None)
        for row in rows
    ]


@organization_scope(ALL)
def log_lines() -> list[LogEntry]:
    return list(LogEntry.objects.select_related("actor").order_by("pk"))


@organization_scope(ALL)
def totals(evaluation) -> dict[str, float]:
    found = results.ranking(Evaluation.objects.get(pk=evaluation.pk))
    return {vendor.candidate.name: round(vendor.total, 1) for vendor in found.vendors}


# The agenda ---------------------------------------------------------------------------------------


def test_the_agenda_lists_what_can_change_a_place_and_its_time(mia, agenda_url, url):
    response = mia.get(agenda_url)
    assertContains(response, "2 cells to talk about, about 8 minutes at 4 minutes a cell.")
    html = response.content.decode()
    first, second = html.index("Northwind: Quality"), html.index("Contoso: Hours")
    assert first < second
    assertContains(response, f'href="{url}"', 2)  # in the list, and “Start with the first”
    assertContains(response, 'Marks, low to high: <span class="num">3 · 5</span>')
    assertContains(response, '<strong class="num">17.0</strong> points')
    assertNotContains(response, "Northwind: Hours")


def test_a_disputed_gate_comes_first(evaluation, mia, agenda_url, owner):
    with organization_scope(ALL):
        Score.objects.filter(
            criterion__name="Insured", candidate__name="Contoso", scorecard__evaluator=owner
        ).update(mark=0)
    html = mia.get(agenda_url).content.decode()
    assert html.index("Contoso: Insured") < html.index("Northwind: Quality")
    assertContains(
        mia.get(cell_url(evaluation, "Contoso", "Insured")), "one evaluator’s fail is a fail"
    )


def test_an_empty_agenda_points_on_to_decide(evaluation, mia, agenda_url):
    ranking = f"/o/acme/evaluations/{evaluation.pk}/ranking/"
    with organization_scope(ALL):
        Score.objects.filter(criterion__name="Quality").update(mark=4)
        Score.objects.filter(criterion__name="Hours").update(mark=13)
    response = mia.get(agenda_url)
    assertContains(
        response, "In no cell do the evaluators differ, so there is nothing to moderate."
    )
    assertContains(response, f'<a href="{ranking}">Go on to Decide</a>')
    with organization_scope(ALL):
        Score.objects.filter(criterion__name="Hours", candidate__name="Northwind").update(mark=2)
        Score.objects.filter(
            criterion__name="Hours", candidate__name="Contoso", scorecard__evaluator_name="Mia"
        ).update(mark=15)
    response = mia.get(agenda_url)
    assertContains(response, "The evaluators differ, but nowhere does a place depend on it.")
    assertContains(response, "1 more cell in which the evaluators differ")


def test_everybody_who_reads_rankings_reads_the_agenda(agenda_url, url, viewer):
    client = signed_in(viewer)
    assertContains(client.get(agenda_url), "2 cells to talk about")
    response = client.get(url)
    assertContains(response, "Managers and owners enter what was agreed on.")
    assertNotContains(response, "Save the mark")


@pytest.mark.parametrize("state", ["setup", "scoring"])
def test_before_closing_there_is_no_such_page(evaluation, mia, agenda_url, url, state):
    with organization_scope(ALL):
        Evaluation.objects.update(state=state)
    response = mia.get(agenda_url)
    assertRedirects(
        response, f"/o/acme/evaluations/{evaluation.pk}/", fetch_redirect_response=False
    )
    assert mia.get(url).status_code == 404
    for act in ("save", "preview", "withdraw"):
        assert mia.post(f"{url}{act}/", agreed()).status_code == 404
    assert stored() == []


def test_the_steps_lead_here(evaluation, mia, agenda_url):
    assertContains(mia.get(f"/o/acme/evaluations/{evaluation.pk}/ranking/"), f'href="{agenda_url}"')


# One mark -----------------------------------------------------------------------------------------


def test_a_cell_shows_marks_evidence_comments_anchors_and_dots(mia, url):
    response = mia.get(url)
    for words in ("Olga", "Mia", "Demo or trial", "Note no. 5", "Note no. 3", "How good?",
                  "Answers within hours", "Cell 1 of 2 on the agenda.", "worth 48.0 points"):  # fmt: skip
        assertContains(response, words)
    assertContains(response, "<svg")
    assertContains(response, "chart-marks")
    assertNotContains(response, " checked")


def test_an_agreed_mark_counts_and_the_originals_stay(evaluation, mia, manager, url):
    assert totals(evaluation) == {"Northwind": 68.0, "Contoso": 58.0}
    response = mia.post(f"{url}save/", agreed(), follow=True)
    assertRedirects(response, url)
    assertContains(response, "Saved: 3 counts now.")
    assertContains(response, "What it changed")
    assertContains(response, "entered by Mia")
    assertContains(response, "Note no. 5")
    assert stored() == [(Decimal(3), False, REASON, 1, True)]
    assert totals(evaluation) == {"Contoso": 58.0, "Northwind": 56.0}
    with organization_scope(ALL):
        assert sorted(
            Score.objects.filter(
                criterion__name="Quality", candidate__name="Northwind"
            ).values_list("mark", flat=True)
        ) == [3, 5]
    line = log_lines()[-1]
    assert (line.verb, line.actor, line.target_id) == ("mark.moderated", manager, evaluation.pk)
    assert line.before == {"cell": "Northwind · Quality", "moderated mark": ""}
    assert line.after == {
        "cell": "Northwind · Quality",
        "moderated mark": "3",
        "reason": REASON,
    }
    assert line.sealed is False


def test_the_agenda_says_who_agreed_on_what_and_why(mia, agenda_url, url):
    mia.post(f"{url}save/", agreed())
    response = mia.get(agenda_url)
    assertContains(response, "Agreed on: 1")
    assertContains(response, REASON)
    assertContains(response, "<strong>3</strong>")
    assertContains(response, "1 cell to talk about, about 4 minutes")


def test_the_ranking_before_and_after(mia, url):
    response = mia.post(f"{url}save/", agreed(), follow=True)
    assertContains(response, "Contoso leads now.")
    assertContains(response, "68.0 → <strong>56.0</strong>")


def test_a_preview_saves_nothing(evaluation, mia, url):
    response = mia.post(f"{url}preview/", agreed(reason="Half a sent"))
    assertContains(response, "Contoso would lead.")
    assertContains(response, "Nothing is saved yet.")
    assertContains(response, "Half a sent")
    assert (stored(), log_lines()) == ([], [])
    part = mia.post(f"{url}preview/", agreed(reason=""), headers={"HX-Request": "true"})
    assertContains(part, "Contoso would lead.")
    assertNotContains(part, "<html")
    assertNotContains(part, "<form")


def test_a_preview_of_what_is_no_mark_says_so(mia, url):
    for headers in ({}, {"HX-Request": "true"}):
        response = mia.post(f"{url}preview/", agreed(mark="7"), headers=headers)
        assertContains(response, "Type a whole number from 0 to 5, or N/A.", status_code=422)


def test_the_next_cell_walks_the_agenda(evaluation, mia, url):
    other = cell_url(evaluation, "Contoso", "Hours")
    assertContains(mia.get(url), f'href="{other}"')
    assertContains(mia.get(other), f'href="{url}"')
    mia.post(f"{url}save/", agreed(mark="4"))
    assertNotContains(mia.get(other), "Next cell")
    assertContains(mia.get(url), f'href="{other}"')


def test_the_same_again_changes_nothing_and_says_so(mia, url):
    for _ in range(2):
        response = mia.post(f"{url}save/", agreed(), follow=True)
    assertContains(response, "Nothing was changed: 3 counts already, for this reason.")
    assert stored() == [(Decimal(3), False, REASON, 1, True)]
    assert [line.verb for line in log_lines()] == ["mark.moderated"]


def test_an_agreed_mark_can_be_changed(mia, url):
    mia.post(f"{url}save/", agreed())
    mia.post(f"{url}save/", agreed(version="1", mark="N/A", reason="They do not offer it."))
    assert stored() == [(None, True, "They do not offer it.", 2, True)]
    assert log_lines()[-1].before["moderated mark"] == "3"
    assert log_lines()[-1].after["moderated mark"] == "N/A"


@pytest.mark.parametrize(
    ("candidate", "criterion", "mark", "kept", "words"),
    [
        ("Contoso", "Insured", "fail", Decimal(0), "Fail"),
        ("Contoso", "Insured", "1", Decimal(1), "Pass"),
        ("Contoso", "Hours", "12,5", Decimal("12.5"), "12.5"),
        ("Contoso", "Hours", "400", Decimal(400), "400"),
        ("Northwind", "Quality", " 0 ", Decimal(0), "0"),
        ("Northwind", "Quality", "n/a", None, "N/A"),
    ],
)
def test_marks_are_read_as_in_scoring(evaluation, mia, candidate, criterion, mark, kept, words):
    place = cell_url(evaluation, candidate, criterion)
    response = mia.post(f"{place}save/", agreed(mark=mark), follow=True)
    assertContains(response, f"Saved: {words} counts now.")
    assert stored()[0][:2] == (kept, kept is None)


@pytest.mark.parametrize(
    ("criterion", "fields", "words"),
    [
        ("Quality", {"mark": ""}, "Type a whole number from 0 to 5, or N/A."),
        ("Quality", {"mark": "6"}, "Type a whole number from 0 to 5, or N/A."),
        ("Quality", {"mark": "3.5"}, "Type a whole number from 0 to 5, or N/A."),
        ("Insured", {"mark": "2"}, "Choose pass or fail, or N/A."),
        ("Hours", {"mark": "1,250"}, "Does 1,250 mean 1250 or 1.25? Write it without the comma."),
        ("Hours", {"mark": "a few"}, "Type a number such as 12.5"),
        ("Hours", {"mark": "9" * 41}, "This is too long for a mark."),
        ("Quality", {"reason": "  "}, "Say in a few words why this mark."),
        ("Quality", {"reason": "x" * 2001}, "this one has 2001."),
        ("Quality", {"version": "-1"}, "Reload it."),
    ],
)
def test_what_is_wrong_is_said_and_the_input_kept(evaluation, mia, criterion, fields, words):
    place = cell_url(evaluation, "Northwind", criterion)
    response = mia.post(f"{place}save/", agreed(**fields))
    assertContains(response, words, status_code=422)
    if "reason" not in fields:
        assertContains(response, REASON, status_code=422)
    assert (stored(), log_lines()) == ([], [])


def test_the_action_itself_checks_mark_and_reason(evaluation, acme, manager):
    with organization_scope(acme):
        candidate = evaluation.candidates.get(name="Northwind").pk
        criterion = evaluation.criteria.get(name="Quality").pk

        def moderate(mark, reason):
            cell = actions.Agreement(candidate, criterion, 0, mark, reason)
            actions.moderate(evaluation_id=evaluation.pk, agreed=cell, by=manager)

        for mark in ("", "7", "x"):
            with pytest.raises(actions.WrongMark):
                moderate(mark, REASON)
        for reason in ("", " \n", "x" * 2001):
            with pytest.raises(actions.NoReason):
                moderate("3", reason)


def test_the_kept_analysis_fits_the_new_marks(evaluation, mia, url):
    mia.post(f"{url}save/", agreed())
    with organization_scope(ALL):
        first = KeptAnalysis.objects.get(evaluation=evaluation).key
    mia.post(f"{url}withdraw/", {"version": "1"})
    with organization_scope(ALL):
        assert KeptAnalysis.objects.get(evaluation=evaluation).key != first


# Who may, and where -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EVALUATOR])
def test_others_enter_nothing(acme, url, role):
    client = signed_in(make_member(acme, role, "somebody"))
    for act in ("save", "preview", "withdraw"):
        assert client.post(f"{url}{act}/", agreed()).status_code == 403
    assert stored() == []


def test_nobody_and_other_organizations_find_nothing(client, agenda_url, url, outsider):
    for page in (agenda_url, url):
        assert client.get(page).status_code == 302
        assert signed_in(outsider).get(page).status_code == 404
    assert signed_in(outsider).post(f"{url}save/", agreed()).status_code == 404


def test_a_cell_of_another_evaluation_is_not_found(acme, owner, manager, evaluation, mia):
    other = make_evaluation(acme, title="Other", evaluators=[owner], state=Evaluation.State.CLOSED)
    with organization_scope(ALL):
        own = (evaluation.candidates.first().pk, evaluation.criteria.first().pk)
        foreign = (other.candidates.first().pk, other.criteria.first().pk)
    base = f"/o/acme/evaluations/{evaluation.pk}/moderate/"
    for row, column in ((own[0], foreign[1]), (foreign[0], own[1]), foreign):
        assert mia.get(f"{base}{row}/{column}/").status_code == 404
        for act in ("save", "preview", "withdraw"):
            assert mia.post(f"{base}{row}/{column}/{act}/", agreed()).status_code == 404
        with organization_scope(acme), pytest.raises(actions.NoSuchCell):
            actions.moderate(
                evaluation_id=evaluation.pk,
                agreed=actions.Agreement(row, column, 0, "3", REASON),
                by=manager,
            )
    assert stored() == []


def test_the_action_refuses_unless_scoring_is_closed(evaluation, acme, manager):
    with organization_scope(acme):
        Evaluation.objects.update(state=Evaluation.State.SCORING)
        cell = actions.Agreement(
            evaluation.candidates.first().pk, evaluation.criteria.last().pk, 0, "3", REASON
        )
        with pytest.raises(actions.CannotModerate, match="Scoring is not closed"):
            actions.moderate(evaluation_id=evaluation.pk, agreed=cell, by=manager)


@organization_scope(ALL)
def make_award(evaluation, by, state, **fields) -> Award:
    return Award.objects.create(
        organization=evaluation.organization,
        evaluation=evaluation,
        state=state,
        winner=evaluation.candidates.first(),
        currency="EUR",
        created_by=by,
        **fields,
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("proposed", "Return or withdraw the award first."),
        ("approved", "withdraw the award or reopen the scoring."),
        ("announced", "withdraw the award or reopen the scoring."),
    ],
)
def test_an_award_holds_the_marks(evaluation, mia, manager, agenda_url, url, state, words):
    mia.post(f"{url}save/", agreed())
    make_award(evaluation, manager, state)
    for page in (agenda_url, url):
        assertContains(mia.get(page), words)
        assertContains(mia.get(page), "See the award")
    assertNotContains(mia.get(url), "Save the mark")
    response = mia.post(f"{url}save/", agreed(version="1", mark="4"))
    assertContains(response, words, status_code=422)
    response = mia.post(f"{url}withdraw/", {"version": "1"})
    assertContains(response, words, status_code=422)
    assert stored() == [(Decimal(3), False, REASON, 1, True)]


@pytest.mark.parametrize(
    ("state", "number"),
    [("draft", 1), ("returned", 1), ("withdrawn", 1), ("approved", 2)],
)
def test_other_awards_do_not(evaluation, mia, manager, url, state, number):
    """A draft, or the award of another round of scoring."""
    make_award(evaluation, manager, state, round=number)
    assertContains(mia.post(f"{url}save/", agreed(), follow=True), "Saved: 3 counts now.")


# Two people ---------------------------------------------------------------------------------------


def test_the_second_of_two_sees_both_and_chooses(mia, owner, url):
    """Nothing was there when both began."""
    mia.post(f"{url}save/", agreed())
    olga = signed_in(owner)
    response = olga.post(f"{url}save/", agreed(mark="5", reason="The trial was great."))
    assertContains(response, "Saved now: 3, by Mia", status_code=409)
    assertContains(response, "You entered: 5, “The trial was great.”", status_code=409)
    assertContains(response, 'name="version" value="1"', status_code=409)
    assert stored() == [(Decimal(3), False, REASON, 1, True)]
    olga.post(f"{url}save/", agreed(mark="5", reason="The trial was great.", version="1"))
    assert stored() == [(Decimal(5), False, "The trial was great.", 2, True)]
    assert log_lines()[-1].before == {
        "cell": "Northwind · Quality",
        "moderated mark": "3",
        "reason": REASON,
    }


def test_agreeing_on_the_same_is_no_conflict(mia, owner, url):
    mia.post(f"{url}save/", agreed())
    response = signed_in(owner).post(f"{url}save/", agreed(), follow=True)
    assertContains(response, "Nothing was changed")


def test_withdrawing_lets_the_evaluators_marks_count_again(evaluation, mia, url, manager):
    mia.post(f"{url}save/", agreed())
    response = mia.post(f"{url}withdraw/", {"version": "1"}, follow=True)
    assertContains(response, "Withdrawn. The evaluators’ own marks count again.")
    assert totals(evaluation) == {"Northwind": 68.0, "Contoso": 58.0}
    line = log_lines()[-1]
    assert (line.verb, line.actor) == ("mark.moderation_withdrawn", manager)
    assert (line.before["moderated mark"], line.after["moderated mark"]) == ("3", "")
    again = mia.post(f"{url}withdraw/", {"version": "1"}, follow=True)
    assertContains(again, "There is no moderated mark here")
    assert len(log_lines()) == 2
    mia.post(f"{url}save/", agreed(version="2"))
    assert stored() == [(Decimal(3), False, REASON, 3, True)]


def test_withdrawing_what_somebody_else_changed_meanwhile(mia, url):
    mia.post(f"{url}save/", agreed())
    mia.post(f"{url}save/", agreed(version="1", mark="4"))
    for version in ("1", "", "x", "-2", "9" * 5000):
        response = mia.post(f"{url}withdraw/", {"version": version})
        assertContains(response, "somebody agreed on another mark meanwhile", status_code=409)
    assert stored() == [(Decimal(4), False, REASON, 2, True)]


def test_saving_over_what_was_withdrawn_meanwhile(mia, url):
    mia.post(f"{url}save/", agreed())
    mia.post(f"{url}withdraw/", {"version": "1"})
    response = mia.post(f"{url}save/", agreed(version="1", mark="4"))
    assertContains(response, "Saved now: nothing. Mia’s 3 was withdrawn.", status_code=409)
    assert stored() == [(Decimal(3), False, REASON, 2, False)]


def test_stale_holds_what_is_stored(evaluation, acme, manager, mia, url):
    mia.post(f"{url}save/", agreed())
    with organization_scope(acme):
        row = ModeratedMark.objects.get()
        cell = actions.Agreement(row.candidate_id, row.criterion_id, 0, "5", "Other")
        with pytest.raises(Stale) as caught:
            actions.moderate(evaluation_id=evaluation.pk, agreed=cell, by=manager)
        assert caught.value.current == row


# Names and the recused ----------------------------------------------------------------------------


def test_hidden_names_stand_nowhere(evaluation, agenda_url, url, viewer):
    with organization_scope(ALL):
        Evaluation.objects.update(names_hidden=True)
    client = signed_in(viewer)
    for page in (agenda_url, url, cell_url(evaluation, "Contoso", "Hours")):
        response = client.get(page)
        for name in ("Olga", "Mia", "olga", "mia@"):
            assertNotContains(response, name)
    response = client.get(url)
    assertContains(response, "Evaluator A")
    assertContains(response, "Names are hidden while moderating.")
    assertContains(response, "Note no. 5")


def test_the_marks_of_the_recused_are_not_shown_as_counting(acme, evaluation, evaluator, mia, url):
    card = add_evaluator(evaluation, evaluator)
    with organization_scope(ALL):
        give_mark(card, "Northwind", "Quality", 0, comment="My cousin’s rival")
        card.has_conflict = True
        card.save()
    response = mia.get(url)
    assertContains(response, "Eve declared a conflict of interest; what they marked does not count")
    assertNotContains(response, "My cousin’s rival")
    assertContains(response, "worth 48.0 points")
    with organization_scope(ALL):
        Evaluation.objects.update(names_hidden=True)
    response = mia.get(url)
    assertNotContains(response, "Eve ")
    assertContains(response, "1 more evaluator declared a conflict of interest")


def test_names_hidden_is_said_while_setting_up(acme, manager):
    evaluation = make_evaluation(acme, evaluators=[manager], state=Evaluation.State.SETUP)
    base = f"/o/acme/evaluations/{evaluation.pk}/"
    client = signed_in(manager)
    assertContains(client.get(f"{base}edit/"), "Show marks without names while moderating")
    assertNotContains(client.get(f"{base}setup/"), "Marks are shown without names")
    data = {"title": "Help desk", "service": "", "reason": "", "due_on": "", "version": "1"}
    client.post(f"{base}edit/", {**data, "names_hidden": "on"})
    with organization_scope(ALL):
        assert Evaluation.objects.get().names_hidden is True
    assertContains(client.get(f"{base}setup/"), "Marks are shown without names")
    line = log_lines()[-1]
    assert (line.before, line.after) == ({"names_hidden": False}, {"names_hidden": True})
    response = client.post(f"{base}edit/", data)
    assertContains(response, "“yes” is saved, you entered “no”", status_code=409)


def test_names_hidden_is_frozen_when_scoring_opens(acme, manager):
    evaluation = make_evaluation(acme, evaluators=[manager])
    client = signed_in(manager)
    data = {"due_on": "", "version": "1", "names_hidden": "on"}
    client.post(f"/o/acme/evaluations/{evaluation.pk}/edit/", data)
    with organization_scope(ALL):
        assert Evaluation.objects.get().names_hidden is False


# Size ---------------------------------------------------------------------------------------------


def test_the_number_of_queries_does_not_depend_on_size(acme, owner, manager, evaluation, mia):
    large = make_evaluation(
        acme,
        title="Large",
        criteria=["One", "Two", "Three"],
        candidates=list("ABCDEF"),
        evaluators=[owner, manager],
        state=Evaluation.State.CLOSED,
    )
    with organization_scope(ALL):
        cards = list(large.scorecards.order_by("pk"))
        for place, name in enumerate("ABCDEF"):
            for criterion in ("One", "Two", "Three"):
                for card in cards:
                    give_mark(card, name, criterion, (place + card.pk) % 6)
    for one in (evaluation, large):
        with organization_scope(ALL):
            place = cell_url(one, *(("A", "One") if one is large else ()))
        mia.post(f"{place}save/", agreed())
    counts = []
    for one in (evaluation, large):
        place = cell_url(one, *(("A", "One") if one is large else ()))
        for page in (f"/o/acme/evaluations/{one.pk}/moderate/", place):
            with CaptureQueriesContext(
                connection,
            ) as found:
                assert mia.get(page).status_code == 200
            counts.append(len(found))
    assert counts[:2] == counts[2:]
