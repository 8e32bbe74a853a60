"""The audit trail: who did what to which thing, when, and what it was before and after."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from activity.models import LogEntry
from core.paging import LimitedPaginator, SearchPaginator
from core.spreadsheets import write_csv
from dashboard.filters import TrailFilter
from dashboard.queries import kind_in_words, pages_of

LINES_A_PAGE = 25
MOST_EXPORTED = 20_000
HEADINGS = ["When", "Who", "What", "Kind of thing", "Thing", "Id", "Changes"]


def _filtered(request: MemberRequest) -> TrailFilter:
    return TrailFilter(request.GET, request.member)


@member_view(Perm.ACTIVITY_VIEW)
@require_safe
def activity_list(request: MemberRequest) -> HttpResponse:
    """The trail of the organization, or of one thing (`?target_type=&target_id=`)."""
    trail = _filtered(request)
    pages = SearchPaginator if request.GET.get("q") else LimitedPaginator
    page_obj = pages(trail.lines, LINES_A_PAGE).get_page(request.GET.get("page"))
    lines = list(page_obj)
    links = pages_of(lines, request.org)
    rows = [
        {"line": line, "url": links.get((line.target_type, line.target_id), "")} for line in lines
    ]
    context = {
        "filter": trail,
        "page_obj": page_obj,
        "rows": rows,
        "thing": rows[0] if rows and trail.about_one_thing else None,
        "export_query": request.GET.urlencode(),
    }
    return render(request, "dashboard/activity_list.html", context)


@member_view(Perm.ACTIVITY_VIEW)
@require_safe
def export_activity(request: MemberRequest) -> HttpResponse:
    """Exactly what is filtered, as CSV."""
    lines = _filtered(request).lines
    if lines[MOST_EXPORTED : MOST_EXPORTED + 1].exists():
        messages.error(
            request,
            f"These are more than {MOST_EXPORTED:,} lines, too many for one file. Choose a shorter "
            "range of days, and export the rest after it.",
        )
        back = resolve_url("dashboard:activity_list", org=request.org.slug)
        return redirect(f"{back}?{request.GET.urlencode()}")
    name = f"activity-{request.org.slug}-{timezone.localdate():%Y-%m-%d}.csv"
    return HttpResponse(
        write_csv(_table(lines)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _table(lines: Any) -> Iterator[list[Any]]:
    yield HEADINGS
    line: LogEntry
    for line in lines.iterator(chunk_size=2000):
        changes = [
            f"{name}: {after}" if before == after else f"{name}: {before} → {after}"
            for name, before, after in line.changes
        ]
        yield [
            timezone.localtime(line.created_at).isoformat(" ", "seconds"),
            line.actor_name,
            line.verb_text,
            kind_in_words(line.target_type),
            line.target_name,
            line.target_id,
            "\n".join(changes),
        ]
