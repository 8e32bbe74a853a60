"""The page that verifies an award, the downloaded record, and the command that needs no database."""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from accounts.permissions import Role
from activity.models import LogEntry
from conftest import make_member
from core import records
from core.tenancy import ALL, organization_scope
from evaluations.actions.award_conditions import settle_condition
from evaluations.actions.award_record import freeze_award
from evaluations.actions.awards import announce_award, approve_award, withdraw_award
from evaluations.actions.moderation import Agreement, moderate
from evaluations.actions.reopen import reopen_scoring
from evaluations.actions.results import close_scoring
from evaluations.award_rows import RELATED
from evaluations.differences import in_words
from evaluations.models import (
    Award,
    Candidate,
    Evaluation,
    EvaluationCriterion,
    ModeratedMark,
    Score,
)
from evaluations.tests.builders import ANCHORS, fill, make_evaluation
from evaluations.tests.record_case import approved_award, closed_evaluation, frozen_award
from evaluations.verifying import Verification, verify

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
MOST_QUERIES = 12


@pytest.fixture
def award(acme, owner, manager) -> Award:
    return frozen_award(acme, owner, manager)


def at(award: Award, page: str = "verify/") -> str:
    return f"/o/acme/evaluations/{award.evaluation_id}/awards/{award.pk}/{page}"


@organization_scope(ALL)
def verified(award: Award) -> Verification:
    return verify(Award.objects.select_related(*RELATED).get(pk=award.pk))


def states(award: Award) -> list[str]:
    return [check.state for check in verified(award).checks]


def found(award: Award) -> list[str]:
    return [line for check in verified(award).checks for line in check.lines]


