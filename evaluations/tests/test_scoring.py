"""Marking one cell at a time, as the page's script does it."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertNotContains

from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation, Scorecard
from evaluations.tests.builders import add_evaluator, make_evaluation
from evaluations.tests.scoring_case import CRITERIA, base, log_lines, payload, send, stored

BRACKETS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


@pytest.fixture
def evaluation(acme, evaluator) -> Evaluation:
    return make_evaluation(acme, criteria=CRITERIA, evaluators=[evaluator])


@pytest.fixture
def signed_in(client, evaluator):
    client.force_login(evaluator.user)
    return client


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
        # session, person with membership, the locked scorecard with the cell, score; write, audit line
        assert len(asked) == 6, "\n".join(asked)


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
