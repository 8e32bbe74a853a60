"""Versions of the terms: which one counts on a day, which one may be edited, and how one is copied."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from contracts import money
from contracts.models import Amendment, Contract, ContractTerms, PriceLine, ServiceLevel
from contracts.terms import AUTOMATIC, Rule
from core.errors import Refused
from core.tiers import DEAREST, Tier

NOT_COPIED = {"id", "organization", "contract", "number", "amendment", "agreed_at", "version"}
LINE_FIELDS = [
    "kind",
    "label",
    "amount",
    "period",
    "quantity",
    "tiers",
    "included_hours",
    "extra_amount",
    "escalates",
    "due_on",
]
BY_POST = {ContractTerms.NoticeForm.LETTER, ContractTerms.NoticeForm.REGISTERED}


def terms_to_show(
    contract: Contract, today: dt.date, agreed: Sequence[ContractTerms] | None = None
) -> ContractTerms:
    """The terms in force on `today`; before the first day the first agreed ones; of a draft its own.
    The `agreed` versions are read unless they are handed over."""
    agreed = agreed_versions(contract) if agreed is None else agreed
    return version_on(agreed, today) or contract.terms_versions.order_by("number").get(number=1)


def agreed_versions(contract: Contract) -> list[ContractTerms]:
    """In the order in which they count."""
    rows = contract.terms_versions.agreed().select_related("amendment")
    return list(rows.order_by("from_on", "number"))


def version_on(agreed: Sequence[ContractTerms], day: dt.date) -> ContractTerms | None:
    """The one in force on `day`, or the first one before that; None if nothing is agreed."""
    begun = [terms for terms in agreed if terms.from_on and terms.from_on <= day]
    return begun[-1] if begun else (agreed[0] if agreed else None)


def editable_terms(contract: Contract) -> ContractTerms | None:
    """What may be changed now: a draft contract's own terms, or those of the amendment that is a draft."""
    if contract.stage == Contract.Stage.DRAFT:
        return contract.terms_versions.filter(number=1, agreed_at=None).first()
    if contract.stage != Contract.Stage.SIGNED:
        return None
    rows = contract.terms_versions.filter(agreed_at=None, amendment__stage=Amendment.Stage.DRAFT)
    return rows.select_related("amendment").order_by("-number").first()


# In the shape of the pure modules ------------------------------------------------------------------


def rule_of(terms: ContractTerms) -> Rule | None:
    """Term, renewal and notice as terms.py takes them; None if the term is not said yet."""
    if not (terms.start_on and terms.initial_months and terms.renewal_mode):
        return None
    if terms.renewal_mode == AUTOMATIC and not terms.renewal_months:
        return None
    by_post = terms.notice_form in BY_POST
    said = terms.notice is not None and bool(terms.notice_unit)
    return Rule(
        start_on=terms.start_on,
        initial_months=terms.initial_months,
        renewal_mode=terms.renewal_mode,
        renewal_months=terms.renewal_months or 0,
        notice=terms.notice if said else None,
        notice_unit=terms.notice_unit or "days",
        notice_earliest=terms.notice_earliest if said else None,
        postal_days=(terms.postal_days or 0) if by_post else 0,
    )


def prices_of(
    terms: ContractTerms, lines: Sequence[PriceLine] | None = None
) -> money.Prices | None:
    """The price lines as money.py takes them; None while there is no start. Reads `price_lines`
    unless they are handed over."""
    if terms.start_on is None:
        return None
    rows = sorted_lines(terms.price_lines.all() if lines is None else lines)
    from_on = terms.start_on if terms.number == 1 else terms.from_on or terms.start_on
    return money.Prices(
        lines=tuple(line_of(row) for row in rows),
        start_on=terms.start_on,
        from_on=from_on,
        priced_on=terms.priced_on or from_on,
        rise_percent=money.rise(terms.escalator_percent, terms.escalator_cap_percent),
    )


def sorted_lines(rows: Any) -> list[PriceLine]:
    """In the order in which a person put them."""
    return sorted(rows, key=lambda row: (row.position, row.pk or 0))


def line_of(row: PriceLine) -> money.Line:
    return money.Line(
        kind=row.kind,
        label=row.label,
        amount=row.amount,
        period=row.period,
        quantity=row.quantity,
        tiers=tuple(tiers_of(row.tiers)),
        escalates=row.escalates,
        due_on=row.due_on,
    )


