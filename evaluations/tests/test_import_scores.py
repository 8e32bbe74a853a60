"""From a spreadsheet to a ranking: each sample, what stands at its cell, what is refused."""

import io
import time
import uuid
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook
from pytest_django.asserts import assertContains, assertRedirects

from activity.models import LogEntry
from conftest import make_member
from core.tenancy import ALL, organization_scope
from evaluations import results
from evaluations.import_sheet import read_upload, title_from, weights_of_100
from evaluations.models import Candidate, Evaluation, Score, Scorecard, ScoreImport
from evaluations.scorecard_file import rank, read_scorecard
from evaluations.tests.test_scoring_at_once import at_once, client_of
from vendors.models import Vendor

SAMPLES = Path(__file__).parent / "samples"
NAMES = sorted(path.name for path in SAMPLES.iterdir())
URL = "/o/acme/evaluations/import/"
SMALL = b"Criterion,Weight,Northwind,Contoso\nQuality,60,3,4\nCost,40,5,2\n"


@pytest.fixture
def mia(manager) -> Client:
    return client_of(manager)


def upload(client: Client, data: bytes, name: str = "scores.csv", **fields):
    file = SimpleUploadedFile(name, data)
    return client.post(URL, {"file": file, "creation_key": uuid.uuid4().hex, **fields})


@organization_scope(ALL)
def newest() -> ScoreImport:
    return ScoreImport.objects.latest("pk")


def confirm(client: Client, row: ScoreImport):
    return client.post(f"{URL}{row.pk}/confirm/", {"version": row.version})


@organization_scope(ALL)
def imported(client: Client, data: bytes, name: str = "scores.csv", **fields) -> Evaluation:
    assert upload(client, data, name, **fields).status_code == 302
    row = newest()
    response = confirm(client, row)
    assert response.status_code == 302, response.content.decode()
    row.refresh_from_db()
    assert response.url == f"/o/acme/evaluations/{row.evaluation_id}/ranking/"
    return row.evaluation


@organization_scope(ALL)
def ranked(evaluation: Evaluation) -> dict[str, results.VendorResult]:
    return {line.candidate.name: line for line in results.ranking(evaluation).vendors}


def problem_at(response, cell: str, words: str) -> None:
    """The preview names the cell, says what is wrong, and offers no confirmation."""
    page = " ".join(response.content.decode().split())
    assert f'<th scope="row">{cell}</th>' in page, page
    assert words in page
    assert "Make it an evaluation" not in page


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
    assert evaluation.opened_at == evaluation.closed_at != None  # noqa: E711
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


# Refuses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "cell", "words"),
    [
        (b"Criterion,Acme,acme\nQuality,3,4\n", "C1", "This vendor stands in B1 already"),
        (b"Criterion,Weight,A,B\nQuality,60,3,4\nCost,50,3,4\n", "B2", "The weights don't add up"),
        (b"Criterion,A,B,C\nX,3,4,4\nY,3,40,1\n", "C3", "This mark is off the scale 0–5"),
        (b"Criterion,A,B\nX,3,good\nY,3,4\n", "C2", "isn't a number"),
        (b"Criterion,A-1,A 1\nX,3,4\n", "C1", "takes this for the same vendor as “A-1” in B1"),
        (b"Criterion,In-house,Stay in-house\nX,3,4\n", "C1", "This means doing it yourselves"),
        (b"Criterion,A,B\n" + b"X" * 101 + b",3,4\n", "A2", "at most 100 can be kept"),
        (b"Criterion,A," + b"B" * 201 + b"\nX,3,4\n", "C1", "at most 200 can be kept"),
        ("Criterion,A,B\u202eC\nX,3,4\n".encode(), "C1", "characters that can't be seen"),
        (
            b"Vendor,Criterion,Score,Comment\nA,X,3," + b"z" * 2001 + b"\n",
            "C2",
            "Shorten it.",
        ),
    ],
)
def test_a_problem_stands_at_its_cell_and_blocks(mia, data, cell, words):
    response = upload(mia, data)
    page = mia.get(response.url)
    problem_at(page, cell, words.replace("'", "&#x27;"))
    refused = confirm(mia, newest())
    assert refused.status_code == 422
    assertContains(refused, "Nothing was imported", status_code=422)
    with organization_scope(ALL):
        assert not Evaluation.objects.exists()
        assert not Vendor.objects.exists()


