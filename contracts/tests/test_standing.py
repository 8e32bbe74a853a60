"""Where a contract stands: nothing that it keeps changes before the day on which it is derived anew."""

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from contracts.commitment import Outlook
from contracts.dates import DERIVED
from contracts.models import Contract, ContractTerms, PriceLine
from contracts.standing import Standing, standing

DATES = st.dates(dt.date(2018, 1, 1), dt.date(2030, 12, 31))
A_DAY = dt.timedelta(days=1)
KEPT = [name for name in DERIVED if name != "refresh_on"]


def terms(number: int, from_on: dt.date, amount: int, **values) -> ContractTerms:
    row = ContractTerms(pk=number, number=number, from_on=from_on, currency="EUR", **values)
    line = PriceLine(kind="flat", label="Desk", amount=Decimal(amount), period="month")
    row._prefetched_objects_cache = {"price_lines": [line]}
    return row


VALUES = st.fixed_dictionaries(
    {
        "start_on": DATES,
        "initial_months": st.integers(1, 36),
        "renewal_mode": st.sampled_from(["none", "automatic", "by_agreement", "evergreen"]),
        "renewal_months": st.integers(1, 24),
        "notice": st.none() | st.integers(0, 8),
        "notice_unit": st.sampled_from(["days", "months", "business_days"]),
        "notice_earliest": st.none() | st.integers(8, 12),
        "notice_form": st.sampled_from(["mail", "letter"]),
        "postal_days": st.none() | st.integers(0, 5),
        "escalator_percent": st.none() | st.just(Decimal(3)),
    }
)
DID = st.fixed_dictionaries(
    {
        "notice_given_on": st.none() | DATES,
        "terminated_on": st.none() | st.none() | DATES,
    }
)


def kept(found: Standing) -> dict:
    words = (found.commitment.outlook, found.commitment.ends_on, bool(found.missed))
    return {name: getattr(found, name) for name in KEPT} | {"words": words}


@given(VALUES, DID, st.none() | st.integers(1, 1500), DATES)
@hypothesis_settings(max_examples=100)
def test_nothing_changes_before_the_day_on_which_it_is_derived_anew(values, did, later, today):
    contract = Contract(stage="signed", **did)
    versions = [terms(1, values["start_on"], 100, **values)]
    if later:
        from_on = values["start_on"] + dt.timedelta(days=later)
        versions.append(terms(2, from_on, 200, **{**values, "start_on": from_on}))
    found = standing(contract, versions, today, ())
    until = min(found.refresh_on or dt.date.max, today + dt.timedelta(days=800))
    assert until > today
    days = {until - A_DAY, today + A_DAY, today + (until - today) / 2, today + (until - today) / 5}
    for day in days:
        if today < day < until:
            assert kept(standing(contract, versions, day, ())) == kept(found), day


@given(VALUES, DATES)
@hypothesis_settings(max_examples=60)
def test_what_is_kept_belongs_together(values, today):
    found = standing(
        Contract(stage="signed"), [terms(1, values["start_on"], 100, **values)], today, ()
    )
    assert (found.notice_by_on is None) == (found.safe_notice_on is None)
    assert (found.ends_on is None) == (values["renewal_mode"] in {"automatic", "evergreen"})
    if found.notice_by_on:
        assert today <= found.notice_by_on <= found.commitment.ends_on < found.committed_until_on
        assert found.at_stake > 0
        assert found.commitment.outlook == Outlook.RENEWS
    draft = standing(
        Contract(stage="draft"), [terms(1, values["start_on"], 100, **values)], today, ()
    )
    assert (draft.safe_notice_on, draft.at_stake, draft.refresh_on) == (None, None, None)
    assert draft.commitment == found.commitment, "told before the signature"
