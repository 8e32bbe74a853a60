"""Review plans and the reviews that appear by them."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from accounts.models import Organization
from contracts.models import Contract


@transaction.atomic
def follow_contracts(*, contracts: Sequence[Contract], today: dt.date) -> None:
    """Give each signed contract a plan, and its reviews (settings.CONTRACT_FOLLOWERS)."""


@transaction.atomic
def follow_organization(*, organization: Organization, changed: set[str]) -> None:
    """Its fiscal year starts in another month, or its day at another hour (settings.ORGANIZATION_FOLLOWERS)."""
