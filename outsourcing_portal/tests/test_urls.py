"""Every address, asked by nobody, an outsider, somebody without the right and somebody with it.

A new address is in the matrix by itself. It fails here until
- it is in `PUBLIC` (no sign-in, on purpose) or signed-in people only, or
- it is under `/o/<org>/` behind `@member_view(Perm.…)`, and
- each part of it is in the registry `ROWS` of world.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.models import Membership
from accounts.permissions import Perm, Role
from conftest import make_member
from core.tenancy import organization_scope
from outsourcing_portal.tests.world import BODIES, NO_ID, ROWS, World, state_for

ORG = "o/<slug:org>/"
# Whoever has the address may come: nothing is behind these without a password, a token or a session.
PUBLIC = {
    "answer_proposal",
    "proposal_file",
    "proposal_sheet",
    "upload_proposal_sheet",
    "healthz",
    "readyz",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "accounts:accept_invitation",
    "calendar_ics",
    "answer_diligence",
    "answer_survey",
    "answer_as_stakeholder",
    "answer_as_vendor",
    "survey_thanks",
    "answer_reference",
}
TOKENS = {"token": "x" * 32, "key": "x", "uidb36": "1", "request_question_id": "1"}
# Who may open an address is the same on every database.
pytestmark = pytest.mark.once

WORKS = "neither forbidden, nor missing, nor broken"


@dataclass(frozen=True)
class Address:
    route: str
    name: str
    view: Any
    parts: tuple[str, ...]

    @property
    def perm(self) -> Perm | None:
        return getattr(self.view, "perm", None)

    @property
    def ids(self) -> list[str]:
        return [part for part in self.parts if part not in NO_ID]

    @property
    def ours(self) -> bool:
        return not self.route.startswith("accounts/")


def walk(resolver: Any, route: str = "", space: str = "") -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            parts = tuple(pattern.pattern.regex.groupindex)
            parts = ("org", *parts) if here.startswith(ORG) else parts
            yield Address(here, f"{space}{pattern.name}", pattern.callback, parts)
        else:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern, here, inner)


ADDRESSES = list(walk(get_resolver()))
OF_ORG = [address for address in ADDRESSES if address.route.startswith(ORG)]
OTHERS = [address for address in ADDRESSES if not address.route.startswith(ORG)]
SIGNED_IN = [address for address in OTHERS if address.name not in PUBLIC]
WITH_IDS = [address for address in OF_ORG if address.ids]


def lowest_with(perm: Perm) -> Role:
    return next(role for role in Role if perm in role.perms)


def just_below(perm: Perm) -> Role | None:
    return next((role for role in reversed(Role) if perm not in role.perms), None)


CAN_LACK = [address for address in OF_ORG if address.perm and just_below(address.perm)]


def each(addresses: list[Address]) -> Any:
    return pytest.mark.parametrize("address", addresses, ids=lambda address: address.name)


@pytest.fixture
def staff(acme, globex) -> dict[Role, Membership]:
    """One member of each role in Acme, and one more for the pages that change a member."""
    found = {role: make_member(acme, role, role.value) for role in Role}
    make_member(acme, Role.VIEWER, "changeable")
    return found


@pytest.fixture
def stranger(globex) -> Membership:
    """Admin of Globex."""
    found = make_member(globex, Role.ADMIN, "stranger")
    make_member(globex, Role.VIEWER, "changeable")
    return found


def browser(member: Membership | None = None) -> Client:
    client = Client()
    if member:
        client.force_login(member.user)
    return client


@dataclass(frozen=True)
class Asked:
    """What stands in an address and is posted to it."""

    parts: dict[str, Any]
    body: dict[str, Any]


def world(by: Membership, address: Address) -> Asked:
    """As the organization of `by` has it."""
    unknown = [part for part in address.parts if part not in ROWS]
    assert not unknown, (
        f"{address.route}: nobody knows what {unknown} is. Add it to ROWS in "
        "outsourcing_portal/tests/world.py, with a row that has such an id."
    )
    view = address.name.rpartition(":")[2]
    with organization_scope(by.organization):
        rows = World(by.organization, by, state_for(view))
        parts = {part: ROWS[part](rows) for part in address.parts}
        return Asked(parts, BODIES[view](rows) if view in BODIES else {})


def url(address: Address, parts: dict[str, Any]) -> str:
    return reverse(address.name, kwargs=parts)


def statuses(client: Client, path: str, body: dict[str, Any]) -> dict[str, int]:
    return {"GET": client.get(path).status_code, "POST": client.post(path, body).status_code}


# The table ------------------------------------------------------------------------------------------


def test_signing_in_is_the_default():
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE


def test_exactly_the_listed_addresses_are_public():
    found = {a.name for a in ADDRESSES if not getattr(a.view, "login_required", True)}
    assert found == PUBLIC


def test_every_organization_address_declares_a_permission():
    missing = [address.route for address in OF_ORG if not isinstance(address.perm, Perm)]
    assert missing == [], "put @member_view(Perm.…) on top of the view"


def test_an_address_has_the_name_of_its_view():
    odd = [
        (address.name, address.view.__name__)
        for address in ADDRESSES
        if address.ours and address.name.rpartition(":")[2] != address.view.__name__
    ]
    assert odd == []


def test_names_are_used_once():
    names = [address.name for address in ADDRESSES]
    assert sorted(names) == sorted(set(names))


# Outside organizations ------------------------------------------------------------------------------


@each([address for address in OTHERS if address.name in PUBLIC])
def test_public_pages_answer_nobody(address, db):
    response = browser().get(url(address, {part: TOKENS[part] for part in address.parts}))
    assert response.status_code in {200, 302, 404, 503}, response.status_code


@each(SIGNED_IN)
def test_other_pages_send_nobody_to_the_sign_in(address, db):
    path = url(address, {})
    for method in ("get", "post"):
        response = getattr(browser(), method)(path)
        assert (response.status_code, response.url.partition("?")[0]) == (302, "/accounts/login/")


@each(SIGNED_IN)
def test_other_pages_answer_whoever_is_signed_in(address, admin):
    admin.user.set_password("eleven-blue-herons")
    admin.user.save()
    response = browser(admin).get(url(address, {}))
    assert response.status_code in {200, 302, 404, 405}, response.status_code


# Inside organizations -------------------------------------------------------------------------------


@contextmanager
def taken_back() -> Iterator[None]:
    """What one question leaves in the database is not there for the next one."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


