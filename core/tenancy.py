"""Fail-closed tenancy: tenant rows are visible only inside `with organization_scope(org)`.

Queries start from `request.org.<model>_set`; this is the second lock under that door. Every query on
a tenant table, however it is written, carries a condition that is resolved when the SQL is made.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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


def check_same_organization(rows: Sequence[Any]) -> None:
    """Rows (of one model) may point only at rows of their own organization.

    Raises OtherOrganization naming the field. Costs at most one query for each foreign key, however
    many rows there are, and none for related rows that are in memory.
    """
    for field in rows[0]._meta.concrete_fields if rows else ():
        if not isinstance(field, models.ForeignKey) or not _has_organization(field.related_model):
            continue
        unknown: dict[Any, set[Any]] = defaultdict(set)
        for row in rows:
            if getattr(row, field.attname) is None:
                continue
            if not field.is_cached(row):
                unknown[row.organization_id].add(getattr(row, field.attname))
            elif getattr(row, field.name).organization_id != row.organization_id:
                raise _other(field)
        if unknown:
            _look_up(field, unknown)


def _has_organization(model: Any) -> bool:
    return any(field.name == "organization" for field in model._meta.concrete_fields)


def _look_up(field: "models.ForeignKey[Any, Any]", unknown: dict[Any, set[Any]]) -> None:
    """Ask for the organizations of related rows that are not in memory; a row that is not there is
    refused by the database itself."""
    model: Any = field.related_model
    target = field.target_field.attname
    pks = {pk for some in unknown.values() for pk in some}
    found = model._base_manager.filter(**{f"{target}__in": pks})
    owners = dict(found.values_list(target, "organization_id"))
    for organization_id, some in unknown.items():
        if any(owners.get(pk, organization_id) != organization_id for pk in some):
            raise _other(field)


def _other(field: Any) -> OtherOrganization:
    return OtherOrganization(
        f"{field.model._meta.label}.{field.name} belongs to another organization"
    )


class TenantQuerySet(models.QuerySet[Any]):
    """Base of every tenant QuerySet: what is written in bulk is checked as on save."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        check_same_organization(rows)
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> int:
        rows = list(objs)
        check_same_organization(rows)
        return super().bulk_update(rows, *args, **kwargs)

    def update(self, **values: Any) -> int:
        current = _current.get()
        if current is not None and current is not ALL:
            for name, value in values.items():
                owner = getattr(value, "organization_id", current.pk)
                if isinstance(value, models.Model) and owner != current.pk:
                    raise _other(self.model._meta.get_field(name))
        return super().update(**values)


class TenantManager(models.Manager[Any]):
    """Sees only the organization in scope."""

    _queryset_class = TenantQuerySet

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(InCurrentOrganization())
