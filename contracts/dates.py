"""The days and sums that a contract keeps: derived from its terms and from what people did.

`refresh` is called by every action that changes either, in the same transaction; `refresh_many` does it
for many in constant queries a batch. Both also watch the days that nobody may miss.
"""

import datetime as dt
import logging
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.module_loading import import_string

from activity.actions import watch_days
from activity.watching import Day
from contracts import terms as rules
from contracts.commitment import Outlook, sentence, with_weekday
from contracts.models import Contract, ContractTerms
from contracts.standing import Standing, standing
from core.holidays import holidays_in
from core.templatetags.ui import format_date, money

log = logging.getLogger(__name__)

DERIVED = (
    "starts_on",
    "term_ends_on",
    "ends_on",
    "notice_by_on",
    "safe_notice_on",
    "committed_until_on",
    "currency",
    "yearly_cost",
    "at_stake",
    "refresh_on",
)
NOTICE, END = "contract.notice", "contract.end"
BATCH = 500


def refresh(contract: Contract, today: dt.date) -> Standing:
    """Derive the contract's days and sums anew, keep them, and watch its days.

    Sets them on `contract` too. Called inside the transaction of the action that changed something.
    """
    found = read_standing(contract, today)
    _set(contract, found)
    Contract.objects.filter(pk=contract.pk).update(
        **{name: getattr(contract, name) for name in DERIVED}
    )
    watch_days(days=watched_days(contract, found))
    _tell_followers([contract], today)
    return found


def _set(contract: Contract, found: Standing) -> None:
    for name in DERIVED:
        setattr(contract, name, getattr(found, name))


def read_standing(
    contract: Contract, today: dt.date, versions: Sequence[ContractTerms] | None = None
) -> Standing:
    """Where one contract stands on a day, from its rows; nothing is kept. Two queries, or one if its
    `versions` are in memory already, in the order in which they count."""
    if versions is None:
        versions = list(contract.terms_versions.order_by("from_on", "number"))
    prefetch_related_objects(versions, "price_lines")
    return standing(contract, _counting(contract, versions), today, _holidays(contract))


def refresh_many(contracts: Sequence[Contract], today: dt.date) -> list[Contract]:
    """The same for many contracts of one organization, in the same few queries for each BATCH.

    They need `organization`, `vendor` and `manager` in memory. Returns those that could not be derived,
    which are logged; the others are done.
    """
    failed: list[Contract] = []
    for start in range(0, len(contracts), BATCH):
        batch = contracts[start : start + BATCH]
        terms = _terms_of(batch)
        done: list[Contract] = []
        days: list[Day] = []
        for contract in batch:
            versions = _counting(contract, terms.get(contract.pk, []))
            try:
                found = standing(contract, versions, today, _holidays(contract))
                days += watched_days(contract, found)
            except Exception:  # one bad row must not hold up the others
                log.exception("the days of contract %s could not be derived", contract.pk)
                failed.append(contract)
                continue
            _set(contract, found)
            done.append(contract)
        if done:
            # Rows that are there are updated by it, five times quicker than by bulk_update.
            Contract.objects.bulk_create(
                done, update_conflicts=True, unique_fields=["id"], update_fields=DERIVED
            )
        if days:
            watch_days(days=days)
        if done:
            _tell_followers(done, today)
    return failed


def _tell_followers(contracts: Sequence[Contract], today: dt.date) -> None:
    """What the apps above derive from the days of contracts, in the same transaction."""
    for name in settings.CONTRACT_FOLLOWERS:
        import_string(name)(contracts=contracts, today=today)


def _terms_of(batch: Sequence[Contract]) -> dict[int, list[ContractTerms]]:
    rows = ContractTerms.objects.filter(contract__in=batch).prefetch_related("price_lines")
    found: dict[int, list[ContractTerms]] = {}
    for terms in rows.order_by("from_on", "number"):
        found.setdefault(terms.contract_id, []).append(terms)
    return found


def _counting(contract: Contract, rows: Sequence[ContractTerms]) -> list[ContractTerms]:
    """The versions that count: the agreed ones, or a draft's own."""
    if contract.is_signed:
        return [terms for terms in rows if terms.agreed_at and terms.from_on]
    return [terms for terms in rows if terms.number == 1]


def _holidays(contract: Contract) -> rules.Holidays:
    return holidays_in(contract.organization.country)


# Watched -------------------------------------------------------------------------------------------


def watched_days(contract: Contract, found: Standing) -> list[Day]:
    """The last safe day for notice, and the day on which it is over; without a day where there is none."""
    return [_notice_day(contract, found), _end_day(contract, found)]


def _notice_day(contract: Contract, found: Standing) -> Day:
    watched = found.missed or found.deadline
    if not (contract.is_signed and watched):
        return Day(target=contract, kind=NOTICE, due_on=None)
    words = outlook_words(contract, found)
    if found.missed:
        arrives = with_weekday(watched.arrives_by, _day_writer(contract))
        words = f"Notice had to arrive by {arrives}. {words}"
    return Day(
        target=contract,
        kind=NOTICE,
        due_on=watched.send_by,
        title=f"{contract.title}: last safe day for notice",
        sentence=words,
        path=_path(contract),
        responsible=contract.manager,
    )


def _end_day(contract: Contract, found: Standing) -> Day:
    outlook = found.commitment.outlook
    people_know = contract.terminated_on or contract.notice_given_on
    if not (contract.is_signed and found.ends_on) or (people_know and outlook == Outlook.OVER):
        return Day(target=contract, kind=END, due_on=None)
    return Day(
        target=contract,
        kind=END,
        due_on=found.ends_on,
        title=f"{contract.title} ends",
        sentence=outlook_words(contract, found),
        path=_path(contract),
        responsible=contract.manager,
    )


def outlook_words(contract: Contract, found: Standing) -> str:
    """The sentence of commitment.py in the organization's format."""
    currency = found.currency or contract.organization.currency
    return sentence(
        found.commitment,
        write_day=_day_writer(contract),
        write_money=lambda amount: money(amount, currency),
    )


def _day_writer(contract: Contract) -> Callable[[dt.date], str]:
    return lambda day: format_date(day, contract.organization)


def _path(contract: Contract) -> str:
    return reverse("contracts:contract_terms", args=[contract.organization.slug, contract.pk])
