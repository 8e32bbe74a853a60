"""What time changes: terms renew, deadlines pass, prices rise. Found by the tick, done in batches."""

import datetime as dt
import logging
import zoneinfo
from collections.abc import Sequence

from django.db import DatabaseError, transaction

from accounts.models import Organization
from activity.actions import watch_days
from contracts import dates, watchers
from contracts.models import Contract
from core import jobs
from core.tenancy import ALL, organization_scope

log = logging.getLogger(__name__)

LONG_AGO = dt.date(2000, 1, 1)
TASK = "contracts.tasks.refresh_dates"
# No place on earth is a day further than this.
FURTHEST = dt.timedelta(hours=14)


@transaction.atomic
def follow_organization(*, organization: Organization, changed: set[str]) -> None:
    """Its country has other holidays, or its day begins at another hour: the days and sums of signed
    contracts are derived anew, by the worker at once or by the next tick (settings.ORGANIZATION_FOLLOWERS)."""
    if {"country", "time_zone", "date_format"} & changed:
        rows = organization.contract_set.signed().exclude(refresh_on=None)
        if rows.update(refresh_on=LONG_AGO):
            jobs.wake(TASK)


def refresh_due(*, now: dt.datetime) -> int:
    """Derive anew what is not right any more on today's date, in each organization's own time zone.

    Whatever was not done by an earlier tick is done by this one. A contract whose terms can't be
    reckoned is logged, stays due, and holds up no other. Returns how many were done.
    """
    with organization_scope(ALL):
        due = Organization.objects.filter(contract__refresh_on__lte=(now + FURTHEST).date())
        organizations = list(due.distinct().order_by("pk"))
    done = 0
    for organization in organizations:
        with organization_scope(organization):
            today = now.astimezone(zoneinfo.ZoneInfo(organization.time_zone)).date()
            done += _refresh_organization(organization, today)
    return done


def _refresh_organization(organization: Organization, today: dt.date) -> int:
    rows = organization.contract_set.filter(refresh_on__lte=today).order_by("pk")
    pks = list(rows.values_list("pk", flat=True))
    batches = [pks[at : at + dates.BATCH] for at in range(0, len(pks), dates.BATCH)]
    return sum(_refresh_batch(organization, batch, today) for batch in batches)


def _refresh_batch(organization: Organization, pks: Sequence[int], today: dt.date) -> int:
    """All of them at once; or, if the database refuses one, each on its own."""
    try:
        with transaction.atomic():
            # Locked, so that nobody changes the terms between reading and keeping; and only then read,
            # since PostgreSQL would show what hangs on a row as it was before the waiting.
            rows = Contract.objects.filter(pk__in=pks).order_by("pk")
            list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
            contracts = list(rows.select_related("vendor", "manager"))
            for contract in contracts:
                contract.organization = contract.vendor.organization = organization
            failed = dates.refresh_many(contracts, today)
            _forget_what_is_over(contracts, today)
            return len(contracts) - len(failed)
    except DatabaseError:
        if len(pks) == 1:
            log.exception("the days of contract %s could not be kept", pks[0])
            return 0
        return sum(_refresh_batch(organization, [pk], today) for pk in pks)


def _forget_what_is_over(contracts: Sequence[Contract], today: dt.date) -> None:
    """Nobody is reminded of the keys, tasks and quotes of contracts that ended with their term."""
    over = [row for row in contracts if row.status(today).is_over]
    if over:
        watch_days(days=watchers.days_to_forget(over))
