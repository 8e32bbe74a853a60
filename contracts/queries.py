"""Sets of contracts that other apps ask about."""

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.holds import Hold
from accounts.models import Membership
from accounts.permissions import Perm
from contracts.models import Alternative, Contract
from contracts.models.record import ContractQuerySet
from core.errors import Refused
from vendors.models import Vendor

MOST_NAMED = 3


def managed_by(member: Membership) -> ContractQuerySet:
    """Everything that they are delegated manager of and that is not over, drafts included."""
    rows: ContractQuerySet = member.organization.contract_set.filter(manager=member)
    gone = Q(stage=Contract.Stage.WITHDRAWN) | _over(timezone.localdate())
    return rows.exclude(gone).newest_first()


def _over(day: dt.date) -> Q:
    ended = Q(terminated_on__lte=day, terminated_on__isnull=False)
    ended |= Q(ends_on__lte=day, ends_on__isnull=False)
    return Q(stage=Contract.Stage.SIGNED) & ended


def held_by(member: Membership) -> list[Hold]:
    """Contracts that are signed or wait for it, if this member may not run them (any more).

    A draft does not hold anybody: it can't be sent before somebody else is named.
    """
    if member.can(Perm.CONTRACT_EDIT):
        return []
    rows = managed_by(member).exclude(stage=Contract.Stage.DRAFT)
    titles = list(rows.values_list("title", flat=True))
    if not titles:
        return []
    named = ", ".join(f"“{title}”" for title in titles[:MOST_NAMED])
    more = f" and {len(titles) - MOST_NAMED} more" if len(titles) > MOST_NAMED else ""
    many = "1 contract" if len(titles) == 1 else f"{len(titles)} contracts"
    path = reverse("contracts:hand_over_contracts", args=[member.organization.slug, member.pk])
    return [Hold(f"{member.name} manages {many}: {named}{more}. Hand them over first.", path)]


def refuse_merge(kept: Vendor, gone: Vendor) -> None:
    """A vendor can't be an alternative to itself: one of the two must leave the other's bench first.

    Raises Refused. Called by the merge of two vendors (settings.VENDOR_MERGE_CHECKS).
    """
    both = [kept, gone]
    row = (
        Alternative.objects.filter(contract__vendor__in=both, vendor__in=both)
        .select_related("contract", "vendor")
        .order_by("pk")
        .first()
    )
    if row is not None:
        raise Refused(
            f"{row.vendor} is on the bench of “{row.contract}”, as an alternative to the other one, so"
            " they can't become one. Take it off that bench first."
        )
