"""Service levels and support hours: written into the terms that may be changed now, nowhere else."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import Membership
from activity import log
from contracts.actions.refusals import NotFit, NotNow
from contracts.level_packs import LEVELS
from contracts.level_reading import (
    SUPPORT_FIELDS,
    level_of,
    support_hours,
    values_of,
    why_not_editable,
)
from contracts.level_words import amount, percent, promise
from contracts.locking import lock_contract
from contracts.models import Contract, ContractTerms, ServiceLevel
from contracts.versions import editable_terms
from core.service_hours import in_words
from core.versions import lock

MOST_LEVELS = 60
FIELDS = ["metric", "name", "priority", "comparator", "target", "unit", "share", "hours", "window"]
FIELDS += ["source", "exclusions", "credits", "credit_cap_percent", "claim_days"]
NAMES = {
    "metric": "measure",
    "comparator": "at least or at most",
    "share": "share of cases",
    "hours": "counted",
    "window": "measured over",
    "source": "measured by",
    "credit_cap_percent": "credits at most",
    "claim_days": "days to claim",
    "position": "place in the list",
}


@transaction.atomic
def add_level(*, contract: Contract, values: Mapping[str, Any], by: Membership) -> ServiceLevel:
    """Promise one more thing, at the end of the list or where `position` says. Sent twice, it is there once.

    Raises NotNow if nothing may be changed, NotFit if another level is called the same.
    """
    row, terms = _hold(contract)
    wanted = {name: values[name] for name in FIELDS}
    twin = _twin(terms, wanted)
    if twin and all(getattr(twin, name) == value for name, value in wanted.items()):
        return twin
    _refuse_twin(twin)
    _refuse_too_many(terms, 1)
    position = values.get("position")
    level: ServiceLevel = ServiceLevel.objects.create(
        organization_id=row.organization_id,
        terms=terms,
        position=_next_position(terms) if position is None else position,
        **wanted,
    )
    after = _line(terms, level)
    log.record(by=by, verb="contract.service_level_added", target=row, after=after)
    return level


@transaction.atomic
def change_level(
    *, level: ServiceLevel, values: Mapping[str, Any], version: int, by: Membership
) -> ServiceLevel:
    """Promise it differently, unless somebody was quicker (core.versions.Stale)."""
    row, terms = _hold(level.terms.contract)
    _refuse_unless_of(terms, level)
    kept: ServiceLevel = lock(terms.service_levels.all(), level.pk, version)
    wanted = {name: values[name] for name in FIELDS}
    if values.get("position") is not None:
        wanted["position"] = values["position"]
    _refuse_twin(_twin(terms, wanted, but=kept))
    named = level_of(kept).full_name
    old = _worded(kept)
    _, after = log.apply_changes(kept, wanted)
    if after:
        kept.version += 1
        kept.save()
        new = _worded(kept)
        log.record(
            by=by,
            verb="contract.service_level_changed",
            target=row,
            before={"service level": named, **{_name(key): old[key] for key in after}},
            after={**_head(terms, kept), **{_name(key): new[key] for key in after}},
        )
    return kept


@transaction.atomic
def remove_level(*, level: ServiceLevel, by: Membership) -> bool:
    """Promise it no longer. False if somebody else removed it already."""
    row, terms = _hold(level.terms.contract)
    kept: ServiceLevel | None = terms.service_levels.filter(pk=level.pk).first()
    if kept is None:
        if ServiceLevel.objects.filter(pk=level.pk).exists():
            raise NotNow(_OF_OTHER_TERMS)
        return False
    before = _line(terms, kept)
    kept.delete()
    log.record(by=by, verb="contract.service_level_removed", target=row, before=before)
    return True


@transaction.atomic
def add_pack(*, contract: Contract, keys: Sequence[str], by: Membership) -> list[ServiceLevel]:
    """Take chosen levels of the standard packs, with their usual values, to be edited then.

    What is there already under the same name stays as it is; so sent twice, they are there once.
    """
    row, terms = _hold(contract)
    there = {_identity(level) for level in terms.service_levels.all()}
    wanted = [values_of(LEVELS[key].level) for key in keys]
    new = [values for values in wanted if _identity_of(values) not in there]
    _refuse_too_many(terms, len(new))
    position = _next_position(terms)
    levels: list[ServiceLevel] = ServiceLevel.objects.bulk_create(
        [
            ServiceLevel(
                organization_id=row.organization_id, terms=terms, position=position + at, **values
            )
            for at, values in enumerate(new)
        ]
    )
    if levels:
        after = {
            **_amendment(terms),
            "service levels": [level_of(level).full_name for level in levels],
        }
        log.record(by=by, verb="contract.service_levels_added", target=row, after=after)
    return levels


@transaction.atomic
def change_support_hours(
    *, terms: ContractTerms, values: Mapping[str, Any], version: int, by: Membership
) -> ContractTerms:
    """Say when support works, unless somebody changed these terms meanwhile (core.versions.Stale)."""
    row, editable = _hold(terms.contract)
    if editable.pk != terms.pk:
        raise NotNow(_OF_OTHER_TERMS)
    kept: ContractTerms = lock(ContractTerms.objects.all(), terms.pk, version)
    old = _hours_in_words(kept)
    _, after = log.apply_changes(kept, {name: values[name] for name in SUPPORT_FIELDS})
    if after:
        kept.version += 1
        kept.save()
        log.record(
            by=by,
            verb="contract.support_hours_changed",
            target=row,
            before={"support hours": old},
            after={**_amendment(editable), "support hours": _hours_in_words(kept)},
        )
    return kept


# What may be changed --------------------------------------------------------------------------------

_OF_OTHER_TERMS = (
    "These terms can’t be changed any more: they were signed, or sent for signature. "
    "Open the list of service levels again."
)


def _hold(contract: Contract) -> tuple[Contract, ContractTerms]:
    """The contract, locked, so that everybody who writes into its terms takes turns, and those terms."""
    row = lock_contract(contract)
    terms = editable_terms(row)
    if terms is None:
        raise NotNow(why_not_editable(row))
    return row, terms


def _refuse_unless_of(terms: ContractTerms, level: ServiceLevel) -> None:
    if not terms.service_levels.filter(pk=level.pk).exists():
        if ServiceLevel.objects.filter(pk=level.pk).exists():
            raise NotNow(_OF_OTHER_TERMS)
        raise NotNow("Somebody else removed this service level meanwhile.")


def _refuse_too_many(terms: ContractTerms, more: int) -> None:
    if terms.service_levels.count() + more > MOST_LEVELS:
        raise NotFit(
            f"A contract can have {MOST_LEVELS} service levels at most; "
            "nobody measures more than a handful."
        )


def _next_position(terms: ContractTerms) -> int:
    found = terms.service_levels.aggregate(last=Max("position"))["last"]
    return 1 if found is None else min(int(found) + 1, 32_767)


def _identity(level: ServiceLevel) -> tuple[str, str, str]:
    return (level.metric, level.name.casefold(), level.priority.casefold())


def _identity_of(values: Mapping[str, Any]) -> tuple[str, str, str]:
    return (values["metric"], values["name"].casefold(), values["priority"].casefold())


def _twin(
    terms: ContractTerms, values: Mapping[str, Any], but: ServiceLevel | None = None
) -> ServiceLevel | None:
    """Another level of the same measure, name and priority: measured, nobody could tell them apart."""
    rows = terms.service_levels.filter(metric=values["metric"]).order_by("pk")
    alike = [row for row in rows if _identity(row) == _identity_of(values)]
    return next((row for row in alike if but is None or row.pk != but.pk), None)


def _refuse_twin(twin: ServiceLevel | None) -> None:
    if twin:
        raise NotFit(
            f"There is a service level “{level_of(twin).full_name}” already. Edit that one, "
            "or give this another name or priority.",
            field="name",
        )


# The audit trail ------------------------------------------------------------------------------------


def _amendment(terms: ContractTerms) -> dict[str, Any]:
    return {"amendment": terms.amendment} if terms.amendment else {}


def _head(terms: ContractTerms, level: ServiceLevel) -> dict[str, Any]:
    return {**_amendment(terms), "service level": level_of(level).full_name}


def _line(terms: ContractTerms, level: ServiceLevel) -> dict[str, Any]:
    """A whole level: its name, its promise, and what else was said."""
    words = _worded(level)
    said = {
        _name(key): words[key] for key in ("hours", "window", "source", "credits") if words[key]
    }
    return {**_head(terms, level), "promise": promise(level_of(level)), **said}


def _name(field: str) -> str:
    return NAMES.get(field, field)


def _worded(level: ServiceLevel) -> dict[str, Any]:
    """Each field as a person reads it."""
    seen = level_of(level)
    words = {
        name: getattr(level, f"get_{name}_display")()
        for name in ("metric", "comparator", "unit", "hours", "window")
    }
    bands = [f"{percent(band.worse_than)}: {percent(band.percent)}" for band in seen.credits]
    return {
        **{name: getattr(level, name) for name in [*FIELDS, "position"]},
        **words,
        "target": amount(seen.target, seen.unit),
        "credits": bands,
    }


def _hours_in_words(terms: ContractTerms) -> str:
    hours = support_hours(terms)
    return in_words(hours) if hours else ""
