"""The text of papers: read in a process of its own with limits, found by search, shown where it stands."""

import datetime as dt
import io
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pypdf import PdfWriter
from pytest_django.asserts import assertContains, assertNotContains

from accounts import actions as accounts
from accounts.models import Organization
from contracts import document_tasks, file_text
from contracts.actions import documents as actions
from contracts.document_search import snippet
from contracts.file_text import BROKEN, LOCKED, NO_TEXT, SCAN, TOO_SLOW, Reading, read_apart
from contracts.models import Contract, Document
from contracts.tests.papers import docx, make_contract, odt, packed, pdf, xlsx
from contracts.tests.test_documents import rows, upload, url
from core.files import path_of
from core.tenancy import ALL, organization_scope
from core.uploads import check_upload

pytestmark = pytest.mark.usefixtures("files", "woken")


@pytest.fixture
def contract(manager) -> Contract:
    return make_contract(manager)


def put(client, contract: Contract, name: str, content: bytes) -> Document:
    upload(client, contract, named(name, content))
    return rows()[-1]


def named(name: str, content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


# Reading --------------------------------------------------------------------------------------------


def locked() -> bytes:
    writer, out = PdfWriter(io.BytesIO(pdf("Secret"))), io.BytesIO()
    writer.encrypt("opensesame", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "content", "reading"),
    [
        ("pdf", pdf("Grüße from page one", "and two"), Reading("read", "Grüße from page one\nand two")),
        ("pdf", pdf(""), Reading("empty", note=SCAN)),
        ("pdf", b"%PDF-1.4 %%EOF", Reading("failed", note=BROKEN)),
        ("pdf", locked(), Reading("failed", note=LOCKED)),
        ("docx", docx("Hello Word"), Reading("read", "Hello Word")),
        ("docx", docx(), Reading("empty", note=NO_TEXT)),
        ("docx", packed({"word/document.xml": "<!DOCTYPE x><p>a</p>"}), Reading("failed", note=BROKEN)),
        ("odt", odt("Hello"), Reading("read", "Hello end")),
        ("xlsx", xlsx("Hello"), Reading("read", "Hello")),
        ("xlsx", packed({"a": ""}), Reading("empty", note=NO_TEXT)),
        ("txt", "Grüße\r\n\r\n\0x".encode(), Reading("read", "Grüße\nx")),
        ("csv", "Grüße;1".encode("cp1252"), Reading("read", "Grüße;1")),
        ("txt", "Grüße".encode("utf-16"), Reading("read", "Grüße")),
        ("txt", b"", Reading("empty", note=NO_TEXT)),
    ],
)  # fmt: skip
def test_read_by_kind(tmp_path, kind, content, reading):
    path = tmp_path / "paper"
    path.write_bytes(content)
    assert file_text.read_text(kind, path) == reading


def test_long_texts_and_many_pages_are_cut_and_told(tmp_path, monkeypatch):
    path = tmp_path / "paper"
    path.write_text("x" + "ä" * 500_000, "utf-8")  # what is read of it ends inside of a letter
    assert file_text.read_text("txt", path) == Reading(
        "read", "x" + "ä" * 199_999, "Only its first 200,000 characters can be searched."
    )
    monkeypatch.setattr("contracts.file_text.MOST_PAGES", 1)
    path.write_bytes(pdf("one", "two"))
    assert file_text.read_text("pdf", path) == Reading(
        "read", "one", "Only its first 1 pages can be searched."
    )


def test_in_a_process_of_its_own_with_limits(tmp_path, monkeypatch):
    """A bomb inside a PDF costs the small process its life at most; a slow file its time."""
    path = tmp_path / "paper"
    path.write_bytes(pdf("Signed by both"))
    assert read_apart("pdf", path) == Reading("read", "Signed by both")
    assert read_apart("pdf", tmp_path / "gone") == Reading("failed", note=BROKEN)
    path.unlink()
    os.mkfifo(path)  # nobody ever writes: reading waits for ever
    started = time.monotonic()
    assert read_apart("txt", path, seconds=1) == Reading("failed", note=TOO_SLOW)
    assert time.monotonic() - started < 10


