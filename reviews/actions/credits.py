"""Service credits: they follow from measurements, and people claim them, settle them, or let them be."""

import datetime as dt
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Organization
from activity import log
from activity.actions.watching import watch, watch_days
from contracts.locking import lock_contract
from contracts.models import Contract
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import lock
from reviews.actions.measuring import judge_anew, reckon_again
from reviews.credit_queries import claim_day, claim_days, sum_words, waiting
from reviews.measured import superseded
from reviews.models import ServiceCredit

State = ServiceCredit.State
# No place on earth is a day further than this.
FURTHEST = dt.timedelta(hours=14)
MAY_CLAIM = (State.DUE, State.EXPIRED, State.WAIVED, State.REFUSED)


@transaction.atomic
def follow_contracts(*, contracts: Sequence[Contract], today: dt.date) -> None:
    """Values are judged by what counts now, and whoever runs a contract now is reminded of its claims
    (settings.CONTRACT_FOLLOWERS)."""
    reached = superseded(contracts)
    if reached:
        judge_anew(contracts=reached)
    days = claim_days([contract for contract in contracts if contract.is_signed])
    if days:
        watch_days(days=days)


@transaction.atomic
def claim_credit(
    *, credit: ServiceCredit, values: Mapping[str, Any], version: int, by: Membership
) -> ServiceCredit:
    """Note that we asked the vendor for it: `claimed_on`, and the `claim_text` that was sent.

    What expired, was refused or was let be may be asked for all the same. Raises Stale, Refused.
    """
    contract, row = _hold(credit, version)
    if row.state not in MAY_CLAIM:
        raise Refused(f"This credit is “{row.get_state_display().lower()}” already.")
    _refuse_days(values["claimed_on"], row.measurement.first_on, "claimed_on")
    changes = {"claimed_on": values["claimed_on"], "claim_text": values["claim_text"]}
    return _move(contract, row, State.CLAIMED, {**changes, "settled_on": None}, by)


@transaction.atomic
def settle_credit(
    *, credit: ServiceCredit, values: Mapping[str, Any], version: int, by: Membership
) -> ServiceCredit:
    """Say how a claim ended: `outcome` received with its `received_amount`, or refused; `settled_on`,
    and a `note`, which a refusal needs. Raises Stale, Refused."""
    contract, row = _hold(credit, version)
    if row.state != State.CLAIMED or row.claimed_on is None:
        raise Refused("Only what was claimed can be received or refused.")
    _refuse_days(values["settled_on"], row.claimed_on, "settled_on")
    received = values["outcome"] == State.RECEIVED
    amount = values.get("received_amount")
    if received and not amount:
        raise Refused("Say how much was received.", field="received_amount")
    if not received and amount is not None:
        raise Refused(
            "Nothing is received of a refused claim; leave it empty.", field="received_amount"
        )
    if not received and not values.get("note"):
        raise Refused("Say why the vendor refused.", field="note")
    changes = {
        "received_amount": amount,
        "settled_on": values["settled_on"],
        "note": values.get("note", ""),
    }
    if received and not row.currency:
        changes["currency"] = contract.currency or contract.organization.currency
    return _move(contract, row, State(values["outcome"]), changes, by)


@transaction.atomic
def waive_credit(
    *, credit: ServiceCredit, values: Mapping[str, Any], version: int, by: Membership
) -> ServiceCredit:
    """Leave it to the vendor on purpose; the `note` says why. Raises Stale, Refused."""
    contract, row = _hold(credit, version)
    if row.state != State.DUE:
        raise Refused(f"This credit is “{row.get_state_display().lower()}” already.")
    changes = {"note": values["note"], "settled_on": timezone.localdate()}
    return _move(contract, row, State.WAIVED, changes, by)


