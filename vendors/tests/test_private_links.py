"""Private links: one purpose, one key, one end. Tried on references, which are the simplest of them."""

import datetime as dt

import pytest
from django.utils import timezone

from activity.links import delivery_of, end_link, find_by_token, open_link, token_of
from activity.tokens import hash_token
from core.tenancy import organization_scope
from vendors.models import DiligenceCheck, Reference, Vendor

WEEK = dt.timedelta(days=7)


@pytest.fixture
def reference(acme, admin):
    with organization_scope(acme):
        row = Reference(
            organization=acme,
            vendor=Vendor.objects.create(organization=acme, name="Northwind"),
            name="Rae",
            company="Contoso",
            found="vendor",
            created_by=admin,
        )
        ask(row, admin)
        return row


def ask(row, by, until=WEEK):
    now = timezone.now()
    open_link(row, until_at=now + until, by=by, now=now)
    row.save()


def found(token):
    return find_by_token(Reference.objects.select_related("organization"), token)


def test_only_the_hash_is_stored_and_the_link_can_be_made_again(reference):
    token = token_of(reference)
    assert reference.token_hash == hash_token(token) != token
    assert found(token) == reference
    assert token_of(found(token)) == token


def test_a_token_opens_one_kind_of_thing_only(acme, admin, reference):
    with organization_scope(acme):
        check = DiligenceCheck(
            organization=acme, vendor=reference.vendor, questions="1", created_by=admin
        )
        ask(check, admin)
        check.link_key = reference.link_key  # even with the same key the token is another
    assert token_of(check) != token_of(reference)
    assert found(token_of(check)) is None


@pytest.mark.parametrize("token", ["", "x", "x" * 48, "x" * 5000, "\x00", "ü" * 48])
def test_what_is_no_token_finds_nothing(reference, token):
    assert found(token) is None


def test_asking_again_ends_the_link_before(acme, admin, reference):
    before = token_of(reference)
    with organization_scope(acme):
        ask(reference, admin)
    assert found(before) is None
    assert found(token_of(reference)) == reference


def test_an_expired_and_a_withdrawn_link_are_gone(acme, admin, reference):
    with organization_scope(acme):
        end_link(reference, now=timezone.now())
        reference.save()
        assert found(token_of(reference)) is None
        assert delivery_of(reference, timezone.now()).label == "Link withdrawn"
        ask(reference, admin, until=-dt.timedelta(seconds=1))
    assert found(token_of(reference)) is None
    assert delivery_of(reference, timezone.now()).label == "Link expired"


def test_how_far_an_asking_has_come(reference):
    now = timezone.now()
    assert delivery_of(reference, now).label == "Link made, no mail sent"
    reference.seen_at = now
    assert delivery_of(reference, now).label == "Opened, no answer yet"
    reference.answered_at = now
    assert delivery_of(reference, now).label == "Answered"
    assert delivery_of(Reference(), now).label == "Not asked yet"
