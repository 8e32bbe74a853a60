"""Which services must not stop."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import Membership, Organization
from activity import log
from core.versions import lock
from reviews.models import CriticalService
from vendors.folding import fold


@transaction.atomic
def say_critical_services(
    *, shown: Sequence[str], chosen: Sequence[str], by: Membership
) -> list[str]:
    """Of the services that were shown, those that were chosen are critical and the others are not; what was
    not shown stays. The names of all critical ones, as they are now."""
    organization: Organization = lock(Organization.objects.all(), by.organization_id)
    rows = CriticalService.objects.filter(organization=organization)
    before = dict(rows.values_list("key", "name"))
    wanted = {fold(name): name for name in chosen}
    gone = {fold(name) for name in shown} - wanted.keys()
    after = {key: name for key, name in before.items() if key not in gone}
    new = {key: name for key, name in wanted.items() if key not in before}
    if new or len(after) < len(before):
        rows.filter(key__in=before.keys() - after.keys()).delete()
        CriticalService.objects.bulk_create(
            CriticalService(organization=organization, key=key, name=name)
            for key, name in new.items()
        )
        log.record(
            by=by,
            verb="review.critical_services_said",
            target=organization,
            before={"critical services": sorted(before.values())},
            after={"critical services": sorted([*after.values(), *new.values()])},
        )
    return sorted([*after.values(), *new.values()])
