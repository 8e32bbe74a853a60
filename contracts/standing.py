"""Where a contract stands on a day: derived from its terms and from what people did. No queries, no writes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts import money
from contracts import terms as rules
from contracts.commitment import Commitment, Outlook
from contracts.models import Contract, ContractTerms
from contracts.versions import prices_of, rule_of, version_on

# So long a missed deadline still waits for somebody, before the next one is watched.
GRACE = dt.timedelta(days=7)
A_DAY = dt.timedelta(days=1)
BIGGEST = Decimal("999999999999.99")  # what the columns hold


@dataclass(frozen=True)
class Standing:
    """Where a contract stands on a day: the derived columns, and what the pages say of it.

    `rule`: the terms that decide about the end of the term. `missed`: the deadline of the days just
    gone, while it is still watched.
    """

    commitment: Commitment
    signed: bool = False
    rule: rules.Rule | None = None
    term: rules.Term | None = None
    deadline: rules.Deadline | None = None
    missed: rules.Deadline | None = None
    versions: tuple[money.Prices, ...] = ()
    starts_on: dt.date | None = None
    term_ends_on: dt.date | None = None
    ends_on: dt.date | None = None
    notice_by_on: dt.date | None = None
    safe_notice_on: dt.date | None = None
    committed_until_on: dt.date | None = None
    currency: str = ""
    yearly_cost: Decimal | None = None
    at_stake: Decimal | None = None
    refresh_on: dt.date | None = None


def standing(
    contract: Contract, versions: Sequence[ContractTerms], today: dt.date, holidays: rules.Holidays
) -> Standing:
    """`versions`: the agreed ones in their order; of a contract that is not signed, number 1 alone."""
    shown = version_on(versions, today) or (versions[0] if versions else None)
    if shown is None:
        return Standing(Commitment(Outlook.UNKNOWN, today))
    priced = tuple(found for found in map(prices_of, versions) if found)
    found = _standing(contract, versions, shown, priced, today, holidays)
    # What is over keeps its last price.
    day = min(today, found.ends_on - A_DAY) if found.ends_on else today
    now = prices_of(version_on(versions, day) or shown)
    price = money.yearly_cost(now, max(day, now.from_on)) if now else None
    return Standing(
        **{
            **vars(found),
            "signed": contract.is_signed,
            "versions": priced,
            "starts_on": versions[0].start_on,
            "currency": shown.currency,
            "yearly_cost": _that_fits(price),
            "refresh_on": _refresh_on(contract, versions, found, now, today),
        }
    )


def _standing(
    contract: Contract,
    versions: Sequence[ContractTerms],
    shown: ContractTerms,
    priced: Sequence[money.Prices],
    today: dt.date,
    holidays: rules.Holidays,
) -> Standing:
    rule = _deciding(versions, shown, today, holidays)
    if rule is None:
        return Standing(Commitment(Outlook.UNKNOWN, today))
    found = _by_rule(contract, rule, priced, today, holidays)
    if contract.is_signed:
        return found
    # What a signature would bring: told before it is given, but nothing binds yet, and no day is kept.
    return Standing(
        found.commitment,
        rule=rule,
        term=found.term,
        deadline=found.deadline,
        term_ends_on=found.term_ends_on,
    )


def _by_rule(
    contract: Contract,
    rule: rules.Rule,
    priced: Sequence[money.Prices],
    today: dt.date,
    holidays: rules.Holidays,
) -> Standing:
    term = rules.term_on(rule, today, holidays)
    over = _over(contract, rule, term, holidays)
    if over:
        return _ending(over, rule, rules.term_on(rule, min(today, over[1]), holidays), today)
    deadline = rules.next_deadline(rule, today, holidays)
    if deadline is None:
        return _without_deadline(rule, term, priced, today)
    stake = _that_fits(money.cost(priced, deadline.ends_on, deadline.committed_until))
    commitment = Commitment(
        Outlook.RENEWS,
        today,
        ends_on=deadline.ends_on,
        send_by=deadline.send_by,
        arrives_from=deadline.arrives_from,
        arrives_by=deadline.arrives_by,
        until_on=deadline.committed_until,
        at_stake=stake,
        too_late_for=term.term_ends_on if deadline.ends_on > term.term_ends_on else None,
    )
    return Standing(
        commitment,
        rule=rule,
        term=term,
        deadline=deadline,
        missed=_just_missed(rule, deadline, today, holidays),
        term_ends_on=term.term_ends_on,
        notice_by_on=deadline.arrives_by,
        safe_notice_on=deadline.send_by,
        committed_until_on=deadline.committed_until,
        at_stake=stake,
    )


def _deciding(
    versions: Sequence[ContractTerms],
    shown: ContractTerms,
    today: dt.date,
    holidays: rules.Holidays,
) -> rules.Rule | None:
    """The rule of the terms in force; or of agreed ones that begin before the term ends, since they
    are in force by then."""
    rule = rule_of(shown)
    for later in versions[versions.index(shown) + 1 :]:
        ends_on = rules.term_on(rule, today, holidays).term_ends_on if rule else None
        if ends_on is None or (later.from_on and later.from_on <= ends_on):
            rule = rule_of(later) or rule
    return rule


def _over(
    contract: Contract, rule: rules.Rule, term: rules.Term, holidays: rules.Holidays
) -> tuple[Outlook, dt.date] | None:
    """On which day the contract is over by what people did or by itself; None while it runs on."""
    if contract.terminated_on:
        return Outlook.TERMINATED, contract.terminated_on
    if contract.notice_given_on:
        arrives_on = contract.notice_arrived_on or _expected(rule, contract, holidays)
        return Outlook.NOTICE_GIVEN, rules.end_by_notice(rule, arrives_on, holidays)
    if rule.renewal_mode == rules.NONE:
        return Outlook.ENDS, term.term_ends_on
    if rule.renewal_mode == rules.BY_AGREEMENT:
        return Outlook.NEEDS_AGREEMENT, term.term_ends_on
    return None


def _expected(rule: rules.Rule, contract: Contract, holidays: rules.Holidays) -> dt.date:
    """When a notice arrives by post, as long as nobody said when it did."""
    given_on: dt.date = contract.notice_given_on  # type: ignore[assignment]  # asked for by _over only
    return rules.after(given_on, rule.postal_days, rules.BUSINESS_DAYS, holidays)


def _ending(
    over: tuple[Outlook, dt.date], rule: rules.Rule, term: rules.Term, today: dt.date
) -> Standing:
    outlook, day = over
    shown = Outlook.OVER if day <= today else outlook
    return Standing(
        Commitment(shown, today, ends_on=day, until_on=day, at_stake=Decimal("0.00")),
        rule=rule,
        term=term,
        term_ends_on=day if outlook == Outlook.NOTICE_GIVEN else term.term_ends_on,
        ends_on=day,
        committed_until_on=day,
        at_stake=Decimal("0.00"),
    )


def _without_deadline(
    rule: rules.Rule, term: rules.Term, priced: Sequence[money.Prices], today: dt.date
) -> Standing:
    """It runs on until notice, or how much notice it needs was not said."""
    if rule.renewal_mode == rules.EVERGREEN:
        said = rule.notice is not None
        return Standing(
            Commitment(
                Outlook.RUNS_ON if said else Outlook.UNKNOWN, today, ends_on=term.term_ends_on
            ),
            rule=rule,
            term=term,
            term_ends_on=term.term_ends_on,
            committed_until_on=term.committed_until if said else None,
            at_stake=Decimal("0.00") if said else None,
        )
    stake = _that_fits(money.cost(priced, term.term_ends_on, term.committed_until))
    return Standing(
        Commitment(
            Outlook.RENEWS,
            today,
            ends_on=term.term_ends_on,
            until_on=term.committed_until,
            at_stake=stake,
        ),
        rule=rule,
        term=term,
        term_ends_on=term.term_ends_on,
        committed_until_on=term.committed_until,
        at_stake=stake,
    )


def _just_missed(
    rule: rules.Rule, deadline: rules.Deadline, today: dt.date, holidays: rules.Holidays
) -> rules.Deadline | None:
    """The deadline of the last few days, if it has passed."""
    earlier = rules.next_deadline(rule, today - GRACE, holidays)
    return earlier if earlier and earlier.arrives_by < deadline.arrives_by else None


def _that_fits(amount: Decimal | None) -> Decimal | None:
    """None for a sum that no column holds: the rows' bounds multiply beyond it."""
    return amount if amount is not None and abs(amount) <= BIGGEST else None


def _refresh_on(
    contract: Contract,
    versions: Sequence[ContractTerms],
    found: Standing,
    now: money.Prices | None,
    today: dt.date,
) -> dt.date | None:
    """The first later day on which any of this can change; None if none does."""
    if not contract.is_signed:
        return None
    days = [terms.from_on for terms in versions]
    if found.commitment.outlook == Outlook.OVER:  # later terms may take it up again
        return min((day for day in days if day and day > today), default=None)
    days += [versions[0].start_on, found.term_ends_on, found.ends_on]
    if now:
        days.append(money.next_rise(now, today))
    if found.deadline:
        days.append(found.deadline.arrives_by + A_DAY)
    if found.missed:
        days.append(found.missed.arrives_by + GRACE + A_DAY)
    if found.commitment.outlook == Outlook.RUNS_ON:
        days.append(today + A_DAY)
    return min((day for day in days if day and day > today), default=None)
