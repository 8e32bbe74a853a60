"""Papers of a contract: kept whole or not at all, renewed, put away, found, and handed out as downloads only."""

import contextlib
import resource
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import LogEntry
from contracts.actions.documents import add_document
from contracts.actions.refusals import NotFit
from contracts.models import Amendment, Contract, Document
from contracts.tests.papers import docx, file, make_contract, packed, pdf, png
from core.files import store, undone_on_failure
from core.tenancy import ALL, organization_scope
from core.upload_handlers import NO_ROOM, LimitedUploadHandler
from core.uploads import MAX_BYTES

pytestmark = pytest.mark.usefixtures("files", "woken")
KEY = "8c8b0b7e-7f0e-4c4e-9d57-3a3a3a3a3a3a"


@pytest.fixture
def contract(manager) -> Contract:
    return make_contract(manager)


def url(contract: Contract, what: str = "") -> str:
    return f"/o/{contract.organization.slug}/contracts/{contract.pk}/documents/{what}"


def upload(client, contract: Contract, upload: Any = None, to: str = "add/", **body: Any) -> Any:
    body = {"kind": "contract", "file": upload or file(), **body}
    return client.post(url(contract, to), body)


def rows() -> list[Document]:
    with organization_scope(ALL):
        return list(Document.objects.select_related("contract", "organization").order_by("pk"))


def on_disk(files: Path) -> list[Path]:
    return sorted(path for path in files.rglob("*") if path.is_file())


def told(verb: str) -> list[tuple[dict, dict]]:
    with organization_scope(ALL):
        lines = LogEntry.objects.filter(verb=f"contract.document_{verb}").order_by("pk")
        return [(line.before, line.after) for line in lines]


# Kept -----------------------------------------------------------------------------------------------


def test_uploaded_and_handed_out(client, signed_in, contract, files, woken):
    content = pdf("Signed by both")
    name = "Vertrag Müller & Söhne 契約.pdf"
    response = upload(client, contract, file(name, content), title="", is_signed_copy="on")
    assertRedirects(response, url(contract))
    [row] = rows()
    assert (row.title, row.kind, row.is_signed_copy, row.number) == (name, "contract", True, 1)
    assert (row.filename, row.content_type, row.size) == (name, "application/pdf", len(content))
    assert (row.text_state, woken) == (
        "waiting",
        [("contracts.document_tasks.read_document", row.pk)],
    )
    [path] = on_disk(files)
    assert path.relative_to(files).as_posix() == row.stored_as
    assert path.parent.name == f"org-{row.organization_id}"
    assert (path.suffix, path.stat().st_mode & 0o777) == ("", 0o600)
    assert told("added")[0][1]["file"] == name

    got = client.get(url(contract, f"{row.pk}/file/"))
    assert b"".join(got) == content
    assert {name: got[name] for name in (
        "Content-Type", "Content-Length", "Content-Security-Policy", "X-Content-Type-Options",
        "Cache-Control",
    )} == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(content)),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
    }  # fmt: skip
    assert got["Content-Disposition"] == (
        "attachment; filename*=utf-8''"
        "Vertrag%20M%C3%BCller%20%26%20S%C3%B6hne%20%E5%A5%91%E7%B4%84.pdf"
    )


def test_sent_twice_it_is_there_once(client, signed_in, contract, files):
    for _ in range(2):
        assertRedirects(upload(client, contract, creation_key=KEY), url(contract))
    assert len(rows()) == len(on_disk(files)) == len(told("added")) == 1


def test_it_may_belong_to_an_amendment_of_this_contract_only(client, signed_in, manager, contract):
    def amendment(of: Contract) -> Amendment:
        with organization_scope(ALL):
            return Amendment.objects.create(
                organization=of.organization, contract=of, number=1, title="x", created_by=manager
            )

    ours, theirs = amendment(contract), amendment(make_contract(manager))
    wrong = upload(client, contract, amendment=theirs.pk)
    assertContains(wrong, "Select a valid choice", status_code=422)
    upload(client, contract, amendment=ours.pk)
    assert [row.amendment_id for row in rows()] == [ours.pk]
    assertContains(client.get(url(contract)), "of Amendment 1: x")


