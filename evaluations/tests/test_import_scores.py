"""From a spreadsheet to a ranking: each sample, vendors found, confirmed twice, who may."""

import uuid
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from activity.models import LogEntry
from conftest import make_member
from core.tenancy import ALL, organization_scope
from evaluations.actions.imports import change_import_scale
from evaluations.import_sheet import read_upload
from evaluations.models import Candidate, Evaluation, Score, Scorecard, ScoreImport
from evaluations.scorecard_file import rank, read_scorecard
from evaluations.tests.importing import (
    NAMES,
    SAMPLES,
    SMALL,
    URL,
    confirm,
    imported,
    newest,
    ranked,
    upload,
)
from evaluations.tests.test_scoring_at_once import at_once, client_of
from vendors.models import Vendor


@pytest.fixture
def mia(manager) -> Client:
    return client_of(manager)


# Works ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_each_sample_becomes_the_ranking_that_the_terminal_prints(mia, name):
    data = (SAMPLES / name).read_bytes()
    evaluation = imported(mia, data, name)
    file = read_scorecard(data, name)
    scores, found = rank(file), ranked(evaluation)
    assert len(found) == len(file.vendors)
    for at, vendor in enumerate(file.vendors):
        assert found[vendor.name].total == pytest.approx(scores.total[at], abs=1e-6)
        assert found[vendor.name].rank == scores.rank[at]
    assert mia.get(f"/o/acme/evaluations/{evaluation.pk}/ranking/").status_code == 200


def test_the_office_sample_gives_the_published_totals(mia):
    """Goodwin & Wright, Decision Analysis for Management Judgment, table 3.2."""
    name = "criteria-down-vendors-across.xlsx"
    found = ranked(imported(mia, (SAMPLES / name).read_bytes(), name))
    assert {name: round(line.total, 1) for name, line in found.items()} == {
        "Addison Square": 80.8,
        "Bilton Village": 39.4,
        "Carlisle Walk": 47.4,
        "Denver Street": 52.3,
        "Elton Street": 64.8,
        "Filton Village": 20.9,
        "Gorton Square": 60.2,
    }


def test_a_confirmed_sheet_is_a_closed_evaluation_with_all_that_stood_in_it(mia, acme, manager):
    data = (
        b"Evaluator,Vendor,Criterion,Score,Weight,Evidence,Comment\n"
        b"MIA@acme.example,Northwind,Quality,4,60,reference,called two customers\n"
        b"MIA@acme.example,Northwind,Cost,N/A,40,,\n"
        b"Bob,Northwind,Quality,3.25,60,demo,\n"
        b"Bob,Stay in-house,Quality,2,60,,\n"
        b"Bob,Stay in-house,Cost,,40,,no figures yet\n"
    )
    evaluation = imported(mia, data, "Help_desk 2026.csv", scale="0-5")
    assert (evaluation.title, evaluation.imported_from) == ("Help desk 2026", "Help_desk 2026.csv")
    assert evaluation.is_closed
    assert evaluation.closed_at is not None
    assert evaluation.opened_at == evaluation.closed_at
    with organization_scope(ALL):
        assert list(
            evaluation.criteria.order_by("position").values_list("name", "weight", "worst", "best")
        ) == [("Quality", 60, 0, 5), ("Cost", 40, 0, 5)]
        assert list(
            evaluation.candidates.order_by("position").values_list("name", "vendor__status")
        ) == [("Northwind", "candidate"), ("Stay in-house", None)]
        cards = Scorecard.objects.order_by("pk")
        assert [(card.evaluator, card.evaluator_name) for card in cards] == [
            (manager, manager.name),
            (None, "Bob"),
        ]
        assert [card.criteria.count() for card in cards] == [2, 2]
        assert list(
            Score.objects.order_by("pk").values_list(
                "mark", "not_applicable", "evidence", "comment"
            )
        ) == [
            (4, False, "reference", "called two customers"),
            (None, True, "", ""),
            (Decimal("3.25"), False, "demo", ""),
            (2, False, "", ""),
            (None, False, "", "no figures yet"),
        ]
        line = LogEntry.objects.get(verb="evaluation.imported")
        assert (line.actor, line.target_id) == (manager, evaluation.pk)
        assert line.after["new vendors"] == ["Northwind"]
        assert line.after["marks"] == 5
        row = ScoreImport.objects.get()
        assert (bytes(row.data), row.summary, row.marks) == (b"", {}, [])


