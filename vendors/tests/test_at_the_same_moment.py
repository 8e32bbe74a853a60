"""Two people, or one person twice, at the same moment: stored once, nothing lost, nobody waits for ever."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from activity.actions import imports
from core.spreadsheets import read_grid, write_csv
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from vendors import actions
from vendors.actions import VendorImporter
from vendors.list_file import Setting, read_vendor_list
from vendors.models import Contact, Vendor, VendorImport
from vendors.tests.builders import add, add_person, fresh, names, trail

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls: Callable[[], Any]) -> list[str]:
    """Start all at once; what came of each: "done" or the name of the refusal."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> str:
        try:
            gate.wait(10)
            with organization_scope(ALL):
                call()
        except imports.CannotImport as error:
            return type(error).__name__
        except (Stale, actions.CannotMerge) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def uploaded(by: Any) -> VendorImport:
    rows = [["Vendor"], *([f"Vendor {number}"] for number in range(40))]
    grid = read_grid(write_csv(rows), "list.csv", max_rows=100, max_columns=10)
    found = read_vendor_list(grid, Setting(this_year=2026, statuses=[]))
    with organization_scope(ALL):
        return actions.upload_vendors(
            vendor_list=found,
            filename="list.csv",
            fingerprint="",
            by=by,
            creation_key=uuid.uuid4(),
        )


def test_one_list_confirmed_by_two(manager, owner):
    upload = uploaded(manager)
    told = together(
        lambda: imports.run_list(importer=VendorImporter, upload=upload, by=manager),
        lambda: imports.run_list(importer=VendorImporter, upload=upload, by=owner),
    )
    assert "done" in told
    assert set(told) <= {"done", "ImportBusy"}
    assert len(names()) == len(set(names())) == 40


def test_the_same_list_uploaded_by_two(manager, owner):
    first, second = uploaded(manager), uploaded(owner)
    told = together(
        lambda: imports.run_list(importer=VendorImporter, upload=first, by=manager),
        lambda: imports.run_list(importer=VendorImporter, upload=second, by=owner),
    )
    assert "done" in told
    assert set(told) <= {"done", "ImportBusy"}
    assert len(names()) == len(set(names())) == 40


def test_one_form_sent_twice(manager):
    key = uuid.uuid4()

    def send() -> None:
        actions.create_vendor(values={"legal_name": "Contoso"}, by=manager, creation_key=key)

    assert together(send, send) == ["done", "done"]
    assert names() == ["Contoso"]
    assert len(trail()) == 1


def test_two_edits_of_one_version(manager, owner):
    vendor = add(manager, "Contoso")

    def edit(by: Any, notes: str) -> Callable[[], Any]:
        return lambda: actions.edit_vendor(vendor=vendor, values={"notes": notes}, version=1, by=by)

    assert together(edit(manager, "a"), edit(owner, "b")) == ["Stale", "done"]
    assert fresh(vendor).version == 2


def test_two_main_contacts(manager):
    vendor = add(manager, "Contoso")
    people = [add_person(manager, vendor, name) for name in ("Nora", "Liam", "Mary")]

    def promote(contact: Contact) -> Callable[[], Any]:
        values = {"name": contact.name, "role": "", "email": "", "phone": "", "is_main": True}
        return lambda: actions.edit_contact(contact=contact, values=values, version=1, by=manager)

    assert together(promote(people[1]), promote(people[2])) == ["done", "done"]
    with organization_scope(ALL):
        assert Contact.objects.filter(is_main=True).count() == 1


def test_two_merges_the_other_way_round(manager, owner):
    one, two = add(manager, "One"), add(manager, "Two")

    def merge(keep: Vendor, other: Vendor) -> Callable[[], Any]:
        versions = {one.pk: 1, two.pk: 1}
        return lambda: actions.merge_vendors(
            keep=keep, other=other, values={}, versions=versions, by=owner
        )

    assert together(merge(one, two), merge(two, one)) == ["CannotMerge", "done"]
    with organization_scope(ALL):
        assert Vendor.objects.filter(merged_into=None).count() == 1