def tamper(sql: str, *params) -> None:
    """As somebody with the database's password would: past the application."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert cursor.rowcount == 1


@organization_scope(ALL)
def score(award: Award, who: str, candidate: str, criterion: str) -> Score:
    return Score.objects.get(
        scorecard__evaluation=award.evaluation_id,
        scorecard__evaluator_name=who,
        candidate__name=candidate,
        criterion__name=criterion,
    )


# The page -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["viewer", "evaluator", "manager", "owner", "admin"])
def test_every_member_may_verify(role, client, award, request):
    client.force_login(request.getfixturevalue(role).user)
    page = client.get(at(award))
    assertContains(page, "<strong>Identical.</strong>")
    assertContains(page, award.record.sha256)
    assert [check.state for check in page.context["verification"].checks] == ["ok"] * 4


def test_a_changed_mark_is_found_and_its_cell_named_on_the_page(client, owner, award):
    cell = score(award, "Olga", "Kestrel", "Cost")
    tamper("UPDATE evaluations_score SET mark = 4.5 WHERE id = %s", cell.pk)
    client.force_login(owner.user)
    page = client.get(at(award))
    assertContains(page, "<strong>1 difference.</strong>")
    assertContains(page, "Mark of Olga for Kestrel on Cost")
    assertContains(page, "<td>3.5</td><td>4.5</td>")
    assert found(award) == ["Mark of Olga for Kestrel on Cost: record 3.5, now 4.5"]
    assert states(award) == ["ok", "ok", "ok", "differs"]


def test_looking_writes_nothing(client, owner, award):
    client.force_login(owner.user)
    with organization_scope(ALL):
        before = LogEntry.objects.count()
        client.get(at(award))
        client.get(at(award, "record.json"))
        assert LogEntry.objects.count() == before


def test_the_page_asks_a_constant_number_of_questions(
    client, acme, owner, manager, viewer, django_assert_num_queries
):
    award = frozen_award(acme, owner, manager)
    client.force_login(viewer.user)
    client.get(at(award))
    with CaptureQueriesContext(connection) as first:
        client.get(at(award))
    assert len(first) <= MOST_QUERIES
    for _ in range(3):
        award = frozen_award(acme, owner, manager)
    with django_assert_num_queries(len(first)):
        assertContains(client.get(at(award)), "All 3 records before this one are there")


def test_a_large_evaluation_takes_no_more_questions_and_little_time(
    client, acme, owner, manager, viewer, django_assert_max_num_queries
):
    """50 candidates, 10 criteria, 10 evaluators."""
    people = [owner, manager, *[make_member(acme, Role.EVALUATOR, f"eva{n}") for n in range(8)]]
    made = make_evaluation(
        acme,
        criteria=[f"Criterion {n}" for n in range(10)],
        candidates=[f"Vendor {n}" for n in range(50)],
        evaluators=people,
        state=Evaluation.State.CLOSED,
    )
    with organization_scope(ALL):
        for number, card in enumerate(made.scorecards.all()):
            fill(card, comment="What they said when we asked. " * 3)
            card.scores.update(mark=(F("candidate_id") * F("criterion_id") + number) % 6)
        award = approved_award(made, owner, manager, moderated="Criterion 3")
        freeze_award(award=award, by=owner)
    client.force_login(viewer.user)
    client.get("/o/acme/evaluations/")
    with django_assert_max_num_queries(MOST_QUERIES):
        started = time.monotonic()
        page = client.get(at(award))
        took = time.monotonic() - started
    assertContains(page, "<strong>Identical.</strong>")
    assert took < 10  # about one second on an idle machine


@pytest.mark.parametrize("page", ["verify/", "record.json"])
def test_nobody_else_gets_it(page, client, award, outsider):
    assert client.get(at(award, page)).status_code == 302
    client.force_login(outsider.user)
    assert client.get(at(award, page)).status_code == 404
    url = at(award, page).replace("acme", "globex")
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("page", ["verify/", "record.json"])
def test_while_scoring_is_open_again_the_old_marks_are_sealed(page, client, award, owner):
    client.force_login(owner.user)
    for state in (Evaluation.State.SCORING, Evaluation.State.SETUP):
        with organization_scope(ALL):
            Evaluation.objects.update(state=state)
        assert client.get(at(award, page)).status_code == 404


@pytest.mark.parametrize("page", ["verify/", "record.json"])
@pytest.mark.parametrize("state", ["draft", "proposed", "returned"])
def test_without_a_record_there_is_no_such_page(page, state, client, acme, owner, manager):
    award = approved_award(closed_evaluation(acme, owner, manager), owner, manager)
    with organization_scope(ALL):
        Award.objects.update(state=state)
    client.force_login(owner.user)
    assert client.get(at(award, page)).status_code == 404


@pytest.mark.parametrize("page", ["verify/", "record.json"])
def test_another_evaluations_award_is_not_found(page, client, acme, owner, manager, award):
    other = closed_evaluation(acme, owner, manager)
    client.force_login(owner.user)
    url = at(award, page).replace(f"/{award.evaluation_id}/", f"/{other.pk}/")
    assert client.get(url).status_code == 404


def test_an_approved_award_whose_record_is_gone_is_told(client, owner, award):
    tamper("UPDATE evaluations_award SET record_id = NULL WHERE id = %s", award.pk)
    client.force_login(owner.user)
    page = client.get(at(award))
    assertContains(page, "its record is not there any more")
    assertContains(page, "<strong>1 difference.</strong>")
    assertNotContains(page, "Download the record")
    assert client.get(at(award, "record.json")).status_code == 404


def test_hidden_names_stand_neither_on_the_page_nor_in_the_file(
    client, acme, owner, manager, viewer
):
    evaluation = closed_evaluation(acme, owner, manager)
    with organization_scope(ALL):
        Evaluation.objects.update(names_hidden=True)
        evaluation.refresh_from_db()
    award = approved_award(evaluation, owner, manager)
    with organization_scope(ALL):
        freeze_award(award=award, by=owner)
    assert verified(award).headline == "Identical"
    cell = score(award, "Olga", "Kestrel", "Cost")
    tamper("UPDATE evaluations_score SET mark = 4.5 WHERE id = %s", cell.pk)
    client.force_login(viewer.user)
    page = client.get(at(award))
    [line] = found(award)
    assert re.fullmatch("Mark of Evaluator [12] for Kestrel on Cost: record 3.5, now 4.5", line)
    assertNotContains(page, "Mark of Olga")
    data = json.loads(json.loads(client.get(at(award, "record.json")).content)["content"])
    names = [row["name"] for row in data["inputs"]["evaluators"]]
    assert names == ["Evaluator 1", "Evaluator 2"]


# Tampering ----------------------------------------------------------------------------------------


def test_a_weight(award):
    tamper("UPDATE evaluations_evaluationcriterion SET weight = 55 WHERE name = 'Quality'")
    assert found(award) == ["Weight of the criterion Quality: record 50, now 55"]


def test_a_scale(award):
    tamper("UPDATE evaluations_evaluationcriterion SET best = 10 WHERE name = 'Cost'")
    assert found(award) == ["Best end of the scale of the criterion Cost: record 5, now 10"]


def test_a_moderated_mark_and_its_reason(award):
    tamper("UPDATE evaluations_moderatedmark SET mark = 4, reason = 'Because'")
    assert found(award) == [
        "Moderated mark for Northwind on Quality: record 2.5, now 4",
        "Reason of the moderated mark for Northwind on Quality: "
        "record “Both saw the same demo.”, now “Because”",
    ]


def test_a_moderated_mark_that_was_withdrawn_or_added(award):
    tamper("UPDATE evaluations_moderatedmark SET withdrawn_at = %s", award.decided_at)
    assert found(award) == ["Moderated mark for Northwind on Quality: record 2.5, now not there"]
    with organization_scope(ALL):
        row = ModeratedMark.objects.get()
    tamper(
        "UPDATE evaluations_moderatedmark SET withdrawn_at = NULL, criterion_id = criterion_id + 1"
    )
    assert row.criterion.name == "Quality"
    assert found(award) == [
        "Moderated mark for Northwind on Quality: record 2.5, now not there",
        "Moderated mark for Northwind on Cost: record not there, now 2.5",
    ]


def test_what_marks_look_like(award):
    tamper("UPDATE evaluations_evaluationcriterion SET anchors = '[]' WHERE name = 'Cost'")
    assert found(award) == [
        f"Evaluation › Cost › marks look like: record {in_words(ANCHORS)}, now nothing"
    ]


def test_a_frozen_award_that_was_made_a_draft_again(award):
    tamper("UPDATE evaluations_award SET state = 'draft'")
    assert found(award) == ["State of the award: record “Approved”, now “Draft”"]


@organization_scope(ALL)
def test_after_a_withdrawal_marks_may_be_agreed_on_anew_and_nothing_else(award, owner):
    withdraw_award(award=award, reason="They went bankrupt.", by=owner)
    assert states(award) == ["ok"] * 4
    cell = Candidate.objects.get(name="Kestrel"), EvaluationCriterion.objects.get(name="Cost")
    agreed = Agreement(*(row.pk for row in cell), version=0, mark="2", reason="The newer quote.")
    moderate(evaluation_id=award.evaluation_id, agreed=agreed, by=owner)
    assert states(award) == ["ok", "ok", "ok", "skipped"]
    assert found(award) == []
    mark = score(award, "Olga", "Kestrel", "Cost")
    tamper("UPDATE evaluations_score SET mark = 1 WHERE id = %s", mark.pk)
    assert states(award) == ["ok", "ok", "ok", "differs"]
    assert found(award) == ["Mark of Olga for Kestrel on Cost: record 3.5, now 1"]


def test_a_record_that_was_written_anew_with_its_seal_is_found_by_the_next(
    award, acme, owner, manager
):
    frozen_award(acme, owner, manager)
    text = award.record.content.replace("Best on what matters most.", "Because I say so.")
    tamper(
        "UPDATE activity_frozenrecord SET content = %s, sha256 = %s WHERE id = %s",
        text,
        records.seal("", text),
        award.record_id,
    )
    tamper("UPDATE evaluations_award SET rationale = 'Because I say so.' WHERE id = %s", award.pk)
    assert found(award) == ["Record 2 does not follow record 1 as it is now."]


def test_a_mark_that_was_deleted(award):
    cell = score(award, "Mia", "Northwind", "Team")
    tamper("DELETE FROM evaluations_score WHERE id = %s", cell.pk)
    assert found(award) == ["Mark of Mia for Northwind on Team: record 3, now not there"]


def test_a_mark_that_became_not_applicable_a_comment_and_evidence(award):
    cell = score(award, "Olga", "Kestrel", "Quality")
    tamper(
        "UPDATE evaluations_score SET mark = NULL, not_applicable = %s, comment = %s, evidence = ''"
        " WHERE id = %s",
        True,
        "Never called",
        cell.pk,
    )
    where = "of Olga for Kestrel on Quality"
    assert found(award) == [
        f"Mark {where}: record 5, now not applicable",
        f"Evidence {where}: record “reference”, now nothing",
        f"Comment {where}: record “Called two 📞”, now “Never called”",
    ]


@pytest.mark.parametrize(
    ("column", "value", "line"),
    [
        ("winner_quote", "1.00", "Award › winner › quote: record 120000, now 1"),
        ("rationale", "No", "Award › rationale: record “Best on what matters most.”, now “No”"),
        ("currency", "USD", "Award › currency: record “EUR”, now “USD”"),
        ("runner_up_id", None, "Award › runner up: record Northwind, now nothing"),
        ("decision_note", "Hm", "Award › approval note: record nothing, now “Hm”"),
    ],
)
def test_the_decision(award, column, value, line):
    tamper(f"UPDATE evaluations_award SET {column} = %s", value)
    assert found(award) == [line]


def test_the_winner(award):
    with organization_scope(ALL):
        other = award.evaluation.candidates.get(name="Stay in-house")
    tamper("UPDATE evaluations_award SET winner_id = %s", other.pk)
    assert found(award) == [
        "Award › winner › candidate: record “Kestrel”, now “Stay in-house”",
    ]


def test_who_approved_it(award, admin):
    tamper("UPDATE evaluations_award SET decided_by_id = %s", admin.pk)
    assert len(found(award)) == 1
    assert found(award)[0].startswith("Award › approved by › member: record ")


def test_a_condition(award):
    tamper("UPDATE evaluations_awardcondition SET text = 'None' WHERE position = 0")
    assert found(award) == [
        "Award › conditions: record “Liability cap agreed”, “Two references called”, "
        "now “None”, “Two references called”"
    ]


def test_the_name_of_a_candidate_and_an_evaluator_who_was_recused(award):
    tamper("UPDATE evaluations_candidate SET name = 'Kestrel Ltd' WHERE name = 'Kestrel'")
    tamper("UPDATE evaluations_scorecard SET has_conflict = %s WHERE evaluator_name = 'Mia'", True)
    lines = found(award)
    assert "Name of the candidate Kestrel: record “Kestrel”, now “Kestrel Ltd”" in lines
    assert "Recused of the evaluator Mia: record no, now yes" in lines


def test_the_title_and_the_moment_of_closing(award):
    tamper("UPDATE evaluations_evaluation SET title = 'Another', closed_at = opened_at")
    lines = found(award)
    assert lines[0].startswith("Evaluation › closed at: record ")
    assert lines[1:] == ["Evaluation › title: record “Help desk – „Zürich“”, now “Another”"]


def test_the_content_of_the_record(award):
    content = award.record.content.replace("Best on what matters most.", "It was cheap.")
    tamper("UPDATE activity_frozenrecord SET content = %s", content)
    assert found(award) == [
        "The content of record 1 is not what its SHA-256 was made from.",
        "Award › rationale: record “It was cheap.”, now “Best on what matters most.”",
    ]


def test_the_content_sealed_anew_to_fit_a_changed_mark(award):
    """Whoever changes mark, record and seal still can't make the recorded numbers follow."""
    cell = score(award, "Olga", "Kestrel", "Cost")
    tamper("UPDATE evaluations_score SET mark = 1 WHERE id = %s", cell.pk)
    data = json.loads(award.record.content)
    for row in data["inputs"]["marks"]:
        if row["mark"] == "3.5":
            row["mark"] = "1"
    text = records.canonical(data)
    tamper(
        "UPDATE activity_frozenrecord SET content = %s, sha256 = %s", text, records.seal("", text)
    )
    assert states(award) == ["ok", "ok", "differs", "ok"]
    assert "Ranking › Kestrel › Cost › pooled mark: record 3.25, now 2.0" in found(award)


