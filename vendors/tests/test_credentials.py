"""Credentials: noted with their file, checked by somebody, watched until their last day, listed for all vendors."""

import datetime as dt
import io
import uuid
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from activity.models import WatchedDate
from core.tenancy import ALL, organization_scope
from vendors import actions
from vendors.models import Credential, Vendor
from vendors.proofs import State, state_of
from vendors.tests.builders import LIST, add, fresh, trail

TODAY = dt.date(2026, 6, 30)
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


@pytest.mark.parametrize(
    ("days", "checked", "replaced", "state"),
    [
        (None, True, False, State.VALID),
        (None, False, False, State.UNCHECKED),
        (61, True, False, State.VALID),
        (60, True, False, State.SOON),
        (60, False, False, State.UNCHECKED),
        (0, True, False, State.SOON),
        (-1, True, False, State.EXPIRED),
        (-1, False, False, State.EXPIRED),
        (-1, True, True, State.REPLACED),
    ],
)
def test_what_a_credential_is_worth(days, checked, replaced, state):
    expires_on = None if days is None else TODAY + dt.timedelta(days=days)
    found = state_of(expires_on=expires_on, checked=checked, today=TODAY, replaced=replaced)
    assert found == state


@pytest.fixture
def vendor(manager) -> Vendor:
    return add(manager, "Northwind", inside_owner=manager)


def url(vendor: Vendor, what: str = "") -> str:
    return f"{LIST}{vendor.pk}/proofs/{what}"


def body(**fields: Any) -> dict[str, Any]:
    return {"kind": "certificate", "name": "ISO/IEC 27001", **fields}


def pdf(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("certificate.pdf", content, "application/pdf")


@organization_scope(ALL)
def only() -> Credential:
    return Credential.objects.select_related("file", "checked_by").get()


@organization_scope(ALL)
def watched() -> list[tuple[str, dt.date, str]]:
    rows = WatchedDate.objects.filter(kind="credential.expires").order_by("pk")
    return [
        (row.title, row.due_on, row.responsible.name if row.responsible else "") for row in rows
    ]


def soon(days: int = 20) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def test_noted_with_a_file_and_sent_twice(client, manager, vendor):
    client.force_login(manager.user)
    assertContains(client.get(url(vendor)), "No proof yet")
    key = uuid.uuid4()
    fields = body(number="IS 123", expires_on=soon(), creation_key=key)
    for _ in range(2):
        response = client.post(url(vendor, "add/"), {**fields, "file": pdf()})
        assertRedirects(response, url(vendor), fetch_redirect_response=False)
    row = only()
    assert (row.number, row.checked_on, row.file.filename) == ("IS 123", None, "certificate.pdf")
    assert watched() == [("ISO/IEC 27001 of Northwind expires", soon(), "Mia")]
    assertContains(client.get(url(vendor)), "Not checked")


@pytest.fixture
def noted(client, manager, vendor) -> Credential:
    """As it stands after it was noted with its number, last day and file."""
    client.force_login(manager.user)
    client.post(url(vendor, "add/"), {**body(number="IS 123", expires_on=soon()), "file": pdf()})
    return only()


def test_checked_and_changed(client, manager, vendor, noted, django_assert_max_num_queries):
    check = url(vendor, f"{noted.pk}/check/")
    late = {"checked_on": soon(), "check_note": "Register", "version": 1}
    assert client.post(check, late).status_code == 422
    done = {"checked_on": timezone.localdate(), "check_note": "Auditor’s register", "version": 1}
    assertRedirects(client.post(check, done), url(vendor), fetch_redirect_response=False)
    assert only().checked_by == manager
    with django_assert_max_num_queries(10):
        page = client.get(url(vendor))
    assertContains(page, "Expires soon")
    assertContains(page, "by Mia: Auditor’s register")

    edit = url(vendor, f"{noted.pk}/edit/")
    client.post(edit, body(number="IS 123", expires_on=soon(), version=2))
    assert (only().version, only().checked_on is None) == (2, False), "nothing was changed"
    response = client.post(edit, body(number="IS 124", expires_on=soon(), version=2), follow=True)
    assertContains(response, "check it again")
    row = only()
    assert (row.version, row.checked_on, row.check_note) == (3, None, "")
    stale = client.post(edit, body(number="Mine", version=2))
    assert stale.status_code == 409
    assert ("Number", "IS 124", "Mine") in stale.context["differing"]


def test_its_file_and_taking_it_off_the_list(
    files, client, viewer, vendor, noted, django_capture_on_commit_callbacks
):
    file = client.get(url(vendor, f"{noted.pk}/file/"))
    assert b"".join(file.streaming_content) == PDF
    assert file["Content-Disposition"] == 'attachment; filename="certificate.pdf"'
    assert (file["X-Content-Type-Options"], "sandbox" in file["Content-Security-Policy"]) == (
        "nosniff",
        True,
    )
    edit = url(vendor, f"{noted.pk}/edit/")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(edit, body(number="IS 123", expires_on=soon(), without_file="on", version=1))
    assert only().file is None
    assert list(files.glob("org-*/*")) == [], "nobody could see it any more, so it is not kept"
    assertRedirects(client.get(url(vendor, f"{noted.pk}/file/")), url(vendor))
    client.post(url(vendor, f"{noted.pk}/remove/"))
    assert only().removed_at is not None
    assert watched() == []
    assert [
        client.get(url(vendor, f"{noted.pk}/{what}")).status_code for what in ("edit/", "file/")
    ] == [
        404,
        404,
    ]
    verbs = [line[1].rpartition("_")[2] for line in trail(vendor)[1:]]
    assert verbs == ["added", "changed", "removed"]
    client.force_login(viewer.user)
    assert client.get(url(vendor)).status_code == 200
    assert client.post(url(vendor, "add/"), body()).status_code == 403


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("kind", {"kind": "rumour"}),
        ("name", {"name": "a\x00b"}),
        ("name", {"name": "x" * 121}),
        ("expires_on", {"expires_on": "2026-02-01", "issued_on": "2026-02-02"}),
        ("expires_on", {"expires_on": "2030-01-01", "never_expires": "on"}),
        ("issued_on", {"issued_on": "2090-01-01"}),
        ("file", {"file": b"<script>alert(1)</script>"}),
        ("file", {"file": b""}),
    ],
)
def test_wrong_input_stands_at_its_field_and_leaves_nothing(client, manager, vendor, field, fields):
    client.force_login(manager.user)
    if "file" in fields:
        fields = {"file": pdf(fields["file"])}
    response = client.post(url(vendor, "add/"), body(**fields))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    with organization_scope(ALL):
        assert Credential.objects.count() == 0