def test_the_action_refuses_it_as_well(manager, contract):
    theirs = make_contract(manager)
    with organization_scope(ALL):
        amendment = Amendment(organization=theirs.organization, contract=theirs)
        with pytest.raises(NotFit, match="another contract"):
            add_document(
                contract=contract, values={"amendment": amendment}, by=manager, creation_key=KEY
            )


def test_versions_of_a_paper_stay_together(client, signed_in, contract, files):
    upload(client, contract, title="The contract")
    [first] = rows()
    response = upload(client, contract, file("v2.pdf"), f"{first.pk}/renew/", is_signed_copy="on")
    assertRedirects(response, url(contract))
    upload(client, contract, file("v3.pdf"), f"{first.pk}/renew/", creation_key=KEY)
    upload(client, contract, file("v3.pdf"), f"{first.pk}/renew/", creation_key=KEY)
    assert [(row.paper, row.number, row.title, row.kind, row.is_signed_copy) for row in rows()] == [
        (first.paper, 1, "The contract", "contract", False),
        (first.paper, 2, "The contract", "contract", True),
        (first.paper, 3, "The contract", "contract", False),
    ]
    page = client.get(url(contract))
    assert [[row.number for row in paper] for paper in page.context["papers"]] == [[3, 2, 1]]
    assertContains(page, "Older versions: 2")
    assert len(on_disk(files)) == 3


def test_marked_removed_and_restored(client, signed_in, contract, files):
    upload(client, contract, title="The contract")
    [row] = rows()
    client.post(url(contract, f"{row.pk}/signed/"), {"signed": "yes"})
    client.post(url(contract, f"{row.pk}/signed/"), {"signed": "yes"})
    assert (rows()[0].is_signed_copy, len(told("marked_signed"))) == (True, 1)
    client.post(url(contract, f"{row.pk}/signed/"), {"signed": "no"})
    assert (rows()[0].is_signed_copy, len(told("unmarked_signed"))) == (False, 1)

    page = client.post(url(contract, f"{row.pk}/remove/"), follow=True)
    assertContains(page, "Removed: 1")
    assert page.context["papers"] == []
    refused = upload(client, contract, to=f"{row.pk}/renew/")
    assertContains(refused, "This paper was removed meanwhile", status_code=422)
    client.post(url(contract, f"{row.pk}/remove/"))
    assert (len(on_disk(files)), len(told("removed"))) == (1, 1)
    page = client.post(url(contract, f"{row.pk}/restore/"), follow=True)
    client.post(url(contract, f"{row.pk}/restore/"))
    assert page.context["papers"] == [[row]]
    assert told("restored") == [
        ({}, {"paper": "The contract", "version": 1, "file": "contract.pdf"})
    ]


# Refused --------------------------------------------------------------------------------------------

HTML = b"<html><script>alert(document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BOMB = docx("a", **{"word/media/a.bin": b"\0" * 60_000_000})


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("contract.pdf", HTML, "it looks like a web page"),
        ("logo.svg", SVG, "an SVG drawing can hold scripts"),
        ("logo.png", SVG, "it looks like a drawing with code"),
        ("bomb.docx", BOMB, "unpacks to more than a hundred times its size"),
        ("many.docx", packed({str(n): "" for n in range(2001)}), "more than 2,000 parts"),
        ("macro.docx", docx("a", **{"word/vbaProject.bin": b"x"}), "holds macros"),
        ("x.pdf.exe", pdf("a"), "is not kept"),
        ("empty.pdf", b"", "is empty"),
        ("a" * 210 + ".pdf", pdf("a"), "214 characters"),
        ("<img src=x onerror=alert(1)>.pdf", HTML, "is called a PDF"),
        ("half.png", png()[:-4], "whose end is missing"),
    ],
)
def test_attacks_stand_at_the_field_and_leave_nothing(
    client, signed_in, contract, files, name, content, words
):
    response = upload(client, contract, file(name, content), title="Kept title")
    assertContains(response, words, status_code=422)
    assert list(response.context["form"].errors) == ["file"]
    assertContains(response, 'value="Kept title"', status_code=422)
    assertNotContains(response, "<img src=x", status_code=422)
    assert (rows(), on_disk(files), told("added")) == ([], [], [])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../../etc/cron.d/x.pdf", "x.pdf"),
        ("..\\..\\windows\\x.pdf", "x.pdf"),
        ("/etc/x.pdf", "x.pdf"),
        ("x\u202efdp.exe.pdf".replace(".exe", ""), "xfdp.pdf"),
        ("x%00.pdf", "x%00.pdf"),
    ],
)
def test_a_path_in_the_name_is_left_out(client, signed_in, contract, files, sent, kept):
    content = b"\r\n".join(
        [
            b"--x",
            b'Content-Disposition: form-data; name="kind"\r\n\r\ncontract',
            b"--x",
            f'Content-Disposition: form-data; name="file"; filename="{sent}"\r\n'.encode(),
            pdf("a"),
            b"--x--\r\n",
        ]
    )
    client.post(url(contract, "add/"), content, content_type="multipart/form-data; boundary=x")
    [row] = rows()
    assert row.filename == kept
    assert on_disk(files) == [files / row.stored_as]