def test_the_seal(award):
    tamper("UPDATE activity_frozenrecord SET sha256 = %s", "0" * 64)
    assert found(award) == ["The content of record 1 is not what its SHA-256 was made from."]


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"record":{}}', "null", "not JSON"])
def test_a_record_that_holds_something_else_breaks_no_page(content, client, owner, award):
    tamper("UPDATE activity_frozenrecord SET content = %s", content)
    client.force_login(owner.user)
    page = client.get(at(award))
    assertContains(page, "The record was changed after it was frozen.")
    assert states(award) == ["differs", "ok", "differs", "differs"]
    assert client.get(at(award, "record.json")).status_code == 200


def test_a_record_that_was_passed_off_as_another(award, acme, owner, manager):
    other = frozen_award(acme, owner, manager)
    tamper("UPDATE evaluations_award SET record_id = NULL WHERE id = %s", award.pk)
    tamper("UPDATE evaluations_award SET record_id = %s WHERE id = %s", award.record_id, other.pk)
    assert (
        f"Beside the record stands “{other.pk}” as its subject id; the record itself says “{award.pk}”."
        in found(other)
    )


def test_an_earlier_record_that_was_deleted_or_changed(award, acme, owner, manager):
    second = frozen_award(acme, owner, manager)
    third = frozen_award(acme, owner, manager)
    assert states(third) == ["ok"] * 4
    tamper("UPDATE activity_frozenrecord SET content = '{}' WHERE number = 1")
    tamper("UPDATE evaluations_award SET record_id = NULL WHERE id = %s", second.pk)
    tamper("DELETE FROM activity_frozenrecord WHERE number = 2")
    assert found(third) == [
        "The content of record 1 is not what its SHA-256 was made from.",
        "Record 2 is missing.",
    ]
    assert states(third) == ["ok", "differs", "ok", "ok"]