def test_a_file_of_a_refused_proof_goes_away(client, manager, vendor, files, monkeypatch):
    monkeypatch.setattr("vendors.actions.credentials.MOST_CREDENTIALS", 0)
    client.force_login(manager.user)
    assert client.post(url(vendor, "add/"), {**body(), "file": pdf()}).status_code == 422
    assert [path for path in files.rglob("*") if path.is_file()] == []


def test_a_newer_one_replaces_it_and_the_vendor_is_followed(client, manager, owner, vendor):
    client.force_login(manager.user)
    client.post(url(vendor, "add/"), body(expires_on=soon(10)))
    client.post(url(vendor, "add/"), body(name="iso/iec 27001", expires_on=soon(375)))
    assert [day for _, day, _ in watched()] == [soon(375)]
    assertContains(client.get(url(vendor)), "Replaced by a newer one")
    with organization_scope(ALL):
        newer = Credential.objects.latest("pk")
    client.post(url(vendor, f"{newer.pk}/remove/"))
    assert [day for _, day, _ in watched()] == [soon(10)]
    other = add(manager, "Other")
    with organization_scope(ALL):
        values = {"legal_name": "Southwind", "inside_owner": owner}
        changed = actions.edit_vendor(vendor=vendor, values=values, version=1, by=manager)
        assert watched() == [("ISO/IEC 27001 of Southwind expires", soon(10), owner.name)]
        actions.archive_vendor(vendor=vendor, by=manager)
        assert watched() == []
        actions.restore_vendor(vendor=vendor, by=manager)
        versions = {other.pk: 1, vendor.pk: changed.version + 2}
        actions.merge_vendors(keep=other, other=vendor, values={}, versions=versions, by=manager)
    assert watched() == [("ISO/IEC 27001 of Other expires", soon(10), "")]
    assert client.post(url(vendor, "add/"), body()).status_code == 422, "merged away"


def test_the_list_of_all_vendors(client, manager, outsider, vendor, django_assert_num_queries):
    today = timezone.localdate()
    rows = [
        ("Old", today - dt.timedelta(days=1), today),
        ("Soon", today + dt.timedelta(days=60), today),
        ("Later", today + dt.timedelta(days=61), today),
        ("Unseen", None, None),
        ("Replaced", today, today),
        ("Replaced", today + dt.timedelta(days=400), today),
    ]
    with organization_scope(ALL):
        Credential.objects.bulk_create(
            Credential(
                organization=manager.organization,
                vendor=vendor,
                kind="insurance",
                name=name,
                expires_on=expires_on,
                checked_on=checked_on,
                checked_by=manager if checked_on else None,
                created_by=manager,
            )
            for name, expires_on, checked_on in rows
        )
    client.force_login(manager.user)

    @organization_scope(ALL)
    def names(query: str) -> list[str]:
        table = client.get(f"{LIST}proofs/?{query}").context["table"]
        return [row.record.name for row in table.page]

    assert names("") == ["Old", "Soon", "Later", "Replaced", "Unseen"]
    assert names("state=expired") == ["Old"]
    assert names("state=soon") == ["Soon"]
    assert names("state=unchecked") == ["Unseen"]
    assert names("state=valid&sort=-expires") == ["Replaced", "Later", "Soon"]
    assert names("q=northwind+un") == ["Unseen"]
    assert names("kind=certificate") == []
    with django_assert_num_queries(4):
        client.get(f"{LIST}proofs/")
    sheet = client.get(f"{LIST}proofs/export/?state=soon&format=xlsx")
    lines = list(openpyxl.load_workbook(io.BytesIO(sheet.content)).active.values)
    assert [line[2] for line in lines] == ["Proof", "Soon"]
    client.force_login(outsider.user)
    assert client.get("/o/globex/vendors/proofs/").context["count"] == 0
    assert client.get(url(vendor)).status_code == 404


def test_a_proof_of_another_vendor_or_organization_is_not_found(client, manager, outsider, vendor):
    client.force_login(manager.user)
    client.post(url(vendor, "add/"), {**body(), "file": pdf()})
    row, other = only(), add(manager, "Other")
    parts = [f"{row.pk}/{what}" for what in ("edit/", "check/", "remove/", "file/")]
    assert {client.post(url(other, part)).status_code for part in parts} == {404}
    theirs = add(outsider, "Theirs")
    client.force_login(outsider.user)
    places = [url(theirs, part).replace("acme", "globex") for part in parts]
    assert {client.post(place).status_code for place in places} == {404}
    assert fresh(row).removed_at is None
