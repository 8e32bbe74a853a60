"""GET never writes, on either database."""

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.models import Organization
from core.readonly import WriteInReadOnly, read_only, reads_on_get
from core.tenancy import organization_scope
from vendors.models import Vendor


@pytest.fixture
def vendor(acme) -> Vendor:
    return Vendor.objects.create(organization=acme, name="Ours")


WRITES = {
    "save": lambda vendor: vendor.save(),
    "create": lambda vendor: Vendor.objects.create(organization=vendor.organization, name="x"),
    "bulk_create": lambda vendor: Vendor.objects.bulk_create(
        [Vendor(organization=vendor.organization, name="x")]
    ),
    "update": lambda vendor: Vendor.objects.filter(pk=vendor.pk).update(name="x"),
    "delete": lambda vendor: vendor.delete(),
    "delete many": lambda vendor: Vendor.objects.all().delete(),
    "delete related": lambda vendor: Organization.objects.all().delete(),
}
SQL_WRITES = [
    "UPDATE vendors_vendor SET name = 'x'",
    "  (\n DELETE FROM vendors_vendor)",
    "insert into vendors_vendor (name) values ('x')",
    "DROP TABLE vendors_vendor",
    "TRUNCATE vendors_vendor",
    "PRAGMA foreign_keys = OFF",
    "/* a comment */ DELETE FROM vendors_vendor",
    "WITH gone AS (DELETE FROM vendors_vendor RETURNING id) SELECT * FROM gone",
    'WITH new AS (update "vendors_vendor" set name = 1 RETURNING id) SELECT * FROM new',
    "EXPLAIN ANALYZE DELETE FROM vendors_vendor",
    "SELECT 1; DELETE FROM vendors_vendor",
]
READS = [
    "SELECT 1",
    "SELECT 1;",
    "WITH one AS (SELECT 1 AS n) SELECT n FROM one",
    "SELECT count(*) FROM vendors_vendor WHERE name = 'update set delete from'",
]


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_the_orm_can_not_write(acme, vendor, write):
    with (
        organization_scope(acme),
        pytest.raises(WriteInReadOnly),
        transaction.atomic(),
        read_only(),
    ):
        write(vendor)
    vendor.refresh_from_db()
    assert vendor.name == "Ours"


@pytest.mark.parametrize("sql", SQL_WRITES)
def test_nor_can_plain_sql(vendor, sql):
    with connection.cursor() as cursor, read_only(), pytest.raises(WriteInReadOnly):
        cursor.execute(sql)


def test_nor_many_statements_at_once(vendor):
    sql = "UPDATE vendors_vendor SET name = %s"
    with connection.cursor() as cursor, read_only(), pytest.raises(WriteInReadOnly):
        cursor.executemany(sql, [["x"], ["y"]])


@pytest.mark.parametrize("sql", READS)
def test_reading_works(vendor, sql):
    with connection.cursor() as cursor, read_only():
        cursor.execute(sql)
        assert len(cursor.fetchall()) == 1


def test_locks_and_savepoints_work(acme, vendor):
    with organization_scope(acme), read_only():
        assert list(Vendor.objects.select_for_update(of=("self",))) == [vendor]


def test_it_ends(acme, vendor):
    with read_only():
        pass
    with organization_scope(acme):
        assert Vendor.objects.update(name="x") == 1


@pytest.mark.parametrize(
    ("method", "writes"), [("get", False), ("head", False), ("options", False), ("post", True)]
)
def test_a_page_outside_organizations_reads_on_get(acme, method, writes):
    @reads_on_get
    def view(request):
        acme.save()
        return HttpResponse()

    request = getattr(RequestFactory(), method)("/")
    if writes:
        assert view(request).status_code == 200
    else:
        with pytest.raises(WriteInReadOnly):
            view(request)
