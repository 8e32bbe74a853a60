"""Files with rows of core.StoredFile: kept, sealed, unsealed, dropped, and checked beside those of papers."""

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction

from core.errors import Refused
from core.files import (
    check_files,
    content_of,
    drop_file,
    file_response,
    keep_file,
    undone_on_failure,
    unseal_file,
)
from core.models import StoredFile
from core.tenancy import ALL, organization_scope


def flipped(content: bytes) -> bytes:
    """Stands in for a seal: whoever reads it sees nothing of the text."""
    return bytes(byte ^ 0xFF for byte in content)


def upload(name: str = "a.txt", content: bytes = b"Our price list") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@undone_on_failure
def kept(scoped, *uploads, **options) -> list[StoredFile]:
    with transaction.atomic():
        return [keep_file(one, one.name, organization=scoped, **options) for one in uploads]


@pytest.fixture
def scoped(acme):
    """For tests that stand inside `organization_scope`."""
    return acme


@pytest.fixture
def on_disk(files):
    return lambda: sorted(path.name for path in files.glob("org-*/*"))


@organization_scope(ALL)
def test_a_file_is_kept_and_handed_out_as_a_download(scoped, on_disk):
    [row] = kept(scoped, upload("../price list.txt"))
    assert (row.filename, row.content_type, row.size, row.is_sealed) == (
        "price list.txt",
        "text/plain",
        14,
        False,
    )
    assert on_disk() == [row.stored_as.split("/")[1]]
    response = file_response(row)
    assert b"".join(response.streaming_content) == b"Our price list"
    response.close()
    assert response.headers["Content-Disposition"] == 'attachment; filename="price list.txt"'
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@organization_scope(ALL)
def test_what_is_refused_leaves_nothing_also_of_the_one_before(scoped, on_disk):
    with pytest.raises(Refused, match="is not kept") as refused:
        kept(scoped, upload(), upload("run.exe", b"MZ"), field="proof")
    assert refused.value.field == "proof"
    assert (on_disk(), StoredFile.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
@organization_scope(ALL)
def test_sealed_nothing_is_told_and_unsealed_it_is_as_it_was(scoped, on_disk):
    [row] = kept(scoped, upload("Offer 40 EUR.txt"), seal=flipped)
    assert (row.filename, row.content_type) == ("sealed", "application/octet-stream")
    assert content_of(row) == flipped(b"Our price list")
    with pytest.raises(PermissionError):
        file_response(row)
    sealed = on_disk()
    with transaction.atomic():
        unseal_file(row, flipped, filename="Offer 40 EUR.txt", content_type="text/plain")
    row.refresh_from_db()
    assert (content_of(row), row.filename, row.is_sealed) == (
        b"Our price list",
        "Offer 40 EUR.txt",
        False,
    )
    assert len(on_disk()) == len(sealed) == 1
    assert on_disk() != sealed
    assert unseal_file(row, flipped, filename="x", content_type="x").filename == "Offer 40 EUR.txt"
    with transaction.atomic():
        drop_file(row)
    assert (on_disk(), StoredFile.objects.count()) == ([], 0)


@organization_scope(ALL)
def test_missing_and_changed_files_are_found_by_their_row(scoped, files, capsys):
    whole, missing, changed = kept(scoped, *(upload(f"{name}.txt") for name in "abc"))
    os.utime(files / whole.stored_as, (0, 0))
    (files / missing.stored_as).unlink()
    (files / changed.stored_as).write_bytes(b"Our price LIST")
    found = check_files(read=True)
    assert (found.rows, found.unknown) == (3, [])
    assert found.missing == [f"stored file {missing.pk}: {missing.stored_as}"]
    assert found.changed == [f"stored file {changed.pk}: {changed.stored_as}"]
    with pytest.raises(FileNotFoundError):
        file_response(missing)
    with pytest.raises(SystemExit):
        call_command("check_files")
    assert capsys.readouterr().out == "3 uploads, 1 without their file.\n"
