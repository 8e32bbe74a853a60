"""How one vendor does over time: its contracts, and one of them period by period."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.exports import file_of
from core.http import go, page
from reviews import vendor_trend as trends
from reviews.actions.seen_reports import ask_for_paper
from reviews.standing_rows import Line
from reviews.views.papers import file_answer, last_job, paper_context
from vendors.models import Vendor

PER_PAGE = 25


def _vendor(request: MemberRequest, vendor_id: int) -> Vendor:
    vendor: Vendor = get_object_or_404(request.org.vendor_set, pk=vendor_id)
    vendor.organization = request.org
    return vendor


@member_view(Perm.REVIEW_VIEW)
def vendor_trend(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """All its contracts with standing; and of one (?contract=), else of the one that was reviewed last,
    score, criteria and service levels over periods."""
    vendor = _vendor(request, vendor_id)
    context: dict[str, Any] = {"vendor": vendor, **paper_context(last_job(request.org, vendor))}
    if request.htmx:
        return page(request, "reviews/vendor_trend.html", context, part="pdf")
    contracts = trends.contracts_of(vendor)
    shown = Paginator(contracts, PER_PAGE).get_page(request.GET.get("page"))
    lines = [Line(contract) for contract in shown.object_list]
    context |= {"page": shown, "lines": lines, "today": timezone.localdate()}
    chosen = _chosen(request, contracts, lines)
    if chosen is not None:
        chosen.organization = request.org
        context["trend"] = trends.of_contract(chosen, timezone.localdate())
        context["chosen"] = Line(chosen)
    return render(request, "reviews/vendor_trend.html", context)


def _chosen(request: MemberRequest, contracts: Any, lines: list[Line]) -> Any:
    asked = request.GET.get("contract", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        there = next((line.contract for line in lines if line.contract.pk == int(asked)), None)
        return there or get_object_or_404(contracts, pk=int(asked))
    return lines[0].contract if lines else None


@member_view(Perm.REVIEW_VIEW)
def export_vendor_trend(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """Every value that was ever marked or measured for this vendor, one a row."""
    vendor = _vendor(request, vendor_id)
    kind, title = request.GET.get("format", ""), f"Trend-{vendor.pk}"
    return file_of(trends.exported(vendor), kind, title=title, slug=request.org.slug)


@member_view(Perm.REVIEW_VIEW)
@require_POST
def ask_vendor_report(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """Have the PDF made; anybody who may read the page may."""
    ask_for_paper(vendor=_vendor(request, vendor_id), by=request.member)
    return go(request, "reviews:vendor_trend", request.org.slug, vendor_id)


@member_view(Perm.REVIEW_VIEW)
def vendor_report_file(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """The PDF that was made last."""
    job = last_job(request.org, _vendor(request, vendor_id))
    return file_answer(request, job, "reviews:vendor_trend", vendor_id)
