"""Fail-closed tenancy: tenant rows are visible only inside `with organization_scope(org)`.

Queries start from `request.org.<model>_set`; this is the second lock under that door. Every query on
a tenant table, however it is written, carries a condition that is resolved when the SQL is made.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.db.models.expressions import Expression

ALL = object()
_current: ContextVar[Any] = ContextVar("organization", default=None)


class NoOrganizationScope(Exception):
    """A tenant table was queried outside an organization."""


class OtherOrganization(Exception):
    """A row was about to point at a row of another organization."""


@contextmanager
def organization_scope(organization: Any) -> Iterator[None]:
    """Only rows of `organization` exist inside; `ALL` is for jobs and tests that cross them."""
    token = _current.set(organization)
    try:
        yield
    finally:
        _current.reset(token)


class InCurrentOrganization(Expression):
    """SQL condition resolved when the query runs, not when it is written."""

    conditional = True
    output_field = models.BooleanField()

    def __init__(self) -> None:
        super().__init__()
        self.column: Any = models.F("organization_id")

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Any) -> None:
        [self.column] = exprs

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        current = _current.get()
        if current is None:
            raise NoOrganizationScope
        if current is ALL:
            return "1 = 1", []
        sql, params = compiler.compile(self.column)
        return f"{sql} = %s", [*params, current.pk]


def check_same_organization(row: models.Model) -> None:
    """A row may point only at rows of its own organization.

    Raises OtherOrganization naming the field. Asked on every save and bulk_create.
    """
    own = row.organization_id  # type: ignore[attr-defined]
    for field in row._meta.concrete_fields:
        if not isinstance(field, models.ForeignKey) or field.name == "organization":
            continue
        if getattr(row, field.attname) is None:
            continue
        other = getattr(getattr(row, field.name), "organization_id", own)
        if other is not None and other != own:
            raise OtherOrganization(f"{row._meta.label}.{field.name} belongs to another organization")


class TenantQuerySet(models.QuerySet[Any]):
    """Base of every tenant QuerySet: what is inserted in bulk is checked as on save."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            check_same_organization(row)
        return super().bulk_create(rows, *args, **kwargs)


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """Sees only the organization in scope."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(InCurrentOrganization())
