"""The one door into an organization."""

import zoneinfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts.access import member_view, memberships_of
from accounts.backend import PersonBackend
from accounts.models import Membership
from accounts.permissions import Perm
from core.readonly import WriteInReadOnly
from core.tenancy import NoOrganizationScope
from vendors.models import Vendor


@member_view(Perm.VENDOR_EDIT)
def view(request, **kwargs):
    """What a page could do."""
    if request.GET.get("write") or request.method == "POST":
        request.org.name = "Changed"
        request.org.save()
    zone = timezone.get_current_timezone_name()
    return HttpResponse(f"{request.org.slug} {request.member.name} {zone} {Vendor.objects.count()}")


def ask(member, org="acme", method="get", query="", **kwargs):
    request = getattr(RequestFactory(), method)(f"/{query}")
    request.user, request.session = member.user, {}
    return view(request, org=org, **kwargs).content.decode()


def test_inside_are_the_organization_the_member_the_time_zone_and_the_scope(acme, manager):
    acme.time_zone = "Asia/Kolkata"
    acme.save()
    Vendor.objects.create(organization=acme, name="Northwind")
    assert ask(manager) == "acme Mia Asia/Kolkata 1"
    assert timezone.get_current_timezone() == zoneinfo.ZoneInfo("UTC")
    with pytest.raises(NoOrganizationScope):
        Vendor.objects.count()


def test_outsiders_find_nothing_not_even_that_it_exists(acme, outsider):
    for org in ("acme", "nowhere"):
        with pytest.raises(Http404):
            ask(outsider, org)


def test_members_without_the_right_are_told_so(viewer):
    with pytest.raises(PermissionDenied):
        ask(viewer)


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_never_writes(acme, manager, method):
    with pytest.raises(WriteInReadOnly), transaction.atomic():
        ask(manager, method=method, query="?write=1")
    acme.refresh_from_db()
    assert acme.name == "Acme"


def test_posting_may_write(acme, manager):
    ask(manager, method="post")
    acme.refresh_from_db()
    assert acme.name == "Changed"


def test_an_id_that_no_database_can_hold_is_not_found(manager):
    with pytest.raises(Http404):
        ask(manager, vendor_id=10**30)
    assert ask(manager, vendor_id=2**63 - 1).startswith("acme")


def test_a_person_is_found_whatever_the_case_of_the_address(viewer):
    assert type(viewer.user).objects.get_by_natural_key("VIK@acme.example") == viewer.user
    assert (str(viewer.user), viewer.user.get_full_name()) == ("Vik", "Vik")


def test_a_time_zone_that_does_not_exist_is_refused(acme):
    acme.time_zone = "Mars/Olympus"
    with pytest.raises(ValidationError, match="is not a time zone"):
        acme.full_clean()


def test_who_is_signed_in_is_read_once_with_where_they_belong(
    client, acme, globex, manager, django_assert_num_queries
):
    Membership.objects.create(user=manager.user, organization=globex)
    client.force_login(manager.user)
    with django_assert_num_queries(2):  # the session, the person
        response = client.get("/o/acme/vendors/new/nowhere/")
        user = response.wsgi_request.user
        assert [row.organization.name for row in memberships_of(user)] == ["Acme", "Globex"]
        assert memberships_of(user)[0].user.name == "Mia"


def test_nobody_is_signed_in_who_may_not_sign_in(manager):
    backend = PersonBackend()
    assert backend.get_user(manager.user.pk) == manager.user
    assert backend.get_user(0) is None
    manager.user.is_active = False
    manager.user.save()
    assert backend.get_user(manager.user.pk) is None


def test_a_person_without_an_organization_is_signed_in_all_the_same(manager):
    manager.ended_at = timezone.now()
    manager.save()
    user = PersonBackend().get_user(manager.user.pk)
    assert user == manager.user
    assert memberships_of(user) == []
