"""The days of a contract that follow from its terms, kept in its derived columns and watched."""

import datetime as dt

from contracts.models import Contract


def refresh(contract: Contract, today: dt.date) -> None:
    """Keep the derived columns of a signed contract as they are on `today`, and watch its days."""
    terms = contract.terms_versions.in_force_first(today).first()
    terms = terms or contract.terms_versions.order_by("number").first()
    contract.starts_on = terms.start_on if terms else None
    contract.save(update_fields=["starts_on"])
