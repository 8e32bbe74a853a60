"""Outside an organization no query on a tenant table may run, however it is written."""

import pytest
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, Subquery

from accounts.models import Membership, Organization
from core.tenancy import ALL, NoOrganizationScope, OtherOrganization, organization_scope
from vendors.models import Contact, Vendor

QUERIES = {
    "list": list,
    "iterator": lambda q: list(q.iterator()),
    "count": lambda q: q.count(),
    "exists": lambda q: q.exists(),
    "exclude.exists": lambda q: q.exclude(pk=0).exists(),
    "get": lambda q: q.get(pk=1),
    "first": lambda q: q.first(),
    "values_list": lambda q: list(q.values_list("pk")),
    "update": lambda q: q.update(name="x"),
    "delete": lambda q: q.delete(),
    "in_bulk": lambda q: q.in_bulk([1]),
    "aggregate": lambda q: q.aggregate(Count("pk")),
    "subquery": lambda q: list(Organization.objects.filter(vendor__in=q.exclude(pk=0))),
    "Exists": lambda q: list(Organization.objects.filter(Exists(q))),
    "Subquery": lambda q: list(
        Organization.objects.annotate(
            x=Subquery(q.filter(organization=OuterRef("pk")).values("pk")[:1])
        )
    ),
    "prefetch": lambda q: list(Organization.objects.prefetch_related(Prefetch("vendor_set", q))),
    "union": lambda q: q.union(q).count(),
    "lock": lambda q: list(q.select_for_update()),
    "get_or_create": lambda q: q.get_or_create(name="x"),
}


@pytest.fixture
def ours(acme) -> Vendor:
    return Vendor.objects.create(organization=acme, name="Ours")


@pytest.fixture
def theirs(globex) -> Vendor:
    return Vendor.objects.create(organization=globex, name="Theirs")


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_refused_outside_an_organization(query, ours):
    with pytest.raises(NoOrganizationScope), transaction.atomic():
        query(Vendor.objects.all())


@pytest.mark.parametrize(
    "rows",
    [
        lambda acme, vendor: acme.vendor_set.all(),
        lambda acme, vendor: vendor.contacts.all(),
        lambda acme, vendor: vendor.merged.all(),
    ],
    ids=["of the organization", "of a row", "of a row to its own kind"],
)
def test_related_rows_are_refused_as_well(acme, ours, rows):
    with pytest.raises(NoOrganizationScope):
        rows(acme, ours).exists()


def test_inside_an_organization_only_its_rows_exist(acme, ours, theirs):
    with organization_scope(acme):
        assert list(Vendor.objects.all()) == [ours]
        assert not Vendor.objects.filter(pk=theirs.pk).exists()
        assert not theirs.organization.vendor_set.exists()
        assert Vendor.objects.filter(pk=theirs.pk).update(name="Stolen") == 0
        assert Vendor.objects.filter(pk=theirs.pk).delete()[0] == 0
    with organization_scope(ALL):
        assert Vendor.objects.count() == 2


def test_the_scope_counts_when_the_query_runs_not_when_it_is_written(acme, globex, ours, theirs):
    rows = Vendor.objects.order_by("pk")
    with organization_scope(acme):
        assert list(rows.all()) == [ours]
    with organization_scope(globex):
        assert list(rows.all()) == [theirs]


def test_scopes_nest_and_end(acme, globex, ours, theirs):
    with organization_scope(acme):
        with organization_scope(globex):
            assert list(Vendor.objects.all()) == [theirs]
        assert list(Vendor.objects.all()) == [ours]
    with pytest.raises(NoOrganizationScope):
        Vendor.objects.exists()


# Nothing points across ------------------------------------------------------------------------------


def test_a_row_may_not_point_at_another_organizations_row(acme, ours, theirs):
    with pytest.raises(OtherOrganization, match=r"vendors\.Contact\.vendor"):
        Contact.objects.create(organization=acme, vendor=theirs, name="Spy")
    with pytest.raises(OtherOrganization, match=r"vendors\.Contact\.vendor"):
        Contact.objects.create(organization=acme, vendor_id=theirs.pk, name="Spy")


def test_nor_at_another_organizations_member(ours, outsider):
    ours.inside_owner = outsider
    with pytest.raises(OtherOrganization, match=r"vendors\.Vendor\.inside_owner"):
        ours.save()


@pytest.mark.parametrize("by", ["row", "id"])
def test_rows_made_or_changed_in_bulk_are_checked_too(acme, ours, theirs, by):
    link = {"vendor": theirs} if by == "row" else {"vendor_id": theirs.pk}
    good = Contact(organization=acme, vendor=ours, name="Good")
    with organization_scope(acme):
        with pytest.raises(OtherOrganization):
            Contact.objects.bulk_create([good, Contact(organization=acme, name="Spy", **link)])
        good.save()
        for name, value in link.items():
            setattr(good, name, value)
        with pytest.raises(OtherOrganization):
            Contact.objects.bulk_update([good], ["vendor"])
        assert list(ours.contacts.all()) == [good]


def test_an_update_can_not_point_across(acme, ours, theirs, outsider):
    with organization_scope(acme):
        with pytest.raises(OtherOrganization):
            Vendor.objects.filter(pk=ours.pk).update(merged_into=theirs)
        with pytest.raises(OtherOrganization):
            Vendor.objects.filter(pk=ours.pk).update(inside_owner=outsider)


def test_checking_many_rows_costs_one_query_for_each_link(acme, ours, django_assert_num_queries):
    rows = [
        Contact(organization=acme, vendor_id=ours.pk, name=f"Contact {number}")
        for number in range(100)
    ]
    with organization_scope(acme), django_assert_num_queries(2):
        Contact.objects.bulk_create(rows)


def test_rows_in_memory_cost_nothing_to_check(acme, ours, admin, django_assert_num_queries):
    contact = Contact(organization=acme, vendor=ours, name="Carla")
    ours.inside_owner = admin
    with organization_scope(acme), django_assert_num_queries(2):
        contact.save()
        ours.save()


# The end of an organization -------------------------------------------------------------------------


def test_deleting_an_organization_leaves_nothing_and_touches_no_other(acme, ours, theirs, admin):
    with organization_scope(acme):
        Contact.objects.create(organization=acme, vendor=ours, name="Carla")
        ours.inside_owner = admin
        ours.save()
        acme.delete()
    with organization_scope(ALL):
        assert [vendor.name for vendor in Vendor.objects.all()] == ["Theirs"]
        assert not Contact.objects.exists()
    assert not Membership.objects.filter(pk=admin.pk).exists()