def tiers_of(stored: Sequence[dict[str, Any]]) -> list[Tier]:
    """As kept: [{"up_to": 10 or null, "amount": "40.00"}]."""
    return [
        Tier(
            None if tier["up_to"] is None else Decimal(str(tier["up_to"])), Decimal(tier["amount"])
        )
        for tier in stored
    ]


def tiers_kept(tiers: Sequence[Tier]) -> list[dict[str, Any]]:
    """The other way round; numbers as text, so that nothing is lost."""
    return [
        {"up_to": None if t.up_to is None else f"{t.up_to.normalize():f}", "amount": f"{t.amount}"}
        for t in tiers
    ]


def new_lines(terms: ContractTerms, lines: Sequence[Mapping[str, Any]]) -> list[PriceLine]:
    """Price lines from what a form says, in this order; not kept yet."""
    return [
        PriceLine(
            organization=terms.organization,
            terms=terms,
            position=place,
            **{name: values[name] for name in LINE_FIELDS},
        )
        for place, values in enumerate(lines)
    ]


# Copying -------------------------------------------------------------------------------------------


def copy_terms(
    source: ContractTerms, *, amendment: Amendment, number: int, from_on: dt.date
) -> ContractTerms:
    """The next version, to be changed: everything of `source`, with its price lines and service levels.

    Amounts are those of `from_on`, with the rises until then, rounded to cents. One-off fees that are
    due before stay with the version that they belong to.
    """
    names = [f.name for f in ContractTerms._meta.concrete_fields if f.name not in NOT_COPIED]
    values = {name: getattr(source, name) for name in names}
    prices = prices_of(source)
    copy: ContractTerms = ContractTerms.objects.create(
        organization_id=source.organization_id,
        contract_id=source.contract_id,
        number=number,
        amendment=amendment,
        **{**values, "from_on": from_on, "priced_on": from_on},
    )
    rows = sorted_lines(source.price_lines.all())
    lines = [
        _line_from(row, prices, from_on, copy) for row in rows if _goes_on(row, prices, from_on)
    ]
    _refuse_beyond_columns(lines)
    PriceLine.objects.bulk_create(lines)
    levels = source.service_levels.order_by("position", "pk")
    ServiceLevel.objects.bulk_create(
        [_copy_of(row, terms=copy, organization_id=copy.organization_id) for row in levels]
    )
    return copy


def _refuse_beyond_columns(lines: Sequence[PriceLine]) -> None:
    """A yearly rise compounds: over many years it leaves every bound."""
    for line in lines:
        amounts = [line.amount, line.extra_amount, *(Decimal(t["amount"]) for t in line.tiers)]
        if any(amount is not None and amount > DEAREST for amount in amounts):
            raise Refused(
                f"With its yearly rises “{line.label}” would cost more by that day than can be kept."
                " Choose an earlier day.",
                field="from_on",
            )


def _goes_on(row: PriceLine, prices: money.Prices | None, from_on: dt.date) -> bool:
    due_on = row.due_on or (prices.from_on if prices else None)
    return row.kind != money.ONE_OFF or due_on is None or due_on >= from_on


def _line_from(
    row: PriceLine, prices: money.Prices | None, from_on: dt.date, terms: ContractTerms
) -> PriceLine:
    copy: PriceLine = _copy_of(row, terms=terms, organization_id=terms.organization_id)
    if row.kind == money.ONE_OFF and copy.due_on is None and prices:
        copy.due_on = prices.from_on
    if prices:
        times = money.factor(prices, line_of(row), from_on)
        copy.amount = money.risen(row.amount, times)
        copy.extra_amount = money.risen(row.extra_amount, times)
        copy.tiers = [
            {**tier, "amount": str(money.risen(Decimal(tier["amount"]), times))}
            for tier in row.tiers
        ]
    return copy


def _copy_of(row: Any, **changes: Any) -> Any:
    """A new row with the values of another one."""
    fields = [f for f in row._meta.concrete_fields if not f.primary_key]
    values = {f.attname: getattr(row, f.attname) for f in fields if f.name not in changes}
    values = {name: value for name, value in values.items() if name not in changes}
    return type(row)(**{**values, **changes, **({"version": 1} if "version" in values else {})})
