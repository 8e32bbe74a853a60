"""Writing down what was measured, and what follows: credits, and actions by rule."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.actions.watching import unwatch, watch_days
from contracts.level_credits import measure_of
from contracts.level_reading import level_of
from contracts.level_words import Level
from contracts.locking import lock_contract
from contracts.models import Contract, ContractTerms
from core.errors import Refused
from core.versions import Gone, Stale, lock
from reviews import attainment
from reviews.actions.rules import apply_rules
from reviews.credit_queries import (
    NOT_CLAIMED,
    Worth,
    claim_day,
    sum_words,
    waiting,
    worth_of,
)
from reviews.measured import (
    Cell,
    Measures,
    agreed_with_prices,
    target_words,
    value_words,
)
from reviews.models import CorrectiveAction, Measurement, ServiceCredit

State = ServiceCredit.State
NOT_SIGNED = "Values are recorded from the signature on."
NOT_PROMISED = "Nothing is promised for this window any more. Look at the service levels."


@dataclass(frozen=True)
class Entry:
    """One value for one window, as somebody typed or imported it.

    `version` is the one of the measurement that they saw, None if they saw none. `note` None leaves it.
    """

    lineage: uuid.UUID
    first_on: dt.date
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str | None = None
    version: int | None = None

    @property
    def key(self) -> str:
        """By which the form names it; as Cell.key."""
        return f"{self.lineage.hex}-{self.first_on:%Y%m%d}"


class StaleValues(Stale):
    """Somebody else wrote some of these values in the meantime; `.current` holds what is stored now."""

    def __init__(self, rows: Sequence[Measurement]) -> None:
        super().__init__(Current(1, list(rows)))


class Kept(list[Measurement]):
    """The values that changed; `started`: the actions that rules began or opened again by them."""

    started: Sequence[CorrectiveAction] = ()


@dataclass(frozen=True)
class Current:
    """What is stored of several values; a row has its own version."""

    version: int
    rows: list[Measurement]


@transaction.atomic
def record_measurements(
    *,
    contract: Contract,
    entries: Sequence[Entry],
    by: Membership,
    source: str = Measurement.Source.TYPED,
) -> Kept:
    """Keep several values at once, all or none; credits and actions follow. Returns those that changed.

    The same again changes nothing. Raises StaleValues if somebody else was quicker with other ones,
    Refused (at the entry's `key`) for a window that is not over or is not promised, or an impossible value.
    """
    book = _Book(contract)
    pairs = [(book.cell(entry.lineage, entry.first_on, entry.key), entry) for entry in entries]
    changed = [(cell, entry) for cell, entry in pairs if _differs(cell, entry)]
    stale = [cell.row for cell, entry in changed if cell.row and cell.row.version != entry.version]
    if stale:
        raise StaleValues(stale)
    rows = Kept(book.keep(cell, entry, by, source) for cell, entry in changed)
    rows.started = book.follow_up(rows, by)
    return rows


@transaction.atomic
def edit_measurement(
    *, measurement: Measurement, values: Mapping[str, Any], version: int, by: Membership
) -> Measurement:
    """Change one value (`reading`, a value_text.Reading) and its `note`, unless somebody was quicker.

    Its credit follows while nobody has claimed it; one that was claimed stays as it was.
    """
    book = _Book(measurement.contract)
    row: Measurement = lock(Measurement.objects.all(), measurement.pk, version)
    reading = values["reading"]
    entry = Entry(
        row.lineage,
        row.first_on,
        reading.value,
        reading.numerator,
        reading.denominator,
        values["note"],
        version,
    )
    cell = book.cell(row.lineage, row.first_on, "value")
    if not _differs(cell, entry):
        return row
    kept = book.keep(cell, entry, by, Measurement.Source.TYPED)
    book.follow_up([kept], by)
    return kept


@transaction.atomic
def remove_measurement(*, measurement: Measurement, by: Membership) -> None:
    """Take a value back: the window is not measured again. Refused once its credit was claimed."""
    contract = lock_contract(measurement.contract)
    try:
        row: Measurement = lock(Measurement.objects.select_related("level"), measurement.pk)
    except Gone:
        return
    credit = ServiceCredit.objects.filter(measurement=row).first()
    if credit and credit.state not in NOT_CLAIMED:
        raise Refused(
            f"A credit was claimed for this value ({credit.get_state_display().lower()}), so it stays."
            " Correct it instead, or take the claim back first."
        )
    if credit:
        unwatch(target=credit)
        credit.delete()
    said = {"level": str(row.level), "from": row.first_on, "value": _words(row)}
    row.delete()
    log.record(by=by, verb="review.measurement_removed", target=contract, before=said)


@transaction.atomic
def judge_anew(*, contracts: Sequence[Contract]) -> None:
    """An amendment that reaches back promised something else in windows that were measured already:
    their values are judged by what counts now, and so are credits that nobody has claimed. For contracts
    of which measured.superseded says so."""
    for contract in contracts:
        _Book(contract).judge_anew()


@transaction.atomic
def reckon_again(*, credit: ServiceCredit, by: Membership) -> ServiceCredit | None:
    """A credit that is not claimed any more, as its value gives it now; None if it gives none any more."""
    there = _Book(credit.contract).reckon_again(credit)
    was, now = _worth_words(credit), _worth_words(there)
    if now != was:
        what = str(credit.measurement.level)
        log.record(
            by=by,
            verb="review.credit_changed",
            target=credit.contract,
            before={"credit": was, "for": what},
            after={"credit": now, "for": what},
        )
    return there


def _worth_words(credit: ServiceCredit | None) -> str:
    return sum_words(credit) if credit else "nothing"


def _worth(credit: ServiceCredit) -> Worth:
    of = credit.percent, credit.price, credit.amount, credit.currency, credit.claim_by_on
    return Worth(*of)


def _differs(cell: Cell, entry: Entry) -> bool:
    row = cell.row
    if row is None:
        return True
    stored = row.value, row.numerator, row.denominator
    wanted = entry.value, entry.numerator, entry.denominator
    return stored != wanted or (entry.note is not None and entry.note != row.note)


def _words(row: Measurement) -> str:
    return f"{row.value.normalize():f}" if row.value is not None else "no cases"


class _Book:
    """A locked contract with its promises, prices and values, so that many are kept in few queries."""

    def __init__(self, contract: Contract) -> None:
        key = Contract(pk=contract.pk, organization_id=contract.organization_id)
        self.contract = lock_contract(key)
        if not self.contract.is_signed:
            raise Refused(NOT_SIGNED)
        self.today = timezone.localdate()
        self.versions: list[ContractTerms] = agreed_with_prices(self.contract)
        self.measures = Measures(self.contract, self.today, self.versions)
        self.cells = self.measures.by_key(self.today)

    def cell(self, lineage: uuid.UUID, first_on: dt.date, field: str) -> Cell:
        """The window; Refused at `field` if it can't be measured (yet)."""
        found = self.cells.get((lineage, first_on))
        if found is None:
            raise Refused(NOT_PROMISED, field=field)
        if not found.can_be_recorded:
            raise Refused(f"{found.label} is not over yet.", field=field)
        return found

    def keep(self, cell: Cell, entry: Entry, by: Membership, source: str) -> Measurement:
        """One value, with its line in the audit trail; the credit on it is kept by `follow_up`."""
        level = cell.window.level
        _refuse_impossible(cell, entry)
        row, is_new = cell.row, cell.row is None
        before = {} if row is None else self._said(cell, row)
        if row is None:
            row = Measurement(
                organization=self.contract.organization,
                contract=self.contract,
                lineage=cell.lineage,
                first_on=cell.window.first_on,
                version=0,
            )
        if level.pk is not None:
            row.level_id = level.pk
        row.last_on = cell.window.last_on
        row.value, row.numerator, row.denominator = entry.value, entry.numerator, entry.denominator
        row.met = attainment.is_kept(level, entry.value)
        row.note = row.note if entry.note is None else entry.note
        row.source, row.by = source, by
        row.version += 1
        row.save()
        log.record(
            by=by,
            verb="review.measured" if is_new else "review.measurement_changed",
            target=self.contract,
            before=before,
            after=self._said(cell, row),
        )
        return row

    def _said(self, cell: Cell, row: Measurement) -> dict[str, Any]:
        said: dict[str, Any] = {
            "level": cell.window.level.full_name,
            "window": cell.label,
            "value": value_words(cell.window.level, row),
            "kept": row.met,
        }
        return {**said, "note": row.note} if row.note else said

    def follow_up(self, rows: Iterable[Measurement], by: Membership) -> list[CorrectiveAction]:
        """The credits of these values, their days, and what the rules start, which is given back."""
        changed = {(row.lineage, row.first_on): row for row in rows}
        if not changed:
            return []
        self._keep_credits(changed)
        return apply_rules(contract=self.contract, by=by)

    def judge_anew(self) -> None:
        """Each value whose window another version of its promise counts in now; what can't have been
        measured by that one (in another unit) stays as it was."""
        changed = {}
        for key, row in self.measures.rows.items():
            cell = self.cells.get(key)
            if cell is None or cell.window.level.pk in (None, row.level_id):
                continue
            level = cell.window.level
            try:
                row.value = _value_by(level, row)
            except ValueError:
                continue
            before = {"promised": target_words(level_of(row.level)), "kept": row.met}
            row.level_id, row.last_on = level.pk or row.level_id, cell.window.last_on
            row.met = attainment.is_kept(level, row.value)
            row.version += 1
            row.save()
            changed[key] = row
            log.record(
                by=None,
                verb="review.measurement_judged_anew",
                target=self.contract,
                before=before,
                after={**self._said(cell, row), "promised": target_words(level)},
            )
        if changed:
            self._keep_credits(changed)

    def reckon_again(self, credit: ServiceCredit) -> ServiceCredit | None:
        """One that nobody has claimed; in a window without a promise it stays as it is."""
        row = credit.measurement
        cell = self.cells.get((row.lineage, row.first_on))
        if cell is None or worth_of(self.contract, cell, self.versions) == _worth(credit):
            return credit
        self._keep_credits({(row.lineage, row.first_on): row})
        return ServiceCredit.objects.filter(measurement=row).first()

    def _keep_credits(self, changed: Mapping[tuple[uuid.UUID, dt.date], Measurement]) -> None:
        """What these values give back, and the days on which to claim it."""
        there = {
            credit.measurement_id: credit
            for credit in ServiceCredit.objects.filter(measurement__in=list(changed.values()))
            .select_for_update(of=("self",))
            .order_by("pk")
        }
        days = []
        for key, row in changed.items():
            cell = self.measures.with_row(self.cells[key], row)
            credit = self._credit(cell, row, there.get(row.pk))
            if credit:
                credit.measurement = row
                days.append(claim_day(self.contract, credit))
        if days:
            watch_days(days=days)

    def _credit(
        self, cell: Cell, row: Measurement, credit: ServiceCredit | None
    ) -> ServiceCredit | None:
        """What the value gives back now; nothing about a credit that was claimed changes."""
        if credit and credit.state not in NOT_CLAIMED:
            return None
        worth = worth_of(self.contract, cell, self.versions)
        if worth is None:
            if credit:
                unwatch(target=credit)
                credit.delete()
            return None
        if credit is None:
            credit = ServiceCredit(
                organization=self.contract.organization,
                contract=self.contract,
                measurement=row,
                version=0,
            )
        credit.percent, credit.price, credit.amount = worth.percent, worth.price, worth.amount
        credit.currency, credit.claim_by_on = worth.currency, worth.claim_by_on
        if credit.state != State.WAIVED:
            credit.state, credit.settled_on = waiting(worth.claim_by_on, self.today)
        credit.version += 1
        credit.save()
        return credit


def _value_by(level: Level, row: Measurement) -> Decimal | None:
    """The value as this version of the promise takes it; ValueError if it can't."""
    if row.numerator is not None and row.denominator is not None:
        return attainment.computed(level, row.numerator, row.denominator)
    if row.value is not None:
        attainment.check(level, row.value)
    if measure_of(level).unit != measure_of(level_of(row.level)).unit:
        raise ValueError("It was measured in another unit.")
    return row.value


def _refuse_impossible(cell: Cell, entry: Entry) -> None:
    """Whoever calls: a value that does not follow from its two numbers, or can't be in its unit."""
    level = cell.window.level
    pair = entry.numerator, entry.denominator
    try:
        if pair[0] is not None and pair[1] is not None:
            if attainment.computed(level, pair[0], pair[1]) != entry.value:
                raise ValueError("The value is another one than its two numbers give.")
        elif pair != (None, None):
            raise ValueError("Both numbers are needed: how many, and of how many.")
        elif entry.value is None:
            raise ValueError("Say what was measured.")
        else:
            attainment.check(level, entry.value)
    except ValueError as error:
        raise Refused(str(error), field=entry.key) from None
