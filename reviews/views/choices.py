"""Did we choose well: the promises of selections against what reviews measured."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.paging import LimitedPaginator
from evaluations.inputs import EVIDENCE_WORDS
from reviews import choosing_well
from reviews.models import ReviewCriterion
from reviews.standing_table import signed
from reviews.views.frame import CHOICES, area_frame

PER_PAGE = 25
LONGEST = ReviewCriterion._meta.get_field("name").max_length


@member_view(Perm.REVIEW_VIEW)
def choices(request: MemberRequest) -> HttpResponse:
    """By criterion and by evidence; ?criterion= or ?evidence= shows the contracts behind one line."""
    # No database takes NUL; no name holds it.
    asked = request.GET.get("criterion", "").replace("\x00", "")[:LONGEST]
    evidence = request.GET.get("evidence", "")
    evidence = evidence if evidence in {*EVIDENCE_WORDS, "none"} else ""
    if asked or evidence:
        return render(request, "reviews/choice.html", _behind(request, asked, evidence))
    found = choosing_well.lessons(request.org)
    context = {
        **area_frame(CHOICES),
        "found": found,
        "enough": choosing_well.ENOUGH,
        "advice": choosing_well.sentences(found),
    }
    return render(request, "reviews/choices.html", context)


def _behind(request: MemberRequest, criterion: str, evidence: str) -> dict[str, Any]:
    rows = choosing_well.rows_of(request.org, criterion=criterion, evidence=evidence)
    paginator: Paginator = LimitedPaginator(rows, PER_PAGE)
    shown = paginator.get_page(request.GET.get("page"))
    words = EVIDENCE_WORDS.get(evidence, choosing_well.NO_EVIDENCE) if evidence else criterion
    if shown.object_list and criterion:
        words = shown.object_list[0].name
    evidences = {**EVIDENCE_WORDS, "": choosing_well.NO_EVIDENCE}
    return {
        **area_frame(CHOICES),
        "page": shown,
        "lines": [
            (row, evidences.get(row.promised_evidence, row.promised_evidence), signed(row.gap))
            for row in shown.object_list
        ],
        "name": words,
        "by_evidence": bool(evidence),
    }