def test_marks_without_a_name_are_kept_under_the_sheets(mia):
    evaluation = imported(mia, SMALL)
    with organization_scope(ALL):
        card = evaluation.scorecards.get()
        assert (card.evaluator, card.evaluator_name) == (None, "Imported sheet")
        assert card.scores.count() == 4


def test_a_linked_evaluator_can_open_all_pages(mia, manager):
    data = b"Evaluator,Vendor,Criterion,Score\nmia@acme.example,Northwind,Quality,4\n"
    evaluation = imported(mia, data)
    for page in ("score", "setup", "ranking"):
        url = f"/o/acme/evaluations/{evaluation.pk}/{page}/"
        assert mia.get(url, follow=True).status_code == 200, page


def test_vendors_are_found_by_name_not_doubled(mia, acme):
    with organization_scope(ALL):
        own = {"organization": acme}
        kept = Vendor.objects.create(**own, name="Contoso")
        old = Vendor.objects.create(**own, name="Contoso Ltd", merged_into=kept)
        Vendor.objects.filter(pk=old.pk).update(archived_at=kept.created_at)
        north = Vendor.objects.create(**own, trading_name="North", legal_name="Northwind, Inc.")
    data = b"Criterion,NORTHWIND INC,Contoso  Ltd,Fabrikam\nQuality,3,4,5\n"
    evaluation = imported(mia, data)
    with organization_scope(ALL):
        found = dict(evaluation.candidates.values_list("name", "vendor"))
        new = Vendor.objects.get(name="Fabrikam")
        assert found == {"NORTHWIND INC": north.pk, "Contoso  Ltd": kept.pk, "Fabrikam": new.pk}
        assert Vendor.objects.count() == 4
    again = imported(mia, data)
    with organization_scope(ALL):
        assert Vendor.objects.count() == 4
        assert Candidate.objects.filter(evaluation=again, vendor=new).count() == 1


def test_the_preview_says_what_was_understood(mia, acme):
    with organization_scope(ALL):
        Vendor.objects.create(organization=acme, name="Contoso")
    response = upload(mia, SMALL, title="Which help desk?")
    page = mia.get(response.url)
    assertContains(page, "<h1>Which help desk?</h1>", html=True)
    for words in (
        "Northwind would come first with 76.0 points, ahead of Contoso with 64.0.",
        "with criteria down and vendors across.",
        "Marks are on the scale 0–5 (recognised from the marks).",
        "The weights come from the file.",
        "In the register already: Contoso.",
        "Will be added to the register as a candidate: Northwind.",
        "the marks are kept as “Imported sheet”",
        "Make it an evaluation",
    ):
        assertContains(page, words)
    with organization_scope(ALL):
        assert (Evaluation.objects.count(), Vendor.objects.count()) == (0, 1)


def test_the_scale_can_be_changed_in_the_preview(mia):
    upload(mia, SMALL)
    row = newest()
    url = f"{URL}{row.pk}/scale/"
    response = mia.post(url, {"version": row.version, "scale": "0-10"})
    assertRedirects(response, f"{URL}{row.pk}/")
    assertContains(mia.get(response.url), "Marks are on the scale 0–10 (as you said).")
    assert confirm(mia, row).status_code == 409  # saw the other scale
    assert mia.post(url, {"version": row.version, "scale": "0-5"}).status_code == 409
    assert mia.post(url, {"version": row.version, "scale": "7"}).status_code == 422
    assert confirm(mia, newest()).status_code == 302
    with organization_scope(ALL):
        assert ranked(Evaluation.objects.get())["Northwind"].total == pytest.approx(38)
    assert mia.post(url, {"version": 1, "scale": "0-5"}).url.endswith("/ranking/")


def test_what_has_become_an_evaluation_is_not_read_again(mia, manager):
    imported(mia, SMALL)
    with organization_scope(ALL):
        row = ScoreImport.objects.get()
        file = read_upload(SMALL, "scores.csv", "0-10")
        change_import_scale(
            score_import=row, file=file, scale="0-10", version=row.version, by=manager
        )
        assert ScoreImport.objects.get().scale == ""


def test_a_confirmation_that_does_not_say_what_it_saw_shows_it_again(mia):
    upload(mia, SMALL)
    response = mia.post(f"{URL}{newest().pk}/confirm/")
    assertContains(response, "Look at it again, then confirm.", status_code=409)


