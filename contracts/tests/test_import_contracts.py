"""A list of contracts from upload to register: looked at first, all or nothing, once however often sent."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Membership
from activity.models import Job, LogEntry, WatchedDate
from contracts import import_tasks
from contracts.models import Contract, ContractImport, ContractImportChunk, ContractTerms, PriceLine
from contracts.tests.register_rows import LIST, add, vendor_of
from core.spreadsheets import write_csv, write_xlsx
from core.tenancy import ALL, organization_scope
from vendors.models import Vendor

IMPORT = f"{LIST}import/"
HEAD = [
    "Title", "Supplier", "Reference", "Status", "Signed on", "Manager", "Start", "Term", "Renewal",
    "Renewal term", "Notice", "Monthly fee", "Services", "Mood",
]  # fmt: skip
DRAFT = ["Backup", "Northwind", "", "", "", "", "", "", "", "", "", "", "", "fine"]
RUNNING = [
    "Help desk", "Northwind", "C-17", "Signed", "2024-07-15", "Mia", "2024-08-01", "3 years",
    "automatic", "12", "3 months", "€1,200.00", "Help desk, Network", "",
]  # fmt: skip


def upload(client, rows: list[list[Any]], name: str = "list.csv", **more: Any) -> Any:
    data = write_xlsx(rows, "List") if name.endswith("xlsx") else write_csv(rows)
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data), **more})


def only() -> ContractImport:
    with organization_scope(ALL):
        return ContractImport.objects.select_related("job", "organization").get()


def titles() -> list[str]:
    with organization_scope(ALL):
        return list(Contract.objects.order_by("pk").values_list("title", flat=True))


@pytest.fixture
def signed_in(client, owner, manager) -> Membership:
    client.force_login(owner.user)
    vendor_of(owner, "Northwind")
    return owner


@pytest.fixture
def woken(monkeypatch) -> list[tuple[Any, ...]]:
    """Every list is a long one, in parts of two, and the broker is down: nothing is sent, only noted."""
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr("core.jobs.wake", lambda *words: asked.append(words))
    monkeypatch.setattr("activity.actions.imports.INLINE_ROWS", 0)
    monkeypatch.setattr("activity.actions.imports.CHUNK", 2)
    return asked


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_looked_at_then_imported(client, signed_in, manager, name, time_machine):
    time_machine.move_to(dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC), tick=False)
    response = upload(client, [HEAD, DRAFT, RUNNING], name)
    assertRedirects(response, f"{IMPORT}{only().pk}/")
    assert titles() == []
    page = client.get(response.url)
    for text in ("2 new contracts to add", "36 months", "Renews by itself", "3 months", "Mia"):
        assertContains(page, text)
    assertContains(page, "EUR\xa01,200 a month")
    assertContains(page, "“Mood” (N1)")
    assertContains(client.post(response.url, follow=True), "2 contracts added.")
    assert titles() == ["Backup", "Help desk"]
    with organization_scope(ALL):
        draft, running = Contract.objects.order_by("pk")
        assert (draft.stage, draft.manager, draft.signed_on) == ("draft", None, None)
        assert (running.stage, running.manager, running.signed_by) == ("signed", manager, signed_in)
        assert running.signed_on == dt.date(2024, 7, 15)
        assert running.starts_on == dt.date(2024, 8, 1)
        assert running.term_ends_on == dt.date(2027, 8, 1)
        assert running.notice_by_on == dt.date(2027, 5, 1)
        assert (running.yearly_cost, running.currency) == (Decimal(14400), "EUR")
        assert running.title_key == "help desk"
        terms = ContractTerms.objects.get(contract=running)
        assert (terms.number, terms.from_on) == (1, dt.date(2024, 8, 1))
        assert terms.agreed_at is not None
        assert ContractTerms.objects.get(contract=draft).agreed_at is None
        line = PriceLine.objects.get()
        assert (line.kind, line.amount, line.period) == ("flat", Decimal(1200), "month")
        watched = WatchedDate.objects.get(kind="contract.notice")
        assert (watched.kind, watched.target_id) == ("contract.notice", running.pk)
        assert (watched.due_on, watched.responsible) == (running.safe_notice_on, manager)
        vendor = Vendor.objects.get()
        assert (vendor.status, vendor.version) == ("active", 2)
        [line] = LogEntry.objects.filter(verb="vendor.changed", target_id=vendor.pk)
        assert (line.before, line.after) == ({"status": "Prospect"}, {"status": "Active"})
        assert not ContractImportChunk.objects.exists()
        [line] = LogEntry.objects.filter(verb="contract.imported", target_id=running.pk)
        assert (line.actor, line.after["reference"]) == (signed_in, "C-17")
        [line] = LogEntry.objects.filter(verb="contract_list.imported")
        assert line.after == {"added": 2, "there already": 0}


def test_problems_stand_at_their_cells_and_nothing_is_imported(client, signed_in):
    wrong = [
        "", "Unknown Ltd", "", "Terminated", "", "Nobody", "03/04/2026", "90 days", "", "", "3", "free",
    ]  # fmt: skip
    page = client.get(upload(client, [HEAD, RUNNING, wrong]).url)
    assertContains(page, "8 cells can’t be used")
    for text in ("A3", "B3", "D3", "F3", "G3", "H3", "K3", "L3", "may be 3 April or 4 March"):
        assertContains(page, text)
    again = client.post(f"{IMPORT}{only().pk}/")
    assertContains(again, "Nothing was imported, because some cells are wrong", status_code=422)
    assert titles() == []


def test_missing_vendors_are_added_once_if_that_is_wished(client, signed_in):
    rows = [["Title", "Vendor"], ["A", "Contoso"], ["B", "CONTOSO."], ["C", "Northwind"]]
    page = client.get(upload(client, rows).url)
    assertContains(page, "The register has no such vendor")
    with organization_scope(ALL):
        ContractImport.objects.all().delete()
    address = upload(client, rows, adds_vendors="on").url
    assertContains(client.get(address), "Vendors that the register does not have are added")
    client.post(address)
    assert titles() == ["A", "B", "C"]
    with organization_scope(ALL):
        names = Vendor.objects.order_by("pk").values_list("name", flat=True)
        assert list(names) == ["Northwind", "Contoso"]
        [line] = LogEntry.objects.filter(verb="contract_list.imported")
        assert line.after["vendors added"] == 1


def test_duplicates_are_left_out_with_the_reason(client, signed_in):
    add(signed_in, "Help desk", reference="C 17", starts_on=dt.date(2024, 8, 1))
    vendor_of(signed_in, "Contoso")
    rows = [
        ["Title", "Vendor", "Reference", "Start"],
        ["Other title", "Northwind", "c-17", ""],
        ["HELP DESK", "Northwind", "", "2024-08-01"],
        ["Help desk", "Northwind", "", "2025-08-01"],
        ["Help desk", "Contoso", "C-17", "2024-08-01"],
        ["Again", "Contoso", "C-17", ""],
        ["help desk", "Northwind", "", "1 August 2025"],
    ]
    page = client.get(upload(client, rows).url)
    for text in (
        "2 new contracts to add; 4 rows left out",
        "In the register already, with the same vendor and reference.",
        "In the register already, with the same vendor, title and start.",
        "The same vendor and reference as in row 5 of this file.",
        "The same vendor, title and start as in row 4 of this file.",
    ):
        assertContains(page, text)
    client.post(f"{IMPORT}{only().pk}/")
    assert (only().added, only().skipped, len(titles())) == (2, 4, 3)


def test_the_same_file_again_adds_nothing_and_says_so(client, signed_in):
    rows = [HEAD, DRAFT, RUNNING]
    address = upload(client, rows).url
    for _ in range(2):  # confirmed twice
        assertRedirects(client.post(address), f"{address}progress/")
    page = client.get(upload(client, rows).url)
    assertContains(page, "Nothing to add: every contract in this file is in the register already.")
    assertContains(page, "This very file was imported")
    key = uuid.uuid4()
    assert upload(client, rows, creation_key=key).url == upload(client, rows, creation_key=key).url
    assert len(titles()) == 2


def test_what_is_exported_is_all_there_when_imported(client, signed_in):
    client.post(upload(client, [HEAD, DRAFT, RUNNING]).url)
    for kind in ("csv", "xlsx"):
        data = client.get(f"{LIST}export/?format={kind}").content
        file = SimpleUploadedFile(f"c.{kind}", data)
        page = client.get(client.post(IMPORT, {"file": file}).url)
        assertContains(page, "Nothing to add: every contract in this file")
        assertNotContains(page, "Not read")


def test_an_export_makes_the_same_contracts_elsewhere(client, signed_in, outsider):
    client.post(upload(client, [HEAD, DRAFT, RUNNING]).url)
    data = client.get(f"{LIST}export/?format=xlsx").content
    outsider.user.name = "Mia"
    outsider.user.save()
    client.force_login(outsider.user)
    file = SimpleUploadedFile("c.xlsx", data)
    there = client.post(IMPORT.replace("acme", "globex"), {"file": file, "adds_vendors": "on"}).url
    client.post(there)
    same = (
        "title",
        "reference",
        "stage",
        "signed_on",
        "starts_on",
        "term_ends_on",
        "safe_notice_on",
    )
    same += ("yearly_cost", "currency", "services", "kind")
    with organization_scope(ALL):
        ours = Contract.objects.filter(organization=signed_in.organization)
        theirs = Contract.objects.filter(organization=outsider.organization)
        order = "title_key"
        assert list(theirs.order_by(order).values_list(*same)) == list(
            ours.order_by(order).values_list(*same)
        )


def test_a_long_list_is_a_job_whose_progress_is_seen(client, signed_in, woken):
    rows = [["Title", "Vendor"], *([f"Contract {at}", "Northwind"] for at in range(5))]
    address = upload(client, rows).url
    assertRedirects(client.post(address), f"{address}progress/")
    assert titles() == []
    assert woken == [("contracts.import_tasks.import_contracts", only().pk)]
    assertContains(client.get(f"{address}progress/"), "Waiting for its turn")
    for _ in range(2):
        import_tasks.import_contracts(only().pk)
    assert len(titles()) == 5
    assertContains(client.get(f"{address}progress/"), "5 contracts added.")
    assert only().job.state == Job.State.DONE


def test_a_lost_wake_up_is_made_good_and_a_crash_leaves_nothing(
    client, signed_in, woken, monkeypatch
):
    address = upload(client, [HEAD, DRAFT, RUNNING, ["Third", "Northwind"]]).url
    client.post(address)
    import_tasks.resume_contract_imports()
    assert titles() == []
    with organization_scope(ALL):
        Job.objects.update(created_at=timezone.now() - dt.timedelta(minutes=1))

    def breaks(rows: Any, today: Any) -> Any:
        if rows[0].title == "Third":
            raise RuntimeError("as if the memory were full")
        return []

    with monkeypatch.context() as patch:
        patch.setattr("contracts.dates.refresh_many", breaks)
        with pytest.raises(RuntimeError):
            import_tasks.resume_contract_imports()
    assert titles() == []
    assertContains(client.get(address), "The last attempt did not work.")
    client.post(address)
    import_tasks.import_contracts(only().pk)
    assert titles() == ["Backup", "Help desk", "Third"]


def test_a_manager_brings_in_drafts_only(client, signed_in, manager, owner, woken):
    client.force_login(manager.user)
    page = client.get(upload(client, [HEAD, RUNNING]).url)
    assertContains(page, "Only an Owner or Admin may bring in signed contracts")
    with organization_scope(ALL):
        ContractImport.objects.all().delete()
    client.force_login(owner.user)
    client.post(upload(client, [HEAD, RUNNING]).url)
    Membership.objects.filter(pk=owner.pk).update(role="manager")
    import_tasks.import_contracts(only().pk)
    assert titles() == []
    assert "may not bring in signed contracts" in only().job.message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda: Vendor.objects.update(name_key="x", legal_key="x"), "has no vendor “Northwind”"),
        (
            lambda: Membership.objects.filter(user__name="Mia").update(role="viewer"),
            "can&#x27;t run contracts any more",
        ),
    ],
)
def test_what_changed_since_the_preview_stops_it(client, signed_in, change, said):
    address = upload(client, [HEAD, RUNNING]).url
    with organization_scope(ALL):
        change()
    assertContains(client.post(address), said, status_code=422)
    assert titles() == []


def test_a_template_can_be_downloaded_and_read_again(client, signed_in):
    data = client.get(f"{IMPORT}template/").content
    file = SimpleUploadedFile("template.csv", data)
    client.post(IMPORT, {"file": file, "adds_vendors": "on"})
    assert (only().problem_count, only().new_count) == (0, 1)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty"),
        (b"%PDF-1.7 ...", "This is a PDF"),
        (b"Colour\nred\n", "No column holds the contracts"),
        (b"Title,Vendor\n", "There is no contract below"),
    ],
)
def test_what_can_not_be_read_is_refused_at_the_file(client, signed_in, data, message):
    response = client.post(IMPORT, {"file": SimpleUploadedFile("list.csv", data)})
    assertContains(response, message, status_code=422)


def test_who_may(client, manager, owner, viewer, evaluator, outsider):
    client.force_login(owner.user)
    vendor_of(owner, "Northwind")
    upload(client, [HEAD, DRAFT])
    pages = [
        IMPORT,
        f"{IMPORT}template/",
        f"{IMPORT}{only().pk}/",
        f"{IMPORT}{only().pk}/progress/",
    ]
    assertRedirects(client.get(pages[3]), pages[2])
    for page in pages:
        client.logout()
        assertRedirects(client.get(page), f"/accounts/login/?next={page}")
        for member, status in ((viewer, 403), (evaluator, 403), (outsider, 404)):
            client.force_login(member.user)
            assert client.get(page).status_code == status
            assert client.post(page).status_code == status
    for page in pages[2:]:
        assert client.get(page.replace("acme", "globex")).status_code == 404
        assert client.post(page.replace("acme", "globex")).status_code == 404
    assert titles() == []