def test_what_may_change_after_the_award_is_no_difference(award, owner):
    """A person's and a vendor's name, settled conditions, the announcement, the organization's name."""
    tamper("UPDATE accounts_user SET name = 'Olga Married' WHERE email LIKE 'olga%%'")
    tamper("UPDATE accounts_organization SET name = 'Acme plc' WHERE slug = 'acme'")
    tamper("UPDATE vendors_vendor SET name = 'Kestrel plc' WHERE name = 'Kestrel'")
    tamper(
        "UPDATE evaluations_awardcondition SET settled_at = %s WHERE position = 0", award.decided_at
    )
    tamper("UPDATE evaluations_award SET state = 'announced', announced_at = %s", award.decided_at)
    assert verified(award).headline == "Identical"


def test_after_reopening_the_marks_are_not_compared_and_it_says_why(client, owner, award):
    cell = score(award, "Olga", "Kestrel", "Cost")
    tamper("UPDATE evaluations_score SET mark = 1 WHERE id = %s", cell.pk)
    tamper("UPDATE evaluations_evaluation SET round = 2, reopened_reason = 'A late offer'")
    assert states(award) == ["ok", "ok", "ok", "skipped"]
    client.force_login(owner.user)
    page = client.get(at(award))
    assertContains(page, "The scoring was reopened after this award (“A late offer”)")
    assertContains(page, "<strong>Identical.</strong> The record is what was frozen;")
    tamper("UPDATE evaluations_award SET rationale = 'No'")
    assert states(award) == ["ok", "ok", "ok", "differs"]