def test_memory_is_limited(tmp_path):
    """Sixty megabytes of one line, unpacked from sixty kilobytes, in a process that may have forty more."""
    path = tmp_path / "paper"
    path.write_bytes(packed({"content.xml": b"<t:p xmlns:t='t'>" + b"a" * 60_000_000 + b"</t:p>"}))
    program = (
        f"from contracts import file_text as f; f.MEMORY = 40 * 2**20; f.main('odt', {str(path)!r})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert json.loads(done.stdout) == {"state": "failed", "text": "", "note": BROKEN}


# The row is the queue ---------------------------------------------------------------------------------


def test_read_after_the_upload_and_found(client, signed_in, contract, files, woken):
    row = put(client, contract, "a.pdf", pdf("The Vendor pays a Crédit of 5 percent"))
    assertContains(client.get(url(contract)), "Text is being read")
    document_tasks.read_document(row.pk)
    document_tasks.read_document(row.pk)
    [row] = rows()
    assert (row.text_state, row.text_tries) == ("read", 1)
    assert row.text == "The Vendor pays a Crédit of 5 percent"
    page = client.get(url(contract) + "?q=credit+pays")
    assertContains(page, "The Vendor <mark>pays</mark> a Crédit of 5 percent")
    assertNotContains(page, "Text is being read")
    assertContains(client.get(url(contract) + "?q=pdf"), "Its name holds the words")
    assertContains(client.get(url(contract) + "?q=nowhere"), "No paper holds “nowhere”")
    with organization_scope(ALL):
        assert list(Document.objects.containing("CREDIT percent")) == [row]
        assert not Document.objects.containing("credit nowhere").exists()
    register = f"/o/{contract.organization.slug}/contracts/?q=credit"
    assertContains(client.get(register), "Help desk 2026")
    client.post(url(contract, f"{row.pk}/remove/"))
    assertNotContains(client.get(register), "Help desk 2026")


def test_what_waits_too_long_is_found_by_the_tick(client, signed_in, contract, files, woken):
    put(client, contract, "fresh.pdf", pdf("fresh"))
    lost = put(client, contract, "lost.pdf", pdf("lost"))
    killed = put(client, contract, "killed.pdf", pdf("killed"))
    gone = put(client, contract, "gone.pdf", pdf("gone"))
    (files / gone.stored_as).unlink()
    now = timezone.now()
    with organization_scope(ALL):
        old = Document.objects.exclude(filename="fresh.pdf")
        old.update(created_at=now - dt.timedelta(minutes=1))
        Document.objects.filter(pk=killed.pk).update(
            text_tries=3, text_claimed_at=now - dt.timedelta(minutes=3)
        )
    document_tasks.resume_documents()
    assert {row.filename: (row.text_state, row.text_note) for row in rows()} == {
        "fresh.pdf": ("waiting", ""),
        "lost.pdf": ("read", ""),
        "killed.pdf": ("failed", BROKEN),
        "gone.pdf": ("failed", "Its file is missing on the server. Tell whoever runs the portal."),
    }
    assert lost.pk


def test_one_worker_reads_a_paper(client, signed_in, contract, files, woken):
    row = put(client, contract, "a.pdf", pdf("a"))
    with organization_scope(ALL):
        Document.objects.filter(pk=row.pk).update(text_claimed_at=timezone.now(), text_tries=1)
    document_tasks.read_document(row.pk)
    assert [(row.text_state, row.text_tries) for row in rows()] == [("waiting", 1)]


@pytest.mark.django_db(transaction=True)
def test_slow_papers_leave_the_other_threads_of_a_worker_free(
    client, signed_in, contract, files, woken, monkeypatch
):
    """While one is read, others wait for the tick instead of for a thread."""
    first, second = (put(client, contract, f"{name}.txt", b"text") for name in "ab")
    begun, go_on = Event(), Event()

    def slowly(kind: str, path: Path) -> Reading:
        begun.set()
        assert go_on.wait(20)
        return Reading("read", "text")

    def read_first() -> None:
        document_tasks.read_document(first.pk)
        connection.close()

    with monkeypatch.context() as patched, ThreadPoolExecutor(1) as pool:
        patched.setattr("contracts.actions.document_text.read_apart", slowly)
        reading = pool.submit(read_first)
        assert begun.wait(20)
        document_tasks.read_document(second.pk)
        assert rows()[1].text_tries == 0
        go_on.set()
        reading.result(20)
    document_tasks.read_document(second.pk)
    assert [row.text_state for row in rows()] == ["read", "read"]


def test_one_that_breaks_does_not_stop_the_others(
    client,
    signed_in,
    contract,
    files,
    woken,
):
    for name in ("broken.txt", "fine.txt"):
        put(client, contract, name, name.encode())
    with organization_scope(ALL):
        Document.objects.update(created_at=timezone.now() - dt.timedelta(minutes=1))
        Document.objects.filter(filename="broken.txt").update(stored_as="../outside")
    document_tasks.resume_documents()
    assert {row.filename: row.text_state for row in rows()} == {
        "broken.txt": "waiting",
        "fine.txt": "read",
    }


def test_a_scan_and_a_picture_say_so(client, signed_in, contract, files, woken):
    row = put(client, contract, "scan.pdf", pdf(""))
    document_tasks.read_document(row.pk)
    assert [(row.text_state, row.text_note) for row in rows()] == [("none", SCAN)]
    assertContains(client.get(url(contract)), SCAN)


# Where it stands --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("one two three", "TWO", "one <mark>two</mark> three"),
        ("<script>alert(1)</script>", "alert", "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt;"),
        ("Schöne Grüße", "grusse", "Schöne <mark>Grüße</mark>"),
        ("first " + "w " * 60 + "here" + " z" * 60, "here",
         "… " + "w " * 44 + "<mark>here</mark>" + " z" * 44 + " …"),
        ("x" * 99 + "here" + "y" * 99, "here", "… " + "x" * 90 + "<mark>here</mark>" + "y" * 90 + " …"),
        ("nothing", "else", ""),
        ("", "x", ""),
    ],
)  # fmt: skip
def test_snippet(text, query, shown):
    assert snippet(text, query) == shown


