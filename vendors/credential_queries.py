"""Credentials as pages, reminders and gates read them: with their state today, in one query."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from vendors.models import Credential, Vendor
from vendors.proofs import TONES, WORDS, State, state_of

PEOPLE = ("file", "checked_by__user")


@dataclass(frozen=True)
class Proof:
    """A credential with what it is worth on the day that was asked for."""

    credential: Credential
    state: State

    @property
    def tone(self) -> str:
        """For the `status` tag, with `label`."""
        return TONES[self.state]

    @property
    def label(self) -> str:
        return WORDS[self.state]


def with_replaced(rows: "QuerySet[Credential]") -> Any:
    """Each with `replaced`: is there one of the same vendor, kind and name that holds longer?"""
    longer = Q(expires_on__gt=OuterRef("expires_on")) | Q(never_expires=True)
    same = Credential.objects.kept().filter(
        longer, vendor=OuterRef("vendor"), kind=OuterRef("kind")
    )
    same = same.alias(lower=Lower("name")).filter(lower=Lower(OuterRef("name")))
    never = When(never_expires=True, then=Value(False))
    return rows.annotate(replaced=Case(never, default=Exists(same), output_field=BooleanField()))


def without_replaced(rows: "QuerySet[Credential]") -> "QuerySet[Credential]":
    """Those of `with_replaced` that are not, as the database finds them fast among many: by one join."""
    older = Q(expires_on__gt=OuterRef("expires_on")) & Q(
        never_expires__gte=OuterRef("never_expires")
    )
    longer = older | Q(never_expires__gt=OuterRef("never_expires"))
    same = Credential.objects.kept().filter(
        longer, vendor=OuterRef("vendor"), kind=OuterRef("kind")
    )
    same = same.alias(lower=Lower("name")).filter(lower=Lower(OuterRef("name")))
    return rows.filter(~Exists(same))


def proof_of(credential: Any, today: dt.date) -> Proof:
    """Of a row of `with_replaced`."""
    state = state_of(
        expires_on=credential.expires_on,
        checked=credential.checked_on is not None,
        today=today,
        replaced=getattr(credential, "replaced", False),
    )
    return Proof(credential, state)


def proofs_of(vendor: Vendor, today: dt.date) -> list[Proof]:
    """All that the vendor has shown us, one query."""
    rows = with_replaced(vendor.credentials.kept()).select_related(*PEOPLE).by_kind()
    return [proof_of(row, today) for row in rows]