def test_a_vendor_with_marks_missing_comes_last_in_preview_and_ranking(mia):
    data = b"Criterion,Weight,Northwind,Contoso\nQuality,60,3,\nCost,40,5,2\n"
    response = upload(mia, data)
    page = mia.get(response.url)
    assertContains(page, "16.0 to 76.0")
    assertContains(page, "so it is placed after the complete ones")
    confirm(mia, newest())
    with organization_scope(ALL):
        line = ranked(Evaluation.objects.get())["Contoso"]
    assert (line.total, line.low, line.high, line.rank) == (None, 16, 76, 0)


def test_earlier_uploads_of_the_same_person_are_thrown_away(mia, admin):
    done = imported(mia, SMALL)
    upload(client_of(admin), SMALL, "hers.csv")
    for name in ("one.csv", "two.csv"):
        upload(mia, SMALL, name)
    with organization_scope(ALL):
        rows = ScoreImport.objects.order_by("pk").values_list("filename", "evaluation")
        assert list(rows) == [("scores.csv", done.pk), ("hers.csv", None), ("two.csv", None)]


def test_the_list_and_the_form_lead_here(mia):
    assertContains(mia.get("/o/acme/evaluations/"), f'href="{URL}"')
    page = mia.get(URL)
    for name in NAMES:
        assertContains(page, f"samples/{name}")
        served = Path("static/samples") / name
        assert served.read_bytes() == (SAMPLES / name).read_bytes()


# Who ------------------------------------------------------------------------------------------------


def test_others_do_not_find_it(mia, evaluator, outsider):
    upload(mia, SMALL)
    row = newest()
    stranger = client_of(outsider)
    for path in ("", "scale/", "confirm/"):
        url = f"{row.pk}/{path}"
        at_home = "/o/globex/evaluations/import/" + url
        assert client_of(evaluator).post(URL + url).status_code == 403
        assert stranger.post(URL + url).status_code == 404
        assert stranger.post(at_home, {"version": 1}).status_code == 404
        assert Client().post(URL + url).url.startswith("/accounts/login/")
    assert stranger.get(f"/o/globex/evaluations/import/{row.pk}/").status_code == 404
    assert client_of(evaluator).get(URL).status_code == 403


def test_members_are_linked_only_if_they_are_members_now(mia, acme, outsider):
    gone = make_member(acme, "viewer", "gil")
    gone.ended_at = gone.created_at
    gone.save()
    lines = [f"{who.user.email},Northwind,Quality,{n}" for n, who in enumerate((gone, outsider))]
    data = "\n".join(["Evaluator,Vendor,Criterion,Score", *lines]).encode()
    evaluation = imported(mia, data)
    with organization_scope(ALL):
        assert set(evaluation.scorecards.values_list("evaluator", "evaluator_name")) == {
            (None, "gil@acme.example"),
            (None, "otto@globex.example"),
        }


# Once -----------------------------------------------------------------------------------------------


def test_sent_twice_is_imported_once(mia):
    key = uuid.uuid4().hex
    assert upload(mia, SMALL, creation_key=key).url == (upload(mia, SMALL, creation_key=key).url)
    row = newest()
    first, second = confirm(mia, row), confirm(mia, row)
    assert first.url == second.url
    assert mia.get(f"{URL}{row.pk}/").url == first.url
    with organization_scope(ALL):
        assert Evaluation.objects.count() == ScoreImport.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_confirmed_at_once_it_is_one_evaluation(mia, admin):
    upload(mia, SMALL)
    row = newest()
    clients = [mia, client_of(admin), mia, client_of(admin)]
    jobs = [lambda client=client: confirm(client, row).url for client in clients]
    assert len(set(at_once(*jobs))) == 1
    with organization_scope(ALL):
        assert (Evaluation.objects.count(), Vendor.objects.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_two_sheets_at_once_do_not_double_their_vendors(mia, admin):
    other = client_of(admin)
    upload(mia, SMALL)
    mine = newest()
    upload(other, SMALL)
    hers = newest()
    found = at_once(lambda: confirm(mia, mine).url, lambda: confirm(other, hers).url)
    assert len(set(found)) == 2
    with organization_scope(ALL):
        assert (Evaluation.objects.count(), Vendor.objects.count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_the_same_upload_at_once_is_kept_once(mia):
    key = uuid.uuid4().hex
    jobs = [lambda: upload(mia, SMALL, creation_key=key).url for _ in range(3)]
    assert len(set(at_once(*jobs))) == 1
