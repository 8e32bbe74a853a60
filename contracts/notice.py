"""Is notice in time, and when does the contract end by it? Read from the terms that decide."""

import datetime as dt
from dataclasses import dataclass

from contracts import terms
from contracts.dates import read_standing
from contracts.models import Contract
from core.holidays import holidays_in


@dataclass(frozen=True)
class Effect:
    """What notice does that arrives on a day.

    `ends_on`: the first day that is no longer covered. `in_time`: it ends the term that runs then, else
    a later one, since it had to arrive `by_on`. `counts_from`: it came so early that it does not count
    before this day.
    """

    arrives_on: dt.date
    ends_on: dt.date
    in_time: bool
    by_on: dt.date
    counts_from: dt.date | None = None


def effect(contract: Contract, *, given_on: dt.date, arrived_on: dt.date | None) -> Effect | None:
    """What notice does that was given then; as long as nobody knows when it arrived, the post is
    reckoned with. None while the terms don't say enough."""
    rule = read_standing(contract, arrived_on or given_on).rule
    if rule is None:
        return None
    holidays = holidays_in(contract.organization.country)
    arrives_on = arrived_on or terms.after(
        given_on, rule.postal_days, terms.BUSINESS_DAYS, holidays
    )
    running = terms.term_on(rule, arrives_on, holidays)
    ends_on = terms.end_by_notice(rule, arrives_on, holidays)
    return Effect(
        arrives_on=arrives_on,
        ends_on=ends_on,
        in_time=ends_on <= running.term_ends_on,
        by_on=running.notice_arrives_by,
        counts_from=terms.too_early(rule, arrives_on, holidays),
    )
