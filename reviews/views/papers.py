"""What pages with a paper of their own share: its last job, and its file."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse

from accounts.access import MemberRequest
from accounts.models import Organization
from activity.models import Job
from core.exports import attached
from core.http import go
from reviews.models import SeenReport
from vendors.models import Vendor


def last_job(organization: Organization, vendor: Vendor | None = None) -> Job | None:
    """The job that made, or makes, the last paper about all contracts or about one vendor."""
    rows = organization.seenreport_set.filter(vendor=vendor)
    paper: SeenReport | None = (
        rows.select_related("report_job__file").defer("report_job__file__data").first()
    )
    return paper.report_job if paper else None


def paper_context(job: Job | None) -> dict[str, Any]:
    """For includes/paper.html."""
    return {"job": job, "working": job is not None and not job.ended}


def file_answer(request: MemberRequest, job: Job | None, page: str, *args: Any) -> HttpResponse:
    """The file that the job made; while there is none, the page on which it is asked for."""
    made = getattr(job, "file", None)
    if made is None:
        messages.info(request, "There is no PDF yet. Ask for it here.")
        return go(request, page, request.org.slug, *args)
    return attached(bytes(made.data), made.content_type, made.filename)