def test_from_approval_through_every_later_step_it_stays_identical(acme, owner, manager):
    award = approved_award(closed_evaluation(acme, owner, manager), owner, manager)
    with organization_scope(ALL):
        Award.objects.update(state=Award.State.PROPOSED, decided_by=None, decided_at=None)
        award = approve_award(award=award, version=award.version, by=owner, note="Go ahead")
        assert verified(award).headline == "Identical"
        condition = award.conditions.order_by("position").first()
        settle_condition(condition=condition, note="Signed", by=owner)
        award = announce_award(award=award, by=owner)
        assert verified(award).headline == "Identical"
        evaluation = Evaluation.objects.get(pk=award.evaluation_id)
        reopen_scoring(
            evaluation=evaluation, reason="A late offer", version=evaluation.version, by=owner
        )
        card = evaluation.scorecards.order_by("pk").first()
        card.scores.filter(mark__gt=2).update(mark=2)
        close_scoring(evaluation=evaluation, by=owner)
    assert states(award) == ["ok", "ok", "ok", "skipped"]
    assert verified(award).headline == "Identical"


# The file -----------------------------------------------------------------------------------------


@pytest.fixture
def file(client, viewer, award, tmp_path) -> Path:
    client.force_login(viewer.user)
    response = client.get(at(award, "record.json"))
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Content-Disposition"] == (
        f'attachment; filename="award-{award.pk}-record-1.json"'
    )
    path = tmp_path / "award.json"
    path.write_bytes(response.content)
    return path


def test_a_stranger_checks_the_seal_with_four_lines_of_python(file, award):
    found = json.loads(file.read_text())
    text = found["previous_sha256"] + "\n" + found["content"]
    assert hashlib.sha256(text.encode()).hexdigest() == found["sha256"] == award.record.sha256


def test_the_documentations_program_does_it_too(file):
    text = (ROOT / "docs" / "records.md").read_text()
    [program] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    done = [
        subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, timeout=60)
        for path in (file, changed_copy(file))
    ]
    assert [one.stdout for one in done] == [b"unchanged\n", b"CHANGED\n"]
    assert [one.stderr for one in done] == [b"", b""]


