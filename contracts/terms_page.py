"""What the page of the terms tells: words, sums that can be traced, and the days on one line."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from contracts import money
from contracts import terms as rules
from contracts.commitment import Outlook, too_late
from contracts.models import Contract, ContractTerms, PriceLine
from contracts.standing import Standing
from contracts.terms_words import Fact, facts, line_words, price_words
from contracts.versions import line_of, prices_of, sorted_lines
from core.money import cents
from core.templatetags.ui import format_date

MOST_RENEWALS = 3


@dataclass(frozen=True)
class PriceTold:
    """One price line on a day. `yearly` None: a one-off fee, or not complete."""

    label: str
    words: str
    agreed: str
    yearly: Decimal | None
    due_on: dt.date | None
    complete: bool
    one_off: bool


@dataclass(frozen=True)
class Point:
    """One day of the timeline. `kind`: past, now, act (something can be missed), end, plain."""

    day: dt.date
    label: str
    kind: str
    past: bool


@dataclass(frozen=True)
class TermsPage:
    """`shown` counts on `day`. `left`: what the term that binds us still costs from today on."""

    shown: ContractTerms
    day: dt.date
    groups: list[tuple[str, list[Fact]]]
    unsaid: list[str]
    prices: list[PriceTold]
    rises: int
    yearly: Decimal | None
    points: list[Point]
    bound_until: dt.date | None
    left: Decimal | None
    leaving: Decimal | None
    late: str


def writer(contract: Contract) -> Callable[[dt.date], str]:
    """Days in the organization's format."""
    return lambda day: format_date(day, contract.organization)


def read_page(
    contract: Contract,
    shown: ContractTerms,
    standing: Standing,
    versions: Sequence[ContractTerms],
    *,
    day: dt.date,
    today: dt.date,
) -> TermsPage:
    """`shown` with its price lines in memory; `standing` is that of today. No queries."""
    told = facts(shown, writer(contract))
    said = [fact for fact in told if fact.text]
    groups = groupby(said, lambda fact: fact.group)
    prices = prices_of(shown)
    at = max(day, prices.from_on) if prices else day
    until = _bound_until(standing)
    return TermsPage(
        shown=shown,
        day=day,
        groups=[(group, list(some)) for group, some in groups],
        unsaid=[fact.label for fact in told if not fact.text],
        prices=[
            _told(row, prices, shown.currency, at) for row in sorted_lines(shown.price_lines.all())
        ],
        rises=money.rises(prices, at) if prices else 0,
        yearly=money.yearly_cost(prices, at) if prices else None,
        points=_points(contract, standing, versions, today),
        bound_until=until,
        left=_left(standing, until, today),
        leaving=_leaving(shown, standing, until, today),
        late=too_late(standing.commitment, write_day=writer(contract)),
    )


def _told(row: PriceLine, prices: money.Prices | None, currency: str, day: dt.date) -> PriceTold:
    line = line_of(row)
    exact = money.yearly_of(prices, line, day) if prices else None
    words, agreed = line_words(row, prices, currency, day), price_words(row, currency)
    one_off = line.kind == money.ONE_OFF
    first = prices.from_on if prices else None
    return PriceTold(
        label=row.label,
        words=words,
        agreed=agreed if agreed != words else "",
        yearly=None if exact is None else cents(exact),
        due_on=(row.due_on or first) if one_off else None,
        complete=money.is_complete(line),
        one_off=one_off,
    )


def _bound_until(standing: Standing) -> dt.date | None:
    """The end of the term that notice can't avoid any more, or of the one that runs."""
    if standing.ends_on:
        return standing.ends_on
    return standing.deadline.ends_on if standing.deadline else standing.term_ends_on


def _left(standing: Standing, until: dt.date | None, today: dt.date) -> Decimal | None:
    if until is None or standing.commitment.outlook == Outlook.OVER:
        return None
    return money.cost(standing.versions, today, until) if today < until else None


def _leaving(
    shown: ContractTerms, standing: Standing, until: dt.date | None, today: dt.date
) -> Decimal | None:
    """What it would cost to leave today, if that is allowed."""
    if not shown.convenience or until is None or until <= today or standing.starts_on is None:
        return None
    return money.fee_of_leaving(
        shown.fee_rule,
        shown.fee_value,
        versions=standing.versions,
        leave_on=max(today, standing.starts_on),
        term_ends_on=until,
    )


# The timeline --------------------------------------------------------------------------------------


def _points(
    contract: Contract, standing: Standing, versions: Sequence[ContractTerms], today: dt.date
) -> list[Point]:
    found: list[tuple[dt.date | None, str, str]] = [
        (contract.signed_on, "Signed", "plain"),
        (standing.starts_on, "Start", "plain"),
        (today, "Today", "now"),
        (contract.notice_given_on, "Notice given", "plain"),
    ]
    found += [
        (terms.from_on, f"Amendment {terms.amendment.number} begins to count", "plain")
        for terms in versions
        if terms.amendment and terms.agreed_at and _is_before_the_end(terms, standing)
    ]
    found += [*_renewed(standing, today), *_ahead(standing)]
    known = {
        (day, label): Point(day, label, kind, day < today) for day, label, kind in found if day
    }
    order = {"now": 1, "end": 2}
    return sorted(known.values(), key=lambda point: (point.day, order.get(point.kind, 0)))


def _is_before_the_end(terms: ContractTerms, standing: Standing) -> bool:
    return not (standing.ends_on and terms.from_on and terms.from_on >= standing.ends_on)


def _renewed(standing: Standing, today: dt.date) -> list[tuple[dt.date, str, str]]:
    """The last renewals until today."""
    if standing.rule is None or not standing.signed:
        return []
    days = rules.renewals(standing.rule, min(today, standing.ends_on or today))
    days = [day for day in days if day != standing.ends_on]
    return [(day, "Renewed", "plain") for day in days[-MOST_RENEWALS:]]


def _ahead(standing: Standing) -> list[tuple[dt.date | None, str, str]]:
    if standing.ends_on:
        return [(standing.ends_on, "It is over: the first day not covered", "end")]
    deadline = standing.deadline
    if deadline is None:
        label = "The initial term ends" if standing.rule else ""
        if standing.commitment.outlook == Outlook.RUNS_ON:
            label = "It ends, if notice arrives today"
        return [(standing.term_ends_on, label, "end")] if label else []
    found: list[tuple[dt.date | None, str, str]] = [
        (deadline.arrives_from, "Notice may arrive from here on", "plain"),
        (deadline.send_by, "Last safe day to send notice", "act"),
        (deadline.arrives_by, "Notice must have arrived", "act"),
        (deadline.ends_on, "Term ends; without notice it renews", "end"),
        (deadline.committed_until, "Committed until here if nothing is done", "end"),
    ]
    if standing.term_ends_on and standing.term_ends_on < deadline.ends_on:
        found.append((standing.term_ends_on, "It renews: too late for notice", "plain"))
    return found
