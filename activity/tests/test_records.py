"""Frozen records: numbered, chained, written once – also when two are frozen at the same moment."""

import json

import pytest
from django.db import connection, transaction
from django.db.models import Model

from accounts.models import Organization
from activity.models import FrozenRecord
from activity.records import chain, freeze
from core import records
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from evaluations.tests.test_scoring_at_once import at_once


@organization_scope(ALL)
def frozen(by, content=None, subject: Model | None = None) -> FrozenRecord:
    return freeze(
        by=by, kind="test", subject=subject or by.organization, content=content or {"a": 1}
    )


@organization_scope(ALL)
def findings(record: FrozenRecord) -> list[str]:
    return list(chain(FrozenRecord.objects.get(pk=record.pk)))


def tamper(sql: str, *params) -> None:
    """As somebody with the database's password would."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_records_are_numbered_and_chained_for_each_organization(owner, outsider):
    first, other, second = frozen(owner), frozen(outsider), frozen(owner, {"b": "ü"})
    assert [row.number for row in (first, other, second)] == [1, 1, 2]
    assert (first.previous_sha256, second.previous_sha256) == ("", first.sha256)
    assert second.sha256 == records.seal(first.sha256, second.content)
    assert json.loads(second.content)["b"] == "ü"
    assert json.loads(second.content)["record"] == {
        "number": 2,
        "kind": "test",
        "subject_type": "accounts.organization",
        "subject_id": owner.organization_id,
        "frozen_at": second.created_at.isoformat(timespec="microseconds"),
        "frozen_by": "Olga",
    }
    assert findings(second) == []


def test_the_app_never_changes_or_deletes_one(owner):
    row = frozen(owner)
    row.content = "{}"
    with organization_scope(ALL):
        for change in (
            row.save,
            row.delete,
            FrozenRecord.objects.all().delete,
            lambda: FrozenRecord.objects.update(content="{}"),
            lambda: FrozenRecord.objects.bulk_update([row], ["content"]),
        ):
            with pytest.raises(Refused, match="written once"):
                change()
    assert findings(row) == []


def test_they_go_with_their_organization(owner, outsider):
    frozen(owner)
    kept = frozen(outsider)
    with organization_scope(ALL):
        Organization.objects.get(pk=owner.organization_id).delete()
        assert list(FrozenRecord.objects.all()) == [kept]


def test_what_was_not_committed_leaves_no_gap(owner):
    first = frozen(owner)
    with transaction.atomic():
        frozen(owner)
        transaction.set_rollback(True)
    second = frozen(owner)
    assert (second.number, second.previous_sha256) == (2, first.sha256)


def test_a_changed_content_is_found_wherever_it_stands_in_the_chain(owner):
    first, _, last = frozen(owner), frozen(owner), frozen(owner)
    tamper("UPDATE activity_frozenrecord SET content = %s WHERE id = %s", '{"a":2}', first.pk)
    assert findings(last) == ["The content of record 1 is not what its SHA-256 was made from."]


def test_a_record_that_was_written_anew_breaks_the_next(owner):
    first, second = frozen(owner), frozen(owner)
    text = '{"a":2}'
    tamper(
        "UPDATE activity_frozenrecord SET content = %s, sha256 = %s WHERE id = %s",
        text,
        records.seal("", text),
        first.pk,
    )
    for row in (first, second):  # whichever of the two is looked at
        assert findings(row) == ["Record 2 does not follow record 1 as it is now."]


def test_missing_records_are_named(owner):
    rows = [frozen(owner) for _ in range(5)]
    tamper("DELETE FROM activity_frozenrecord WHERE number IN (1, 3, 4)")
    assert findings(rows[4]) == ["Record 1 is missing.", "Records 3 to 4 are missing."]


def test_another_organizations_records_are_not_in_the_chain(owner, outsider):
    row, other = frozen(owner), frozen(outsider)
    tamper("UPDATE activity_frozenrecord SET content = 'x' WHERE id = %s", other.pk)
    assert findings(row) == []
    with organization_scope(owner.organization):
        assert list(chain(other)) == []


def test_the_chain_is_read_in_one_query(owner, django_assert_num_queries):
    rows = [frozen(owner) for _ in range(30)]
    with organization_scope(ALL), django_assert_num_queries(1):
        assert list(chain(rows[-1])) == []


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_never_fork_the_chain(owner):
    found = at_once(*[lambda: frozen(owner).number for _ in range(4)])
    assert sorted(found) == [1, 2, 3, 4]
    with organization_scope(ALL):
        last = FrozenRecord.objects.get(number=4)
    assert findings(last) == []
