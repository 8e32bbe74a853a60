"""Tables of measured values on their way in: kept for a look, then taken over as a whole or not at all."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from contracts.models import Contract
from core.errors import Refused
from core.versions import lock
from reviews.actions.measuring import Entry, Kept, StaleValues, record_measurements
from reviews.measure_file import CHANGED, NEW, WRONG, numbers_of
from reviews.models import Measurement, MeasurementImport

KEEP = dt.timedelta(days=7)


@transaction.atomic
def keep_upload(
    *,
    contract: Contract,
    filename: str,
    rows: Sequence[Mapping[str, Any]],
    by: Membership,
    creation_key: uuid.UUID,
) -> MeasurementImport:
    """Keep what was read for the preview; nothing is recorded yet. Sent twice, it is kept once."""
    old = MeasurementImport.objects.filter(
        organization=by.organization, done_at=None, created_at__lt=timezone.now() - KEEP
    )
    old.delete()
    upload, _ = MeasurementImport.objects.get_or_create(
        organization=by.organization,
        creation_key=creation_key,
        defaults={
            "contract": contract,
            "filename": filename[:200],
            "rows": [dict(row) for row in rows],
            "created_by": by,
        },
    )
    found: MeasurementImport = upload
    return found


@transaction.atomic
def take_over(*, upload: MeasurementImport, by: Membership) -> Kept:
    """Record every value of an upload that was looked at; which changed. Confirmed twice, it is done once.

    Raises Refused if a row is wrong, or somebody changed one of the values since.
    """
    row: MeasurementImport = lock(MeasurementImport.objects.select_related("contract"), upload.pk)
    if row.done_at:
        return Kept()
    if any(one["state"] == WRONG for one in row.rows):
        raise Refused("Some rows are wrong. Correct them in your file, then upload it again.")
    entries = [_entry(one) for one in row.rows if one["state"] in (NEW, CHANGED)]
    try:
        kept = record_measurements(
            contract=row.contract, entries=entries, by=by, source=Measurement.Source.IMPORTED
        )
    except StaleValues:
        raise Refused(
            "Somebody recorded one of these values since you uploaded the file. Upload it again to see"
            " what differs."
        ) from None
    row.done_at = timezone.now()
    row.save()
    log.record(
        by=by,
        verb="review.measurements_imported",
        target=row.contract,
        after={"file": row.filename, "values": len(entries)},
    )
    return kept


def _entry(row: Mapping[str, Any]) -> Entry:
    value, numerator, denominator = numbers_of(row["numbers"])
    return Entry(
        lineage=uuid.UUID(row["lineage"]),
        first_on=dt.date.fromisoformat(row["first_on"]),
        value=value,
        numerator=numerator,
        denominator=denominator,
        note=row["note"],
        version=row["version"],
    )
