"""The papers over many reviews: what they say, and which of them wait to be made."""

import datetime as dt
from typing import Any

from activity.models import Job
from core.tenancy import ALL, organization_scope
from reviews import standing_rows, vendor_trend
from reviews.models import SeenReport
from reviews.standing_rows import Line
from vendors.models import Vendor

IN_PAPER = 5
MOST_LISTED = 50
PERIODS_IN_PAPER = 6  # as many columns as an upright page has room for


def context_of(paper: SeenReport, today: dt.date) -> dict[str, Any]:
    """For the paper's template."""
    if paper.vendor is None:
        return {"report": standing_rows.report(paper.organization, today)}
    paper.vendor.organization = paper.organization
    return {"vendor": paper.vendor, **vendor_context(paper.vendor, today)}


def vendor_context(vendor: Vendor, today: dt.date) -> dict[str, Any]:
    """Up to 50 contracts in a table, and the five that were reviewed last with all their lines."""
    contracts = list(vendor_trend.contracts_of(vendor)[: MOST_LISTED + 1])
    shown = [contract for contract in contracts[:IN_PAPER] if Line(contract).plan.held_on]
    for contract in shown:
        contract.organization = vendor.organization
    return {
        "lines": [Line(contract) for contract in contracts[:MOST_LISTED]],
        "is_cut": len(contracts) > MOST_LISTED,
        "trends": [
            vendor_trend.of_contract(contract, today, PERIODS_IN_PAPER) for contract in shown
        ],
        "today": today,
    }


def template_of(paper: SeenReport) -> str:
    name = "standing_report" if paper.vendor_id is None else "vendor_trend"
    return f"reviews/{name}_pdf.html"


def filename_of(paper: SeenReport, today: dt.date) -> str:
    what = "standing" if paper.vendor_id is None else f"vendor-{paper.vendor_id}"
    return f"{what}-{paper.organization.slug}-{today.isoformat()}.pdf"


def paper_to_make(paper_id: int) -> SeenReport | None:
    """The paper that waits to be made, whichever organization it belongs to."""
    with organization_scope(ALL):
        rows = SeenReport.objects.select_related("organization", "vendor", "report_job")
        found: SeenReport | None = rows.filter(
            pk=paper_id, report_job__state=Job.State.WAITING
        ).first()
        return found


def waiting_papers(before: dt.datetime) -> list[int]:
    """Those that were to be started before then, oldest first."""
    with organization_scope(ALL):
        rows = SeenReport.objects.filter(
            report_job__state=Job.State.WAITING, report_job__created_at__lt=before
        )
        return list(rows.order_by("pk").values_list("pk", flat=True))