def wide(vendors: int, criteria: int) -> bytes:
    lines = [["Criterion", *(f"Vendor {v}" for v in range(vendors))]]
    lines += [[f"C{c}", *(str(v * c % 6) for v in range(vendors))] for c in range(criteria)]
    return "\n".join(map(",".join, lines)).encode()


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "scores.csv", "The file is empty."),
        (b"%PDF-1.7 ...", "scores.xlsx", "This is a PDF, not a spreadsheet."),
        (b"hello, world", "scores.csv", "No table of marks was found"),
        (SMALL, "scores.exe", "the name must end so"),
        (b"x" * (5 * 1024 * 1024 + 1), "scores.csv", "larger than 5 MB"),
        (wide(201, 2), "scores.csv", "201 vendors; at most 200"),
        (wide(2, 51), "scores.csv", "51 criteria; at most 50"),
        (b"1\n" * 150_001, "scores.csv", "at most 101,000 rows"),
    ],
)
def test_what_can_not_be_read_is_refused_at_the_form_and_the_rest_kept(mia, data, name, words):
    response = upload(mia, data, name, title="Our choice", scale="1-10")
    assertContains(response, words, status_code=422)
    assertContains(response, 'value="Our choice"', status_code=422)
    assertContains(response, '<option value="1-10" selected>', status_code=422)
    with organization_scope(ALL):
        assert not ScoreImport.objects.exists()


def test_no_file_and_an_unknown_scale_are_refused(mia):
    response = mia.post(URL, {"scale": "3-4"})
    assertContains(response, "Choose a file first.", status_code=422)
    assertContains(response, "Choose one of the scales", status_code=422)
    assert mia.post(URL).status_code == 422


@pytest.mark.parametrize("seed", range(12))
def test_no_bytes_break_it(mia, seed):
    """Damaged files: said in words, at the form or in the preview, never an error of ours."""
    data = bytearray((SAMPLES / NAMES[seed % 3]).read_bytes())
    for step in range(1, 30):
        data[(seed * 7919 + step * 104_729) % len(data)] = (seed * 31 + step * 17) % 256
    response = upload(mia, bytes(data), NAMES[seed % 3])
    assert response.status_code in {302, 422}
    if response.status_code == 302:
        assert mia.get(response.url).status_code == 200
        assert confirm(mia, newest()).status_code in {302, 422}


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


# Size -----------------------------------------------------------------------------------------------


def test_the_preview_asks_a_constant_number_of_queries(mia, django_assert_num_queries):
    counts = []
    for data in (SMALL, wide(40, 20)):
        url = upload(mia, data).url
        mia.get(url)
        with django_assert_num_queries(6, exact=False) as asked:
            mia.get(url)
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]


def test_the_largest_sheet_is_read_and_imported_in_seconds(mia):
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Criterion", "Weight", *(f"Vendor {v}" for v in range(200))])
    for c in range(50):
        sheet.append([f"C{c}", 2, *(v * c % 6 for v in range(200))])
    data = io.BytesIO()
    book.save(data)
    start = time.monotonic()
    evaluation = imported(mia, data.getvalue(), "big.xlsx")
    assert time.monotonic() - start < 30
    with organization_scope(ALL):
        assert Score.objects.filter(scorecard__evaluation=evaluation).count() == 10_000


def test_more_cells_than_are_read_while_one_waits_are_refused(mia):
    row = ",".join(["5"] * 16)
    response = upload(mia, f"{row}\n".encode() * 9_400)
    assertContains(response, "more than 150,000 filled cells", status_code=422)


# Figures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shares", "weights"),
    [
        (["0.32", "0.68"], ["32", "68"]),
        (["0.12345", "0.87655"], ["12.345", "87.655"]),
        ([Decimal(1) / 3] * 3, ["33.334", "33.333", "33.333"]),
        ([Decimal(1) / 7] * 7, ["14.286"] * 5 + ["14.285"] * 2),
        (["1"], ["100"]),
        (["0", "1"], ["0", "100"]),
        ([], []),
    ],
)
def test_weights_add_to_exactly_100(shares, weights):
    found = weights_of_100([Decimal(share) for share in shares])
    assert found == [Decimal(weight) for weight in weights]


def test_the_preview_ranks_the_figures_that_are_stored(mia):
    data = b"Vendor,X,Y,Z\nA,1.23456789,2,5\nB,4,3.3333333,1\n"
    page = mia.get(upload(mia, data).url)
    assertContains(page, "2 marks have more than four decimals")
    lines = {line["name"]: line["total"] for line in newest().summary["lines"]}
    confirm(mia, newest())
    with organization_scope(ALL):
        found = ranked(Evaluation.objects.get())
    assert {name: line.total for name, line in found.items()} == pytest.approx(lines, abs=1e-9)


def test_a_line_break_in_a_heading_becomes_a_space():
    book = Workbook()
    book.active.append(["Criterion", "North\nwind", "Contoso"])
    book.active.append(["Total\ncost", 3, 4])
    data = io.BytesIO()
    book.save(data)
    file = read_upload(data.getvalue(), "a.xlsx")
    assert file.errors == ()


def test_titles_from_file_names():
    assert title_from("Help_desk  scores.v2.xlsx") == "Help desk scores.v2"
    assert title_from("___.csv") == "Imported scorecard"