@pytest.mark.once
@each(OF_ORG)
def test_who_may_not_gets_nothing(address, staff, stranger):
    asked = world(staff[Role.ADMIN], address)
    foreign = world(stranger, address)
    path = url(address, asked.parts)
    nobody_is_sent_to_the_sign_in(path)
    for look in (an_outsider, somebody_removed):
        with taken_back():
            found = statuses(look(staff, stranger), path, asked.body)
        assert found == {"GET": 404, "POST": 404}, look.__name__
    if address in CAN_LACK:
        with taken_back():
            found = statuses(browser(staff[just_below(address.perm)]), path, asked.body)
        assert found == {"GET": 403, "POST": 403}, "without the right"
    ids_of_another_organization_are_not_found(address, staff[Role.ADMIN], asked, foreign)


def nobody_is_sent_to_the_sign_in(path: str) -> None:
    for method in ("get", "post"):
        response = getattr(browser(), method)(path)
        assert response.status_code == 302
        assert response.url == f"/accounts/login/?next={path}"


def an_outsider(staff: dict[Role, Membership], stranger: Membership) -> Client:
    return browser(stranger)


def somebody_removed(staff: dict[Role, Membership], stranger: Membership) -> Client:
    gone = staff[Role.OWNER]
    gone.ended_at = gone.created_at
    gone.save()
    client = browser(gone)
    gone.ended_at = None  # the row itself is taken back
    return client


def ids_of_another_organization_are_not_found(
    address: Address, admin: Membership, own: Asked, foreign: Asked
) -> None:
    """Each id alone, and all together; as Admin, who may do everything at home."""
    client = browser(admin)
    swaps = [[part] for part in address.ids] + [address.ids]
    for swap in swaps if address.ids else []:
        path = url(address, own.parts | {part: foreign.parts[part] for part in swap})
        with taken_back():
            found = statuses(client, path, own.body)
        assert found["GET"] in {404, 405}, (path, found)
        assert found["POST"] in {404, 405}, (path, found)
        assert 404 in found.values(), (path, found)


@each(OF_ORG)
def test_who_may_gets_an_answer(address, staff):
    """GET runs read-only: that a page writes nothing is tried here as well."""
    for member in (staff[lowest_with(address.perm)], staff[Role.ADMIN]):
        with taken_back():
            asked = world(member, address)
            for method, body in (("get", {}), ("post", asked.body)):
                with taken_back():
                    response = getattr(browser(member), method)(url(address, asked.parts), body)
                who = (member.role, method)
                assert response.status_code in {200, 204, 302, 400, 405, 409, 422}, (who, WORKS)
                if response.status_code == 302:
                    assert not response.url.startswith("/accounts/login/"), who


@each(WITH_IDS)
def test_ids_that_no_row_can_have_are_not_found(address, staff):
    own = world(staff[Role.ADMIN], address)
    client = browser(staff[Role.ADMIN])
    for number in (0, 2**31, 2**63, 10**30):
        path = url(address, own.parts | dict.fromkeys(address.ids, number))
        found = statuses(client, path, own.body)
        assert set(found.values()) <= {404, 405}, (path, found)