def changed_copy(file: Path) -> Path:
    path = file.with_name("changed.json")
    path.write_text(file.read_text().replace("Best on what", "Worst on what"))
    return path


def run(path: Path | str, given: bytes | None = None) -> subprocess.CompletedProcess:
    """As on a machine whose database can't be reached."""
    return subprocess.run(
        [sys.executable, "manage.py", "verify_award", str(path)],
        cwd=ROOT,
        input=given,
        capture_output=True,
        timeout=60,
        env=os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"},
    )


def test_the_command_needs_no_database(file, award):
    done = run(file)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert lines[0] == f"Record 1, SHA-256 {award.record.sha256}"
    assert lines[1] == "It is the first record."
    moment = award.decided_at.isoformat(timespec="microseconds")
    assert lines[2] == f"Winner of “Help desk – „Zürich“” (Acme): Kestrel, approved {moment}."
    assert lines[-1] == "identical"
    assert run("-", file.read_bytes()).stdout == done.stdout


def test_the_command_names_what_differs(file):
    done = run(changed_copy(file))
    assert done.returncode == 1
    lines = done.stdout.decode().splitlines()
    assert "  The content of record 1 is not what its SHA-256 was made from." in lines
    assert lines[-1] == "1 difference"


def test_the_command_asks_the_database_nothing(file, capsys, django_assert_num_queries):
    with django_assert_num_queries(0):
        call_command("verify_award", str(file))
    assert capsys.readouterr().out.endswith("identical\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"\x00\xff", "no text file"),
        (b'{"a": 1}', "no record"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a":' * 30_000, "not JSON"),
        (b" " * (records.MAX_BYTES + 1), "larger than 50 MB"),
    ],
    ids=["empty", "binary", "foreign", "deep", "deep names", "huge"],
)
def test_a_file_that_is_no_record_is_refused_in_one_line(tmp_path, capsys, content, words):
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(SystemExit) as end:
        call_command("verify_award", str(path))
    printed = capsys.readouterr()
    assert end.value.code == 2
    assert printed.out == ""
    assert words in printed.err
    assert printed.err.count("\n") == 1


def resealed(path: Path, change) -> Path:
    """The record as a forger writes it: with another content, and the seal that belongs to it."""
    found = json.loads(path.read_text())
    data = json.loads(found["content"])
    change(data)
    found["content"] = records.canonical(data)
    found["sha256"] = records.seal(found["previous_sha256"], found["content"])
    path.write_text(json.dumps(found))
    return path


def multiply(rows: list, count: int) -> None:
    rows[:] = [{**rows[0], "id": 1_000 + at, "name": f"n{at}"} for at in range(count)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data["inputs"]["marks"][0].update(mark="1e-999999999"), "can't be read"),
        (lambda data: data["inputs"]["criteria"][0].update(weight="1e-999999999"), "can't be read"),
        (lambda data: data["inputs"]["marks"][0].update(mark="NaN"), "can't be read"),
        (lambda data: data["inputs"]["marks"][0].update(mark=True), "can't be read"),
        (lambda data: multiply(data["inputs"]["candidates"], 50_000), "larger than any"),
        (lambda data: multiply(data["inputs"]["criteria"], 200_000), "larger than any"),
    ],
    ids=["tiny mark", "tiny weight", "no number", "no text", "candidates", "criteria"],
)
def test_a_small_file_can_not_fill_the_memory(file, capsys, change, words):
    with pytest.raises(SystemExit) as end:
        call_command("verify_award", str(resealed(file, change)))
    printed = capsys.readouterr().out
    assert end.value.code == 1
    assert words in printed
    assert printed.endswith("1 difference\n")


def test_a_missing_file_and_a_folder_are_refused_in_one_line(tmp_path, capsys):
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(SystemExit) as end:
            call_command("verify_award", str(path))
        assert end.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_text_in_a_record_does_not_steer_the_terminal(file, capsys):
    found = json.loads(file.read_text())
    found["kind"] = "\x1b[2J\nidentical"
    file.write_text(json.dumps(found))
    with pytest.raises(SystemExit) as end:
        call_command("verify_award", str(file))
    printed = capsys.readouterr().out
    assert end.value.code == 1
    assert "\x1b" not in printed
    assert "\nidentical\n" not in printed