@transaction.atomic
def step_back(*, credit: ServiceCredit, version: int, by: Membership) -> ServiceCredit | None:
    """Undo the last step: what was settled is claimed again, what was claimed or let be is open again.

    An open one follows its value, which may have been corrected since the claim; None: it gives nothing
    back any more. Raises Stale, Refused.
    """
    contract, row = _hold(credit, version)
    if row.state in (State.RECEIVED, State.REFUSED):
        changes: dict[str, Any] = {"received_amount": None, "settled_on": None, "note": ""}
        return _move(contract, row, State.CLAIMED, changes, by)
    if row.state in (State.CLAIMED, State.WAIVED):
        state, settled_on = waiting(row.claim_by_on, timezone.localdate())
        changes = {"claimed_on": None, "claim_text": "", "note": ""}
        changes["settled_on"] = settled_on
        return reckon_again(credit=_move(contract, row, state, changes, by), by=by)
    raise Refused("There is nothing to take back.")


# Time -----------------------------------------------------------------------------------------------


@transaction.atomic
def expire_credits(*, organization: Organization, today: dt.date) -> int:
    """What nobody claimed until its last day is lost. Returns how many."""
    rows = ServiceCredit.objects.filter(organization=organization, claim_by_on__lt=today)
    late = rows.unclaimed().select_for_update(of=("self",)).order_by("pk")
    credits = list(late.select_related("contract", "measurement__level"))
    for row in credits:
        row.state, row.settled_on = waiting(row.claim_by_on, today)
        row.version += 1
        row.contract.organization = organization
    if not credits:
        return 0
    ServiceCredit.objects.bulk_update(credits, ["state", "settled_on", "version"])
    watch_days(days=[claim_day(row.contract, row) for row in credits])
    for row in credits:
        log.record(
            by=None,
            verb="review.credit_expired",
            target=row.contract,
            after={"credit": sum_words(row), "for": str(row.measurement.level)},
        )
    return len(credits)


def expire_due(*, now: dt.datetime) -> int:
    """The same in every organization whose day has begun, each in its own time zone. Returns how many."""
    with organization_scope(ALL):
        due = ServiceCredit.objects.unclaimed().filter(claim_by_on__lt=(now + FURTHEST).date())
        rows = Organization.objects.filter(pk__in=due.order_by().values("organization"))
        organizations = list(rows.order_by("pk"))
    done = 0
    for organization in organizations:
        today = now.astimezone(zoneinfo.ZoneInfo(organization.time_zone)).date()
        with organization_scope(organization):
            done += expire_credits(organization=organization, today=today)
    return done


# One step -------------------------------------------------------------------------------------------


def _hold(credit: ServiceCredit, version: int) -> tuple[Contract, ServiceCredit]:
    """First the contract, then the credit: as measurements take hold of them."""
    key = Contract(pk=credit.contract_id, organization_id=credit.organization_id)
    contract = lock_contract(key)
    row: ServiceCredit = lock(
        ServiceCredit.objects.select_related("measurement__level"), credit.pk, version
    )
    row.contract, row.organization = contract, contract.organization
    return contract, row


def _refuse_days(day: dt.date, earliest: dt.date, field: str) -> None:
    if day > timezone.localdate():
        raise Refused("This day lies ahead.", field=field)
    if day < earliest:
        before = "the claim" if field == "settled_on" else "the window that was measured"
        raise Refused(f"This is before {before}.", field=field)


def _move(
    contract: Contract,
    row: ServiceCredit,
    state: State,
    changes: Mapping[str, Any],
    by: Membership,
) -> ServiceCredit:
    before = row.get_state_display()
    for name, value in changes.items():
        setattr(row, name, value)
    row.state = state
    row.version += 1
    row.save()
    watch(day=claim_day(contract, row))
    said = {name: value for name, value in changes.items() if value not in (None, "")}
    said.pop("claim_text", None)
    what = {"credit": sum_words(row), "for": str(row.measurement.level)}
    log.record(
        by=by,
        verb="review.credit_changed",
        target=contract,
        before={**what, "state": before},
        after={**what, "state": row.get_state_display(), **_worded(said)},
    )
    return row


WORDS = {
    "claimed_on": "claimed on",
    "settled_on": "settled on",
    "received_amount": "received",
    "note": "note",
    "currency": "currency",
}


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {WORDS[name]: value for name, value in values.items()}