# Rows and files -----------------------------------------------------------------------------------------


def test_check_files_finds_what_is_lost(client, signed_in, contract, files, woken, capsys):
    whole, missing, changed = (
        put(client, contract, f"{name}.txt", name.encode()) for name in ("whole", "miss", "change")
    )
    call_command("check_files", read=True)
    assert capsys.readouterr().out == "3 uploads, 0 without their file.\n"
    (files / missing.stored_as).unlink()
    (files / changed.stored_as).write_bytes(b"CHANGE")
    call_check(read=False, code=1)
    new, old = (files / whole.stored_as).with_name("new"), (files / "org-9" / "old.part")
    old.parent.mkdir()
    for path in (new, old):
        path.write_bytes(b"x")
    os.utime(old, (0, 0))
    capsys.readouterr()
    call_check(read=True, code=1)
    assert capsys.readouterr().err.splitlines() == [
        f"missing: document {missing.pk}: {missing.stored_as}",
        f"another content: document {changed.pk}: {changed.stored_as}",
        f"belongs to no upload: {old}",
    ]
    call_check(delete_unknown=True, code=1)
    assert (old.exists(), new.exists()) == (False, True)


def call_check(*, code: int, **options: bool) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("check_files", **options)
    assert end.value.code == code


def test_a_name_leads_nowhere_else(files):
    with pytest.raises(ValueError, match="no name of ours"):
        path_of("../secret_key")


@pytest.mark.django_db(transaction=True)
def test_a_removed_organization_takes_its_files_along(client, admin, outsider, files, woken):
    for member in (admin, outsider):
        client.force_login(member.user)
        put(client, make_contract(member), "a.txt", b"a")
    assert len(stored(files)) == 2
    with organization_scope(ALL):
        Organization.objects.filter(pk=admin.organization_id).update(is_example=True)
        accounts.remove_example(organization=admin.organization, by=admin)
    assert stored(files) == [files / row.stored_as for row in rows()]
    assert len(rows()) == 1


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db(transaction=True)
def test_two_people_renew_a_paper_at_the_same_moment(client, signed_in, contract, files):
    first = put(client, contract, "a.txt", b"a")
    gate = Barrier(4)

    def renew(number: int) -> int:
        content = named("b.txt", str(number).encode())
        content.chunks = lambda size: [content.getvalue()]
        accepted = check_upload(content, "b.txt", 1)
        paper = type("Paper", (), {"upload": content, "accepted": accepted})
        try:
            gate.wait(10)
            with organization_scope(ALL):
                return actions.add_version(
                    document=first,
                    values={"file": paper, "is_signed_copy": False},
                    by=signed_in,
                    creation_key=f"00000000-0000-4000-8000-00000000000{number % 3}",
                ).number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(pool.map(renew, range(4)))
    assert set(numbers) == {2, 3, 4}
    assert [row.number for row in rows()] == [1, 2, 3, 4]
    assert len(stored(files)) == 4
