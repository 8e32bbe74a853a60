"""A vendor list from upload to register: looked at first, all or nothing, once however often it is sent."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Membership
from activity.actions import imports
from activity.models import Job
from core.imports import pages
from core.spreadsheets import write_csv, write_xlsx
from core.tenancy import ALL, organization_scope
from vendors import actions, tasks
from vendors.actions import VendorImporter
from vendors.models import Contact, Vendor, VendorImport, VendorImportChunk
from vendors.tests.builders import FULL, LIST, add, add_person, fresh, names, trail

IMPORT = f"{LIST}import/"
ROWS = [
    ["Since", "Supplier", "Homepage", "Country", "Contact person", "Mood"],
    ["2011", "Contoso", "contoso.example", "Germany", "Anna", "fine"],
    ["2012", "Fabrikam", "fabrikam.example", "IE", "", ""],
]


def upload(client, rows: list[list[Any]], name: str = "list.csv", **more: Any) -> Any:
    data = write_xlsx(rows, "List") if name.endswith("xlsx") else write_csv(rows)
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data), **more})


def only() -> VendorImport:
    with organization_scope(ALL):
        return VendorImport.objects.select_related("job", "organization").get()


@pytest.fixture
def signed_in(client, manager) -> Membership:
    client.force_login(manager.user)
    return manager


@pytest.fixture
def woken(monkeypatch) -> list[tuple[Any, ...]]:
    """The broker is down: nothing is sent, only noted."""
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr("core.jobs.wake", lambda *words: asked.append(words))
    return asked


@pytest.fixture
def few(monkeypatch) -> None:
    """Every list is a long one, in parts of two."""
    monkeypatch.setattr("activity.actions.imports.INLINE_ROWS", 0)
    monkeypatch.setattr("activity.actions.imports.CHUNK", 2)


# Upload and preview ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_looked_at_then_imported(client, signed_in, name):
    response = upload(client, ROWS, name)
    assertRedirects(response, f"{IMPORT}{only().pk}/")
    assert names() == []
    page = client.get(response.url)
    for text in ("2 new vendors to add", "https://contoso.example", "Germany", "“Mood” (F1)"):
        assertContains(page, text)
    done = client.post(response.url, follow=True)
    assertContains(done, "2 vendors added.")
    assert names() == ["Contoso", "Fabrikam"]
    with organization_scope(ALL):
        contoso = Vendor.objects.get(name="Contoso")
        assert (contoso.country, contoso.founded_year, contoso.status) == ("DE", 2011, "prospect")
        assert (contoso.name_key, contoso.website_key) == ("contoso", "contoso.example")
        assert list(Contact.objects.values_list("name", "is_main")) == [("Anna", True)]
        assert not VendorImportChunk.objects.exists()
    assert trail(contoso) == [
        (
            "Mia",
            "vendor.imported",
            {},
            {
                "legal_name": "Contoso",
                "website": "https://contoso.example",
                "country": "Germany",
                "founded_year": 2011,
                "contact": {"name": "Anna"},
            },
        )
    ]
    assert trail(only())[-1][1:] == (
        "vendor_list.imported",
        {},
        {"added": 2, "there already": 0},
    )


def test_problems_stand_at_their_cells_and_nothing_is_imported(client, signed_in):
    rows = [*ROWS, ["1066", "", "nowhere", "Narnia", "", ""]]
    page = client.get(upload(client, rows).url)
    for text in ("4 cells can’t be used", "A4", "B4", "C4", "D4", "Narnia", "To be corrected"):
        assertContains(page, text)
    assertNotContains(page, "Add 2 vendors")
    again = client.post(f"{IMPORT}{only().pk}/")
    assertContains(again, "Nothing was imported, because some cells are wrong", status_code=422)
    assert names() == []


def test_duplicates_are_left_out_with_the_reason(client, signed_in):
    add(signed_in, **FULL)
    rows = [
        ["Legal name", "Website", "Registration number"],
        ["NORTHWIND", "", ""],
        ["Other name", "http://northwind.example/about", ""],
        ["Third name", "", "ie512345"],
        ["New", "new.example", "N-1"],
        ["Also new", "https://www.new.example", ""],
        ["NEW.", "", ""],
        ["Really new", "", ""],
    ]
    page = client.get(upload(client, rows).url)
    for text in (
        "2 new vendors to add; 5 rows left out",
        "“Northwind” is in the register already, with the same name.",
        "“Northwind” is in the register already, with the same website.",
        "“Northwind” is in the register already, with the same registration number.",
        "The same website as in row 5 of this file.",
        "The same name as in row 5 of this file.",
    ):
        assertContains(page, text)
    client.post(f"{IMPORT}{only().pk}/")
    assert names() == ["Northwind", "New", "Really new"]
    assert (only().added, only().skipped) == (2, 5)


def test_an_archived_vendor_is_there_too_and_a_foreign_one_is_not(client, signed_in, outsider):
    vendor = add(signed_in, "Contoso")
    add(outsider, "Fabrikam")
    with organization_scope(ALL):
        actions.archive_vendor(vendor=vendor, by=signed_in)
    upload(client, ROWS)
    assert (only().new_count, only().there_count) == (1, 1)


def test_the_same_file_again_adds_nothing_and_says_so(client, signed_in):
    client.post(upload(client, ROWS).url)
    page = client.get(upload(client, ROWS).url)
    assertContains(page, "Nothing to add: every vendor in this file is in the register already.")
    assertContains(page, "This very file was imported")
    assertNotContains(page, "Choose what")
    done = client.post(page.request["PATH_INFO"], follow=True)
    assertContains(done, "Nothing added: every vendor was in the register already.")
    assert len(names()) == 2


def test_confirmed_twice_it_is_imported_once(client, signed_in):
    address = upload(client, ROWS).url
    for _ in range(2):
        assertRedirects(client.post(address), f"{address}progress/")
    assertRedirects(client.get(address), f"{address}progress/")
    assert len(names()) == 2
    assert [line[1] for line in trail(only())] == ["vendor_list.imported"]


def test_two_uploads_of_one_file_confirmed_both_add_it_once(client, signed_in):
    first, second = upload(client, ROWS).url, upload(client, ROWS).url
    client.post(first)
    client.post(second)
    assert len(names()) == 2


def test_sent_twice_it_is_kept_once(client, signed_in):
    key = uuid.uuid4()
    assert upload(client, ROWS, creation_key=key).url == upload(client, ROWS, creation_key=key).url


def test_what_is_exported_is_all_there_when_imported(client, signed_in):
    northwind = add(signed_in, **{**FULL, "inside_owner": signed_in})
    add_person(signed_in, northwind, "Nora", email="nora@a.example")
    add(signed_in, "=1+1")
    add(signed_in, "'quoted'")
    add(signed_in, "Böse „Zeichen“; mit, allem\u2003")
    for kind in ("csv", "xlsx"):
        data = client.get(f"{LIST}export/?format={kind}").content
        file = SimpleUploadedFile(f"v.{kind}", data)
        page = client.get(client.post(IMPORT, {"file": file}).url)
        assertContains(page, "Nothing to add: every vendor in this file")
        assertNotContains(page, "Not read")


def test_an_export_makes_the_same_vendor_elsewhere(client, signed_in, outsider):
    values = {**FULL, "notes": "Two\nlines, =not a formula"}
    add_person(signed_in, add(signed_in, **values), "Nora", phone="+353 1")
    data = client.get(f"{LIST}export/?format=xlsx").content
    client.force_login(outsider.user)
    there = IMPORT.replace("acme", "globex")
    client.post(client.post(there, {"file": SimpleUploadedFile("v.xlsx", data)}).url)
    with organization_scope(ALL):
        vendor = Vendor.objects.get(organization=outsider.organization)
        assert {name: getattr(vendor, name) for name in values} == values
        assert list(vendor.contacts.values_list("name", "phone")) == [("Nora", "+353 1")]


def test_an_owner_inside_is_found_by_name(client, signed_in, viewer):
    upload(client, [["Vendor", "Owner"], ["Contoso", "VIK"]])
    assertContains(client.get(f"{IMPORT}{only().pk}/"), "Vik")
    client.post(f"{IMPORT}{only().pk}/")
    with organization_scope(ALL):
        assert Vendor.objects.get().inside_owner == viewer


def test_pages_of_the_preview(client, signed_in, monkeypatch):
    upload(client, [["Vendor"], *([f"Vendor {number}"] for number in range(620))])
    address = f"{IMPORT}{only().pk}/"
    assertContains(client.get(f"{address}?page=12"), "Vendor 599")
    assertContains(client.get(f"{address}?page=13"), "Vendor 619")
    for junk in ("0", "x", "9" * 40):
        assert client.get(f"{address}?page={junk}").status_code == 200
    part = client.get(f"{address}?page=2", headers={"HX-Request": "true"}).content.decode().strip()
    assert part.startswith('<div id="rows">')
    assert part in client.get(f"{address}?page=2").content.decode()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("list.csv", b"", "The file is empty"),
        ("list.csv", b"\x00\x01\x02", "holds bytes that no text file has"),
        ("list.pdf", b"%PDF-1.7 ...", "This is a PDF"),
        ("list.xlsx", b"PK\x03\x04broken", "damaged"),
        ("list.csv", b"Colour\nred\n", "No column holds the vendors"),
        ("list.csv", b"Vendor\n", "There is no vendor below"),
        ("list.csv", b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        ("list.csv", b"Vendor\n" + b"x\n" * 20_001, "at most 20,000 rows"),
    ],
)
def test_what_can_not_be_read_is_refused_at_the_file(client, signed_in, name, data, message):
    response = client.post(IMPORT, {"file": SimpleUploadedFile(name, data)})
    assertContains(response, message, status_code=422)
    with organization_scope(ALL):
        assert not VendorImport.objects.exists()


def test_without_a_file_it_asks_for_one(client, signed_in):
    assertContains(client.post(IMPORT, {}), "Choose a file first", status_code=422)


def test_a_template_can_be_downloaded_and_read_again(client, signed_in):
    data = client.get(f"{IMPORT}template/").content
    client.post(IMPORT, {"file": SimpleUploadedFile("template.csv", data)})
    assert (only().problem_count, only().new_count) == (0, 1)


def test_uploads_that_nobody_confirmed_are_forgotten(client, signed_in):
    upload(client, ROWS)
    with organization_scope(ALL):
        VendorImport.objects.update(created_at=timezone.now() - dt.timedelta(days=3))
    old = only().pk
    upload(client, ROWS)
    assert only().pk != old


# Long lists -----------------------------------------------------------------------------------------


def test_a_long_list_is_a_job_whose_progress_is_seen(client, signed_in, few, woken):
    address = upload(client, ROWS).url
    assertRedirects(client.post(address), f"{address}progress/")
    assert names() == []
    assert woken == [("vendors.tasks.import_vendors", only().pk)]
    progress = f"{address}progress/"
    assertContains(client.get(progress), "Waiting for its turn")
    cache.set(pages.progress_key(only()), 1)
    part = client.get(progress, headers={"HX-Request": "true"}).content.decode().strip()
    assert part.startswith('<div id="progress"')
    assert "1 of 2" in part
    assert "every 1s" in part
    assert part in client.get(progress).content.decode()
    tasks.import_vendors(only().pk)
    assert names() == ["Contoso", "Fabrikam"]
    end = client.get(progress, headers={"HX-Request": "true"}).content.decode()
    assert "2 vendors added." in end
    assert "every 1s" not in end
    assert (only().job.state, only().job.total) == (Job.State.DONE, 2)


def test_confirmed_twice_there_is_one_job_and_it_runs_once(client, signed_in, few, woken):
    address = upload(client, ROWS).url
    client.post(address)
    client.post(address)
    assert len(woken) == 1
    for _ in range(2):
        tasks.import_vendors(only().pk)
    assert len(names()) == 2
    assert [line[1] for line in trail(only())] == ["vendor_list.imported"]


def test_a_lost_wake_up_is_made_good(client, signed_in, few, woken):
    client.post(upload(client, ROWS).url)
    tasks.resume_imports()
    assert names() == []
    with organization_scope(ALL):
        Job.objects.update(created_at=timezone.now() - dt.timedelta(minutes=1))
    tasks.resume_imports()
    assert len(names()) == 2
    tasks.resume_imports()
    assert len(names()) == 2


def test_a_crash_in_the_middle_leaves_nothing_and_can_be_started_again(
    client, signed_in, few, woken, monkeypatch
):
    address = upload(client, [*ROWS, ["2013", "Tailspin", "", "", "", ""]]).url
    client.post(address)
    real = actions.importing._vendor

    def breaks(values: Any, by: Membership) -> Vendor:
        if values["legal_name"] == "Tailspin":
            raise RuntimeError("as if the memory were full")
        return real(values, by)

    with monkeypatch.context() as patch:
        patch.setattr("vendors.actions.importing._vendor", breaks)
        with pytest.raises(RuntimeError):
            tasks.import_vendors(only().pk)
    assert names() == []
    assert only().imported_at is None
    assertContains(client.get(f"{address}progress/"), "Something went wrong on our side")
    assertContains(client.get(address), "The last attempt did not work.")
    client.post(address)
    tasks.import_vendors(only().pk)
    assert names() == ["Contoso", "Fabrikam", "Tailspin"]


def test_who_lost_the_right_meanwhile_does_not_import(client, signed_in, few, woken):
    address = upload(client, ROWS).url
    client.post(address)
    Membership.objects.filter(pk=signed_in.pk).update(role="viewer")
    tasks.import_vendors(only().pk)
    assert names() == []
    assert only().job.state == Job.State.FAILED
    assert "may not change vendors any more" in only().job.message


def test_while_another_import_runs_this_one_waits(client, signed_in, few, woken, monkeypatch):
    client.post(upload(client, ROWS).url)

    def busy(importer: Any, by: Membership) -> None:
        raise imports.ImportBusy

    with monkeypatch.context() as patch:
        patch.setattr("activity.actions.imports._one_at_a_time", busy)
        tasks.import_vendors(only().pk)
    assert only().job.state == Job.State.WAITING
    tasks.import_vendors(only().pk)
    assert len(names()) == 2


def test_a_short_list_says_when_it_has_to_wait(client, signed_in, monkeypatch):
    address = upload(client, ROWS).url

    def busy(importer: Any, by: Membership) -> None:
        raise imports.ImportBusy

    monkeypatch.setattr("activity.actions.imports._one_at_a_time", busy)
    assertContains(client.post(address), "Another import is running", status_code=422)


def test_what_was_added_since_the_preview_is_left_out(client, signed_in):
    address = upload(client, ROWS).url
    add(signed_in, "contoso")
    client.post(address)
    assert names() == ["contoso", "Fabrikam"]
    assert (only().added, only().skipped) == (1, 1)


def test_many_parts_come_in_as_one(client, signed_in, few, woken):
    rows = [["Vendor"], *([f"Vendor {number}"] for number in range(7)), ["vendor 0"]]
    client.post(upload(client, rows).url)
    tasks.import_vendors(only().pk)
    assert names() == [f"Vendor {number}" for number in range(7)]
    assert (only().added, only().skipped) == (7, 1)
    assert pages.rows_imported(only()) == 8


def test_what_is_done_does_not_fail_any_more(client, signed_in, few, woken):
    client.post(upload(client, ROWS).url)
    tasks.import_vendors(only().pk)
    with organization_scope(ALL):
        imports.fail_list(importer=VendorImporter, upload=only(), message="too late", by=signed_in)
    assert (only().job.state, only().job.message) == (Job.State.DONE, "")


def test_a_name_that_two_people_have_means_nobody(client, signed_in, viewer, evaluator):
    for member in (viewer, evaluator):
        member.user.name = "Sam"
        member.user.save()
    page = client.get(upload(client, [["Vendor", "Owner"], ["Contoso", "Sam"]]).url)
    assertContains(page, "“Sam” is not one person of your organization")


def test_an_import_that_is_gone_is_nothing_to_do(db):
    tasks.import_vendors(12345)


# Rights ---------------------------------------------------------------------------------------------


def test_who_may(client, manager, viewer, evaluator, outsider):
    client.force_login(manager.user)
    upload(client, ROWS)
    pages = [
        IMPORT,
        f"{IMPORT}template/",
        f"{IMPORT}{only().pk}/",
        f"{IMPORT}{only().pk}/progress/",
    ]
    for page in pages:
        client.logout()
        assertRedirects(client.get(page), f"/accounts/login/?next={page}")
        for member, status in ((viewer, 403), (evaluator, 403), (outsider, 404)):
            client.force_login(member.user)
            assert client.get(page).status_code == status
            assert client.post(page).status_code == status
    client.force_login(outsider.user)
    for page in pages[2:]:
        assert client.get(page.replace("acme", "globex")).status_code == 404
        assert client.post(page.replace("acme", "globex")).status_code == 404
    assert names() == []


def test_not_started_there_is_no_progress(client, signed_in):
    address = upload(client, ROWS).url
    assertRedirects(client.get(f"{address}progress/"), address)
    assert fresh(only()).imported_at is None
