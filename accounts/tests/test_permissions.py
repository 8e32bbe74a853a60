"""The permission table: rights add up upwards, and the handbook says the same as the code."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from accounts.models import Membership
from accounts.permissions import ROLE_MEANINGS, ROLE_PERMS, Perm, Role

ADMIN_HANDBOOK = Path(__file__).resolve().parents[2] / "docs" / "admin.md"


def test_each_role_has_all_that_the_one_below_has_and_more():
    assert [low.perms < high.perms for low, high in pairwise(Role)] == [True] * (len(Role) - 1)


def test_every_permission_is_given_and_the_admin_has_all():
    assert Role.ADMIN.perms == set(Perm)


def test_every_role_is_explained_in_words():
    assert set(ROLE_MEANINGS) == set(ROLE_PERMS) == set(Role)
    assert [role.meaning for role in Role] == list(ROLE_MEANINGS.values())


@pytest.mark.parametrize("role", Role)
def test_nobody_grants_above_their_own_role(role):
    member = Membership(role=role)
    granted = {other for other in Role if member.may_grant(other)}
    assert granted == (set(Role) if role == Role.ADMIN else set())


def test_an_ended_membership_can_do_nothing(admin):
    admin.ended_at = admin.created_at
    assert not any(admin.can(perm) for perm in Perm)
    assert not any(admin.may_grant(role) for role in Role)


def test_the_handbook_has_the_table_as_the_code_has_it():
    written = {}
    for line in ADMIN_HANDBOOK.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if named := re.search(r"`([a-z]+:[a-z]+)`", cells[0]):
            written[named[1]] = [cell == "yes" for cell in cells[1:]]
    in_code = {perm.value: [perm in role.perms for role in Role] for perm in Perm}
    assert written == in_code, "docs/admin.md, “Who may do what”, differs from permissions.py"