@contextlib.contextmanager
def disk_full(at: int = 2 * 2**20):
    """No file of this process may grow beyond so many bytes: writing fails as on a full disk."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


class Endless:
    """So many bytes from a stranger, made while they are read."""

    def __init__(self, size: int) -> None:
        head = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="big.pdf"\r\n\r\n%PDF-'
        )
        self.parts = [head, *([b"0" * 2**20] * (size // 2**20)), b"\r\n--x--\r\n"]
        self.length = sum(map(len, self.parts))
        self.rest = b""

    def read(self, size: int = -1) -> bytes:
        if not self.rest and self.parts:
            self.rest = self.parts.pop(0)
        found, self.rest = self.rest[:size], self.rest[size:]
        return found

    readline = read

    def __len__(self) -> int:
        return self.length


def test_a_hundred_megabytes_are_refused_without_being_kept(client, signed_in, contract, files):
    body = Endless(100 * 2**20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    environment = {
        "wsgi.input": body,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }
    with disk_full(at=MAX_BYTES + 1):  # not even the temporary file is larger
        response = client.generic("POST", url(contract, "add/"), **environment)
    assertContains(response, "has 100 MB; at most 20 MB can be kept", status_code=422)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # kilobytes
    assert (rows(), on_disk(files)) == ([], [])


@pytest.mark.parametrize("size", [2_200_000, 5_000_000])
def test_a_full_disk_is_told_and_leaves_nothing(client, signed_in, contract, files, size):
    content = pdf("a" * size)
    client.get(url(contract))  # the session is written once; it may be on the same disk
    with disk_full():
        response = upload(client, contract, file("x.pdf", content))
    assertContains(response, "othing was kept", status_code=422)
    assert list(response.context["form"].errors) == ["file"]
    assert (rows(), on_disk(files)) == ([], [])
    upload(client, contract, file("x.pdf", content))
    assert len(rows()) == len(on_disk(files)) == 1


def test_no_temporary_file_can_be_made(client, signed_in, contract, files, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "gone")
    response = upload(client, contract, file("x.pdf", pdf("a" * 3_000_000)))
    assertContains(response, "no room left for files", status_code=422)
    assert (rows(), on_disk(files)) == ([], [])


def test_the_last_piece_does_not_fit():
    handler = LimitedUploadHandler()
    handler.new_file("file", "x.pdf", "application/pdf", None)
    with disk_full(at=10):
        handler.receive_data_chunk(b"0" * 100, 0)  # still in memory
        found = handler.file_complete(100)
    assert (found.problem, found.size) == (NO_ROOM, 100)


def test_rolled_back_from_outside_the_file_goes_as_well(contract, files):
    @undone_on_failure
    def act() -> None:
        store(file(), contract.organization_id)
        with transaction.atomic(savepoint=False):
            raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        act()
    assert on_disk(files) == []


def test_a_commit_without_an_answer_leaves_the_file(contract, files):
    """It may have happened: a file without a row is found by check_files, a row without a file is a loss."""

    def away(*words: Any) -> None:
        raise OperationalError("the server closed the connection unexpectedly")

    @undone_on_failure
    def act() -> None:
        store(file(), contract.organization_id)
        raise OperationalError("the server closed the connection unexpectedly")

    with connection.execute_wrapper(away), pytest.raises(OperationalError):
        act()
    assert len(on_disk(files)) == 1


@pytest.mark.django_db(transaction=True)
def test_broken_in_between_leaves_neither_row_nor_file(
    client, signed_in, contract, files, monkeypatch
):
    """Once the file is written, something breaks before the commit; then at the commit itself."""

    def breaks(**words: Any) -> None:
        assert len(on_disk(files)) == 1
        raise IntegrityError("broken on purpose")

    with monkeypatch.context() as patch:
        patch.setattr("activity.log.record", breaks)
        with pytest.raises(IntegrityError):
            upload(client, contract)
    assert (rows(), on_disk(files)) == ([], [])

    def breaks_at_commit(self: Any) -> None:
        assert len(on_disk(files)) == 1
        raise IntegrityError("broken at the commit")

    with monkeypatch.context() as patch:
        patch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.commit", breaks_at_commit)
        with pytest.raises(IntegrityError):
            upload(client, contract)
    assert (rows(), on_disk(files)) == ([], [])


def test_so_many_and_no_more(client, signed_in, contract, files, monkeypatch):
    monkeypatch.setattr("contracts.actions.documents.MOST_DOCUMENTS", 1)
    upload(client, contract)
    response = upload(client, contract)
    assertContains(response, "can have 1 papers at most", status_code=422)
    assert len(on_disk(files)) == 1


# Whose they are -------------------------------------------------------------------------------------


def test_only_this_organization_gets_the_file(client, signed_in, viewer, outsider, contract):
    upload(client, contract)
    [row] = rows()
    address = url(contract, f"{row.pk}/file/")
    theirs = make_contract(outsider)
    client.force_login(outsider.user)
    assert client.get(address).status_code == 404
    assert client.get(url(theirs, f"{row.pk}/file/")).status_code == 404
    for what in ("renew/", "signed/", "remove/", "restore/"):
        assert client.post(url(theirs, f"{row.pk}/{what}")).status_code == 404
    client.force_login(viewer.user)
    assert b"".join(client.get(address)).startswith(b"%PDF-")
    page = client.get(url(contract))
    assertNotContains(page, "Upload a paper")
    assertNotContains(page, "/remove/")
    for what in ("add/", f"{row.pk}/renew/", f"{row.pk}/signed/", f"{row.pk}/remove/"):
        assert client.post(url(contract, what)).status_code == 403
    client.logout()
    assert client.get(address).url.startswith("/accounts/login/")
    assert [row.removed_at for row in rows()] == [None]


def test_of_another_contract_it_is_not_there(client, signed_in, manager, contract):
    upload(client, contract)
    other = make_contract(manager)
    assert client.get(url(other, f"{rows()[0].pk}/file/")).status_code == 404


def test_a_missing_file_is_told(client, signed_in, contract, files):
    upload(client, contract, title="The contract")
    [row] = rows()
    (files / row.stored_as).unlink()
    page = client.get(url(contract, f"{row.pk}/file/"), follow=True)
    assertContains(page, "The file of “The contract” is missing on the server.")


def test_nothing_serves_the_folder(client, signed_in, contract):
    upload(client, contract)
    [row] = rows()
    for address in (f"/{row.stored_as}", f"/static/{row.stored_as}", f"/files/{row.stored_as}"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 6])
def test_few_queries(client, signed_in, contract, django_assert_max_num_queries, count):
    for number in range(count):
        upload(client, contract, title=f"Paper {number}", creation_key=uuid.uuid4())
    with django_assert_max_num_queries(6):
        client.get(url(contract))
    with django_assert_max_num_queries(7):
        client.get(url(contract) + "?q=paper")


def test_an_empty_list_says_what_to_do(client, signed_in, contract):
    assertContains(client.get(url(contract)), "Upload the contract, its annexes")
