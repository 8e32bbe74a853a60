"""How all vendors do: the list of contracts by standing, the same as a file, and the report of it."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.exports import BATCH, file_of
from core.filtering import filters_asked
from core.http import go, page
from core.paging import LimitedPaginator, SearchPaginator
from core.spreadsheets import Value
from reviews import standing_rows
from reviews.actions.seen_reports import ask_for_paper
from reviews.standing_filter import StandingFilter
from reviews.standing_table import StandingTable
from reviews.views.frame import STANDING, area_frame
from reviews.views.papers import file_answer, last_job, paper_context

PER_PAGE = 25
HEADINGS = [
    *("Contract", "Reference", "Vendor", "Standing", "Before", "Trend", "Score", "Score before"),
    *("Yearly cost", "Currency", "Last review", "Next review"),
]


@member_view(Perm.REVIEW_VIEW)
def standing_list(request: MemberRequest) -> HttpResponse:
    """Search, filters and order stand in the address; htmx gets the part below the filters."""
    found, table = _found(request)
    pages = SearchPaginator if found.is_filtered else LimitedPaginator
    paginate = {"per_page": PER_PAGE, "paginator_class": pages}
    RequestConfig(request, paginate=paginate).configure(table)
    count = table.page.paginator.count
    address = reverse("reviews:standing_list", args=[request.org.slug])
    context = {
        **area_frame(STANDING),
        "filters": SimpleLazyObject(lambda: filters_asked(StandingFilter, request.GET, address)),
        "narrowed": _narrowed(request, found),
        "table": table,
        "count": count,
        "count_in_words": table.page.paginator.count_in_words,
        "is_filtered": found.is_filtered,
        "has_contracts": bool(count) or _has_contracts(request),
    }
    return page(request, "reviews/standing_list.html", context, part="results")


def _found(request: MemberRequest) -> tuple[StandingFilter, StandingTable]:
    rows = standing_rows.running(request.org, timezone.localdate())
    found = StandingFilter(request.GET, queryset=rows, request=request)
    return found, StandingTable(found.qs, organization=request.org)


def _has_contracts(request: MemberRequest) -> bool:
    exists: bool = request.org.contract_set.running_on(timezone.localdate()).exists()
    return exists


def _narrowed(request: MemberRequest, found: StandingFilter) -> str:
    """In words which vendor a link of another page asked for, since no field above the list shows it."""
    asked = found.form.cleaned_data.get("of")
    if not asked:
        return ""
    vendor = request.org.vendor_set.filter(pk=int(asked)).only("name").first()
    return f"of {vendor.name}" if vendor else "of a vendor that is not here"


@member_view(Perm.REVIEW_VIEW)
def export_standing(request: MemberRequest) -> HttpResponse:
    """Exactly what the list shows under the same address, all pages of it, in its order."""
    _, table = _found(request)
    RequestConfig(request, paginate=False).configure(table)
    rows = _exported(table.data.data.iterator(chunk_size=BATCH))
    return file_of(rows, request.GET.get("format", ""), title="Standing", slug=request.org.slug)


def _exported(contracts: Iterator[Any]) -> Iterator[list[Value]]:
    yield [*HEADINGS]
    for contract in contracts:
        plan = standing_rows.plan_of(contract)
        yield [
            *(contract.title, contract.reference, contract.vendor.name),
            standing_rows.WORDS[plan.standing],
            standing_rows.WORDS[plan.standing_before] if plan.standing_before else "",
            standing_rows.trend_of(plan),
            *(plan.score, plan.score_before, contract.yearly_cost, contract.currency),
            *(plan.held_on, plan.next_due_on),
        ]


@member_view(Perm.REVIEW_VIEW)
def standing_report(request: MemberRequest) -> HttpResponse:
    """One page for everybody: how many stand how, what needs attention, what got worse, what is late."""
    context = {**area_frame(STANDING), **paper_context(last_job(request.org))}
    if request.htmx:
        return page(request, "reviews/standing_report.html", context, part="pdf")
    context["report"] = standing_rows.report(request.org, timezone.localdate())
    return render(request, "reviews/standing_report.html", context)


@member_view(Perm.REVIEW_VIEW)
@require_POST
def ask_standing_report(request: MemberRequest) -> HttpResponse:
    """Have the PDF made; anybody who may read the report may."""
    ask_for_paper(by=request.member)
    return go(request, "reviews:standing_report", request.org.slug)


@member_view(Perm.REVIEW_VIEW)
def standing_report_file(request: MemberRequest) -> HttpResponse:
    """The PDF that was made last."""
    return file_answer(request, last_job(request.org), "reviews:standing_report")
