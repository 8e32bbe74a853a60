"""Which results of reviews wait to be made a PDF, whichever organization they belong to."""

import datetime as dt

from activity.models import Job
from core.tenancy import ALL, organization_scope
from reviews.models import Review


def review_to_report(review_id: int) -> Review | None:
    """The review whose PDF waits to be made."""
    with organization_scope(ALL):
        rows = Review.objects.select_related(
            "organization", "contract__vendor", "contract__organization", "record", "report_job"
        )
        found: Review | None = rows.filter(
            pk=review_id, report_job__state=Job.State.WAITING
        ).first()
        return found


def waiting_reports(before: dt.datetime) -> list[int]:
    """Reviews whose PDF was to be started before then, oldest first."""
    with organization_scope(ALL):
        rows = Review.objects.filter(
            report_job__state=Job.State.WAITING, report_job__created_at__lt=before
        )
        return list(rows.order_by("pk").values_list("pk", flat=True))
