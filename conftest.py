"""The cast: two organizations, one person for each role in the first, and an outsider."""

from pathlib import Path

import pytest
from django.core.cache import cache
from hypothesis import settings as hypothesis_settings

from accounts.models import Membership, Organization, User
from accounts.permissions import Role
from core.tenancy import ALL, organization_scope


@pytest.hookimpl(hookwrapper=True)
def pytest_fixture_setup(fixturedef, request):
    with organization_scope(ALL):
        yield


# The same examples each time, so that a green commit stays green; `--hypothesis-profile searching`
# looks for new ones. On a busy machine a slow example is no fault.
hypothesis_settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis_settings.register_profile("searching", deadline=None)
hypothesis_settings.load_profile("steady")


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """Sign-in limits are counted in the cache: no test inherits another's."""
    cache.clear()


@pytest.fixture
def files(settings, tmp_path) -> Path:
    """A folder of files of its own for each test."""
    storage = settings.STORAGES["default"]
    options = {**storage["OPTIONS"], "location": tmp_path / "files"}
    settings.STORAGES = {**settings.STORAGES, "default": {**storage, "OPTIONS": options}}
    return tmp_path / "files"


def make_member(org: Organization, role: Role, name: str) -> Membership:
    user = User.objects.create_user(f"{name}@{org.slug}.example", None, name.title())
    return Membership.objects.create(user=user, organization=org, role=role)


@pytest.fixture
def acme(db) -> Organization:
    return Organization.objects.create(name="Acme", slug="acme")


@pytest.fixture
def globex(db) -> Organization:
    return Organization.objects.create(name="Globex", slug="globex")


@pytest.fixture
def admin(acme) -> Membership:
    return make_member(acme, Role.ADMIN, "ada")


@pytest.fixture
def owner(acme) -> Membership:
    return make_member(acme, Role.OWNER, "olga")


@pytest.fixture
def manager(acme) -> Membership:
    return make_member(acme, Role.MANAGER, "mia")


@pytest.fixture
def evaluator(acme) -> Membership:
    return make_member(acme, Role.EVALUATOR, "eve")


@pytest.fixture
def viewer(acme) -> Membership:
    return make_member(acme, Role.VIEWER, "vik")


@pytest.fixture
def outsider(globex) -> Membership:
    """Admin, but of the other organization."""
    return make_member(globex, Role.ADMIN, "otto")
