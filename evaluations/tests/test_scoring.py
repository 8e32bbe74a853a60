"""Marking: one cell at a time from the page's script, all cells at once from a plain form."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import LogEntry
from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation, Score, Scorecard
from evaluations.tests.builders import add_evaluator, fill, give_mark, make_evaluation

CRITERIA = [
    {"name": "Insured", "kind": "gate", "worst": 0, "best": 1, "anchors": []},
    {"name": "Quality", "question": "How good?"},
    {"name": "Hours", "kind": "measured", "worst": 24, "best": 2, "unit": "h", "anchors": []},
    {"name": "Old scale", "worst": 1, "best": 10, "anchors": []},
]

BRACKETS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


@pytest.fixture
def evaluation(acme, evaluator) -> Evaluation:
    return make_evaluation(acme, criteria=CRITERIA, evaluators=[evaluator])


@pytest.fixture
def signed_in(client, evaluator):
    client.force_login(evaluator.user)
    return client


def base(evaluation) -> str:
    return f"/o/acme/evaluations/{evaluation.pk}/score/"


@organization_scope(ALL)
def cell_of(evaluation, criterion="Quality", candidate="Northwind") -> str:
    return "-".join(
        str(row.pk)
        for row in (
            evaluation.candidates.get(name=candidate),
            evaluation.criteria.get(name=criterion),
        )
    )


@organization_scope(ALL)
def payload(evaluation, criterion="Quality", candidate="Northwind", **fields) -> dict:
    return {
        "scorecard": evaluation.scorecards.order_by("pk").first().pk,
        "candidate": evaluation.candidates.get(name=candidate).pk,
        "criterion": evaluation.criteria.get(name=criterion).pk,
        "version": 0,
        "mark": "4",
        "evidence": "demo",
        "comment": "Ran well",
        **fields,
    }


def send(client, evaluation, data=None, **fields):
    data = payload(evaluation, **fields) if data is None else data
    body = data if isinstance(data, (str, bytes)) else json.dumps(data)
    return client.post(f"{base(evaluation)}cell/", body, content_type="application/json")


@organization_scope(ALL)
def stored() -> list[tuple]:
    rows = Score.objects.order_by("pk")
    return [(str(s.mark), s.not_applicable, s.evidence, s.comment, s.version) for s in rows]


@organization_scope(ALL)
def log_lines() -> list[LogEntry]:
    return list(LogEntry.objects.select_related("actor").order_by("pk"))


# One cell: works ----------------------------------------------------------------------------------


def test_a_cell_is_saved_and_its_line_is_sealed(signed_in, evaluation, evaluator):
    response = send(signed_in, evaluation)
    assert response.status_code == 200
    assert response.json() == {"version": 1, "mark": "4", "evidence": "demo", "comment": "Ran well"}
    assert stored() == [("4.0000", False, "demo", "Ran well", 1)]
    [line] = log_lines()
    assert (line.verb, line.actor, line.sealed) == ("score.saved", evaluator, True)
    assert (line.target_type, line.target_id) == ("evaluations.evaluation", evaluation.pk)
    assert line.before == {"cell": "Northwind · Quality", "mark": "", "evidence": "", "comment": ""}
    assert line.after == {
        "cell": "Northwind · Quality",
        "mark": "4",
        "evidence": "demo",
        "comment": "Ran well",
    }


def test_a_cell_is_changed_and_only_the_difference_is_logged(signed_in, evaluation):
    send(signed_in, evaluation)
    response = send(signed_in, evaluation, mark="5", version=1)
    assert response.json()["version"] == 2
    line = log_lines()[-1]
    assert (line.before["mark"], line.after["mark"]) == ("4", "5")
    assert "comment" not in line.after


def test_clearing_a_cell_keeps_its_version(signed_in, evaluation):
    send(signed_in, evaluation)
    response = send(signed_in, evaluation, mark="", evidence="", comment="", version=1)
    assert response.json() == {"version": 2, "mark": "", "evidence": "", "comment": ""}
    assert stored() == [("None", False, "", "", 2)]


def test_the_same_cell_as_a_form(signed_in, evaluation):
    response = signed_in.post(f"{base(evaluation)}cell/", payload(evaluation))
    assert response.status_code == 200
    assert stored() == [("4.0000", False, "demo", "Ran well", 1)]


@pytest.mark.parametrize(
    ("criterion", "typed", "kept"),
    [
        ("Insured", "1", "1"),
        ("Insured", "N/A", "N/A"),
        ("Hours", "2.5", "2.5"),
        ("Hours", "99", "99"),
        ("Old scale", "7.5", "7.5"),
        ("Quality", "n/a", "N/A"),
    ],
)
def test_each_kind_of_criterion_takes_its_marks(signed_in, evaluation, criterion, typed, kept):
    assert send(signed_in, evaluation, criterion=criterion, mark=typed).json()["mark"] == kept


@pytest.mark.parametrize(
    "comment",
    ["العربية ‏ עברית", "👩🏽‍💻 ok", "  two\nlines ", "x" * 2000, "<script>alert(1)</script>"],
)
def test_any_text_comes_back_as_it_was(signed_in, evaluation, comment):
    assert send(signed_in, evaluation, comment=comment).json()["comment"] == comment
    page = signed_in.get(base(evaluation))
    assertNotContains(page, "<script>alert")


def test_saving_a_cell_is_lean(signed_in, evaluation):
    signed_in.get(base(evaluation))  # the session learns the organization
    for mark, version in (("4", 0), ("5", 1)):
        data = payload(evaluation, mark=mark, version=version)
        with CaptureQueriesContext(connection) as captured:
            assert send(signed_in, evaluation, data).status_code == 200
        asked = [q["sql"] for q in captured if not q["sql"].startswith(BRACKETS)]
        # session, user, membership, the locked scorecard with the cell, score; write, audit line
        assert len(asked) == 7, "\n".join(asked)


# One cell: sent twice, stale ----------------------------------------------------------------------


def test_a_repeated_save_is_no_conflict_and_writes_nothing(signed_in, evaluation):
    first = send(signed_in, evaluation)
    again = send(signed_in, evaluation)  # the answer was lost, so the version is the old one
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(log_lines()) == 1


def test_a_stale_version_is_refused_with_what_is_stored(signed_in, evaluation):
    send(signed_in, evaluation)
    response = send(signed_in, evaluation, mark="1", version=0)
    assert response.status_code == 409
    assert response.json()["current"] == {
        "version": 1,
        "mark": "4",
        "evidence": "demo",
        "comment": "Ran well",
    }
    assert stored() == [("4.0000", False, "demo", "Ran well", 1)]


def test_a_version_from_the_future_is_refused(signed_in, evaluation):
    assert send(signed_in, evaluation, version=7).status_code == 409
    assert stored() == []


# One cell: refuses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"mark": "6"},
        {"mark": "2.5"},
        {"mark": "NaN"},
        {"mark": "1e400"},
        {"mark": "9" * 30},
        {"mark": "9" * 5000},
        {"mark": "4\0"},
        {"mark": "\ud800"},
        {"criterion_name": "Hours", "mark": "Infinity"},
        {"criterion_name": "Hours", "mark": "1.23456"},
        {"criterion_name": "Insured", "mark": "2"},
        {"criterion_name": "Old scale", "mark": "0"},
        {"evidence": "hearsay"},
        {"evidence": "\ud800"},
        {"comment": "x" * 2001},
        {"comment": "a\0b"},
        {"comment": "half \udfff"},
        {"version": -1},
        {"version": "x"},
        {"version": 2**31},
        {"candidate": "9" * 30},
        {"candidate": 0},
        {"candidate": "1.5"},
        {"scorecard": ""},
    ],
)
def test_bad_input_is_refused_in_words_and_stores_nothing(signed_in, evaluation, fields):
    criterion = fields.pop("criterion_name", "Quality")
    data = payload(evaluation, criterion=criterion) | fields
    response = send(signed_in, evaluation, data)
    assert response.status_code == 422
    assert response.json()["error"].endswith((".", "?"))
    assert (stored(), log_lines()) == ([], [])


def test_a_long_comment_is_told_its_length(signed_in, evaluation):
    response = send(signed_in, evaluation, comment="x" * 2001)
    assert response.json()["error"] == "A comment may have 2000 characters; this one has 2001."


@pytest.mark.parametrize("missing", ["mark", "evidence", "comment", "version", "scorecard"])
def test_an_incomplete_cell_never_clears_the_rest(signed_in, evaluation, missing):
    send(signed_in, evaluation)
    data = payload(evaluation, mark="5", version=1)
    del data[missing]
    assert send(signed_in, evaluation, data).status_code == 422
    assert stored() == [("4.0000", False, "demo", "Ran well", 1)]


@pytest.mark.parametrize(
    "body",
    ["{", "[]", "null", '"4"', "\xff", "[" * 9000, '{"mark": {"a": 1}}', '{"mark": [1]}',
     '{"mark": null}', '{"mark": true}', '{"comment": "' + "x" * 50_000 + '"}', b"\xff\xfe{"],
)  # fmt: skip
def test_unreadable_bodies_are_refused(signed_in, evaluation, body):
    response = send(signed_in, evaluation, body)
    assert response.status_code == 400
    assert response.json()["error"]
    assert stored() == []


def test_json_numbers_are_read_exactly(signed_in, evaluation):
    body = json.dumps(payload(evaluation, criterion="Hours", mark=0)).replace(
        '"mark": 0', '"mark": 2.10'
    )
    assert send(signed_in, evaluation, body).json()["mark"] == "2.1"
    body = body.replace("2.10", "NaN")
    assert send(signed_in, evaluation, body).status_code == 422


def test_cells_of_others_are_not_found(signed_in, evaluation, acme, globex, outsider, manager):
    other = make_evaluation(acme, evaluators=[manager], title="Other")
    foreign = make_evaluation(globex, evaluators=[outsider])
    mine = payload(evaluation)
    for source in (other, foreign):
        theirs = payload(source)
        for name in ("candidate", "criterion", "scorecard"):
            response = send(signed_in, evaluation, mine | {name: theirs[name]})
            assert response.status_code == 404, (source, name)
            assert "not on your scorecard" in response.json()["error"]
    assert stored() == []


def test_a_criterion_that_was_not_assigned_is_not_found(client, evaluation, manager):
    card = add_evaluator(evaluation, manager, criteria=["Hours"])
    client.force_login(manager.user)
    assert send(client, evaluation, scorecard=card.pk).status_code == 404
    assert send(client, evaluation, criterion="Hours", scorecard=card.pk).status_code == 200


def test_somebody_elses_scorecard_is_not_found(client, evaluation, manager):
    add_evaluator(evaluation, manager)
    client.force_login(manager.user)
    assert send(client, evaluation).status_code == 404  # carries the evaluator's scorecard
    assert stored() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": Evaluation.State.CLOSED}, "Scoring is closed"),
        ({"state": Evaluation.State.SETUP}, "not been opened"),
    ],
)
def test_marks_are_refused_unless_scoring_is_open(signed_in, evaluation, change, words):
    with organization_scope(ALL):
        Evaluation.objects.update(**change)
    response = send(signed_in, evaluation)
    assert response.status_code == 422
    assert words in response.json()["error"]
    assert stored() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"has_conflict": None}, "Say first"),
        ({"has_conflict": True}, "You declared a conflict"),
        ({"submitted_at": "2026-01-01T00:00Z"}, "Take it back"),
    ],
)
def test_marks_are_refused_unless_the_scorecard_is_open(signed_in, evaluation, change, words):
    with organization_scope(ALL):
        Scorecard.objects.update(**change)
    response = send(signed_in, evaluation)
    assert response.status_code == 422
    assert words in response.json()["error"]
    assert stored() == []


# Who may ------------------------------------------------------------------------------------------


def test_viewer_is_forbidden(client, evaluation, viewer):
    client.force_login(viewer.user)
    assert send(client, evaluation).status_code == 403
    assert client.post(f"{base(evaluation)}save/").status_code == 403


def test_other_organization_is_not_found(client, evaluation, outsider):
    client.force_login(outsider.user)
    assert client.get(base(evaluation)).status_code == 404
    assert send(client, evaluation).status_code == 404
    assert client.get(f"/o/globex/evaluations/{evaluation.pk}/score/").status_code == 404


def test_anonymous_is_sent_to_sign_in(client, evaluation):
    assert client.get(base(evaluation)).status_code == 302
    assert send(client, evaluation).status_code == 302


def test_only_posts_save(signed_in, evaluation):
    assert signed_in.get(f"{base(evaluation)}cell/").status_code == 405
    assert signed_in.get(f"{base(evaluation)}save/").status_code == 405


def test_a_cell_without_the_token_is_refused(evaluation, evaluator):
    client = Client(enforce_csrf_checks=True)
    client.force_login(evaluator.user)
    assert send(client, evaluation).status_code == 403
    assert stored() == []


# The page -----------------------------------------------------------------------------------------


def test_nothing_is_chosen_beforehand(signed_in, evaluation):
    page = signed_in.get(base(evaluation)).content.decode()
    assert " selected" not in page
    assert " checked" not in page
    assert f'id="c{cell_of(evaluation)}" name="cell-{cell_of(evaluation)}-mark" value=""' in page


def test_only_the_assigned_criteria_are_shown(client, evaluation, manager):
    add_evaluator(evaluation, manager, criteria=["Hours"])
    client.force_login(manager.user)
    page = client.get(base(evaluation))
    assertContains(page, "24 h is worst, 2 h is best.")
    assertNotContains(page, "Old scale")


def test_the_page_says_what_is_missing_and_what_lacks_evidence(signed_in, evaluation, evaluator):
    card = evaluation_card(evaluation, evaluator)
    give_mark(card, "Northwind", "Quality", 4)
    page = signed_in.get(base(evaluation))
    assertContains(page, "<strong data-done>1</strong> of <span data-total>8</span> marked")
    assertContains(page, "<span data-unproven>1</span> without evidence")
    assertNotContains(page, f'data-missing="{cell_of(evaluation)}"')
    assertContains(page, f'data-missing="{cell_of(evaluation, "Hours")}"')


@organization_scope(ALL)
def evaluation_card(evaluation, member) -> Scorecard:
    cards = Scorecard.objects.select_related("evaluation")
    return cards.get(evaluation=evaluation, evaluator=member)


def test_one_candidate_at_a_time(signed_in, evaluation, evaluator):
    give_mark(evaluation_card(evaluation, evaluator), "Contoso", "Quality", 4, comment="Fine")
    candidate = payload(evaluation, candidate="Contoso")["candidate"]
    page = signed_in.get(f"{base(evaluation)}?candidate={candidate}")
    assertContains(page, "candidate 2 of 2")
    assertContains(page, "Fine")
    assertContains(page, "Answers within a day")
    assertNotContains(page, "Next candidate")


@pytest.mark.parametrize("wanted", ["0", "x", "9" * 30, "-1", "١"])
def test_an_unknown_candidate_is_not_found(signed_in, evaluation, wanted):
    assert signed_in.get(f"{base(evaluation)}?candidate={wanted}").status_code == 404


def test_the_page_takes_the_same_queries_whatever_the_size(client, acme, evaluator, manager):
    client.force_login(evaluator.user)
    small = make_evaluation(acme, evaluators=[evaluator])
    large = make_evaluation(
        acme,
        criteria=[f"C{n}" for n in range(9)],
        candidates=[f"V{n}" for n in range(12)],
        evaluators=[evaluator, manager],
    )
    fill(evaluation_card(large, evaluator))
    client.get(base(small))
    counts = []
    for evaluation in (small, large):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(base(evaluation)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


# All cells at once, without a script --------------------------------------------------------------


def shown_in(page) -> str:
    return page.context["sheet"].shown_versions


def form_data(evaluation, page, **marks) -> dict:
    data = {"scorecard": payload(evaluation)["scorecard"], "shown": shown_in(page)}
    for name, mark in marks.items():
        data[f"cell-{cell_of(evaluation, name.replace('_', ' '))}-mark"] = mark
    return data


def save(client, evaluation, data):
    return client.post(f"{base(evaluation)}save/", data)


def test_the_grid_saves_at_once(signed_in, evaluation, evaluator):
    data = form_data(
        evaluation, signed_in.get(base(evaluation)), Quality="5", Hours="2,5", Insured="1"
    )
    assertRedirects(save(signed_in, evaluation, data), base(evaluation))
    assert [row[0] for row in stored()] == ["5.0000", "2.5000", "1.0000"]
    [line] = log_lines()
    assert (line.verb, line.sealed, line.actor) == ("scores.saved", True, evaluator)
    assert line.after["Northwind · Hours"] == {"mark": "2.5"}


def test_a_second_sending_of_the_form_changes_nothing(signed_in, evaluation):
    data = form_data(evaluation, signed_in.get(base(evaluation)), Quality="5")
    save(signed_in, evaluation, data)
    assertRedirects(save(signed_in, evaluation, data), base(evaluation))
    assert stored() == [("5.0000", False, "", "", 1)]
    assert len(log_lines()) == 1


def test_bad_cells_come_back_with_their_input_and_the_rest_is_kept(signed_in, evaluation):
    data = form_data(evaluation, signed_in.get(base(evaluation)), Quality="7", Hours="3")
    response = save(signed_in, evaluation, data)
    assertContains(response, "1 cell was not saved; see below.", status_code=422)
    assertContains(response, "Type a whole number from 0 to 5, or N/A.", status_code=422)
    assertContains(response, 'value="7"', status_code=422)
    assert [row[0] for row in stored()] == ["3.0000"]


def test_a_cell_changed_elsewhere_is_shown_beside_ones_own(signed_in, evaluation):
    send(signed_in, evaluation, mark="2", comment="", evidence="")
    page = signed_in.get(base(evaluation))
    send(signed_in, evaluation, mark="3", version=1, comment="", evidence="")
    response = save(signed_in, evaluation, form_data(evaluation, page, Quality="5"))
    assertContains(response, "Somebody changed this", status_code=422)
    assertContains(response, "Stored now: 3.", status_code=422)
    assertContains(response, 'value="5"', status_code=422)
    # What the page shows now is based on the stored version: saving again is a choice.
    again = form_data(evaluation, response, Quality="5")
    assertRedirects(save(signed_in, evaluation, again), base(evaluation))
    assert [row[0] for row in stored()] == ["5.0000"]


def test_cells_left_as_they_were_shown_never_overwrite(signed_in, evaluation):
    send(signed_in, evaluation, mark="2")
    page = signed_in.get(base(evaluation))
    send(signed_in, evaluation, mark="3", version=1)
    data = form_data(evaluation, page, Quality="2", Hours="4")
    assertRedirects(save(signed_in, evaluation, data), base(evaluation))
    assert [row[0] for row in stored()] == ["3.0000", "4.0000"]


def test_marks_from_the_grid_leave_evidence_and_comment_alone(signed_in, evaluation):
    send(signed_in, evaluation, mark="2")
    page = signed_in.get(base(evaluation))
    save(signed_in, evaluation, form_data(evaluation, page, Quality="4"))
    assert stored() == [("4.0000", False, "demo", "Ran well", 2)]


def test_the_page_of_one_candidate_saves_everything_and_goes_on(signed_in, evaluation):
    first, second = (
        payload(evaluation, candidate=v)["candidate"] for v in ("Northwind", "Contoso")
    )
    page = signed_in.get(f"{base(evaluation)}?candidate={first}")
    prefix = f"cell-{cell_of(evaluation)}"
    data = form_data(evaluation, page, Quality="N/A") | {
        f"{prefix}-evidence": "guess",
        f"{prefix}-comment": "one\r\ntwo",
        "candidate": first,
        "then": second,
    }
    assertRedirects(save(signed_in, evaluation, data), f"{base(evaluation)}?candidate={second}")
    assert stored() == [("None", True, "guess", "one\ntwo", 1)]


def test_bad_comment_and_evidence_come_back_on_the_page_of_one_candidate(signed_in, evaluation):
    candidate = payload(evaluation)["candidate"]
    page = signed_in.get(f"{base(evaluation)}?candidate={candidate}")
    prefix = f"cell-{cell_of(evaluation)}"
    data = form_data(evaluation, page, Quality="4") | {
        "candidate": candidate,
        f"{prefix}-comment": "y" * 2001,
        f"{prefix}-evidence": "",
    }
    response = save(signed_in, evaluation, data)
    assertContains(response, "this one has 2001", status_code=422)
    assertContains(response, "y" * 2001, status_code=422)
    response = save(
        signed_in, evaluation, data | {f"{prefix}-evidence": "x", f"{prefix}-comment": ""}
    )
    assertContains(response, "from the list", status_code=422)
    assert stored() == []


def test_cells_from_elsewhere_are_refused(signed_in, evaluation, globex, outsider):
    foreign = make_evaluation(globex, evaluators=[outsider])
    data = form_data(evaluation, signed_in.get(base(evaluation)))
    data[f"cell-{cell_of(foreign)}-mark"] = "4"
    assert save(signed_in, evaluation, data).status_code == 422
    assert stored() == []


def test_a_form_for_another_scorecard_is_refused(signed_in, evaluation, manager):
    other = add_evaluator(evaluation, manager)
    data = form_data(evaluation, signed_in.get(base(evaluation)), Quality="4")
    for wrong in (other.pk, "", "x", "9" * 30):
        response = save(signed_in, evaluation, data | {"scorecard": wrong})
        assertContains(response, "not on your scorecard", status_code=422)
    assert stored() == []


def test_a_form_after_closing_is_refused_with_the_reason(signed_in, evaluation):
    data = form_data(evaluation, signed_in.get(base(evaluation)), Quality="4")
    with organization_scope(ALL):
        Evaluation.objects.update(state=Evaluation.State.CLOSED)
    response = save(signed_in, evaluation, data)
    assertContains(response, "Scoring is closed; nothing can be changed any more.", status_code=422)
    assert stored() == []


def test_saving_many_cells_takes_constant_queries(client, acme, evaluator):
    evaluation = make_evaluation(
        acme, candidates=["Northwind", *(f"V{n}" for n in range(20))], evaluators=[evaluator]
    )
    client.force_login(evaluator.user)
    page = client.get(base(evaluation))
    counts = []
    for many in (1, 20):
        data = form_data(evaluation, page)
        for number in range(many):
            data[f"cell-{cell_of(evaluation, 'Cost', f'V{number}')}-mark"] = "4"
        with CaptureQueriesContext(connection) as captured:
            assert save(client, evaluation, data).status_code == 302
        counts.append(len(captured))
    assert counts[1] <= counts[0] + 1
