"""What is wrong with an uploaded spreadsheet stands at its cell or at the form; how large one may be."""

import io
import time
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from openpyxl import Workbook
from pytest_django.asserts import assertContains

from core.tenancy import ALL, organization_scope
from evaluations.import_sheet import (
    marks_of,
    read_upload,
    shown,
    summary_of,
    title_from,
    unfit_texts,
    weights_of_100,
)
from evaluations.models import Evaluation, Score, ScoreImport
from evaluations.tests.importing import (
    NAMES,
    SAMPLES,
    SMALL,
    URL,
    confirm,
    imported,
    newest,
    problem_at,
    ranked,
    upload,
    wide,
)
from evaluations.tests.test_scoring_at_once import client_of
from vendors.models import Vendor


@pytest.fixture
def mia(manager) -> Client:
    return client_of(manager)


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


def test_two_names_of_one_vendor_are_one_too_many(mia, acme):
    with organization_scope(ALL):
        Vendor.objects.create(organization=acme, trading_name="North", legal_name="Northwind Inc")
    page = mia.get(upload(mia, b"Criterion,North,Northwind Inc\nQuality,3,4\n").url)
    problem_at(page, "C1", "In the register this is the same vendor (“North”) as “North” in B1")
    assert confirm(mia, newest()).status_code == 422


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_what_no_database_keeps_is_refused_at_its_cell(text):
    file = read_upload(b"Vendor,Criterion,Score,Comment\nNorthwind,Quality,4,fine\n", "scores.csv")
    odd = replace(
        file,
        vendors=(replace(file.vendors[0], name=text),),
        marks=(replace(file.marks[0], comment=text),),
    )
    assert [problem.cell for problem in unfit_texts(odd)] == ["A2", "C2"]
    faulty = replace(odd, problems=tuple(unfit_texts(odd)))
    summary = summary_of(faulty)
    assert [value for _, value, _ in summary["errors"]] == [shown(text)] * 2
    assert marks_of(faulty) == []


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
