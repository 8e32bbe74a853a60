"""Judging what a vendor answered about security, and following the gaps up."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import Saved, save
from core.http import go, page
from vendors import diligence_queries as queries
from vendors.actions import diligence_judging as actions
from vendors.forms.diligence_judging import (
    AddGapForm,
    EditGapForm,
    JudgeForm,
    SettleGapForm,
    judge_initial,
)
from vendors.models import DiligenceAnswer, DiligenceCheck, DiligenceGap
from vendors.views.diligence import find_round, find_vendor, frame

LIST = "vendors:vendor_diligence"


@member_view(Perm.VENDOR_EDIT)
def judge_diligence(request: MemberRequest, vendor_id: int, diligence_id: int) -> HttpResponse:
    """A verdict for each answer; closing the round freezes it."""
    check = find_round(request, vendor_id, diligence_id)
    shown = queries.read_round(check)
    noted = {gap.question: gap for gap in check.gaps.all() if gap.question}
    form = JudgeForm(request.POST or None, shown=shown, noted=noted, initial=judge_initial(shown))
    closes = request.POST.get("do") == "close"
    act = partial(actions.judge, check=check, closes=closes, by=request.member)
    saved = save(form, act, compare=_compared)
    if saved.row:
        messages.success(request, "The round is judged." if closes else "Saved.")
        if closes:
            return go(request, check)
        return go(request, "vendors:judge_diligence", request.org.slug, vendor_id, check.pk)
    context = frame(check.vendor, check=check, shown=shown, **saved.context)
    can_judge = check.state == DiligenceCheck.State.ANSWERED
    context["can_judge"] = can_judge
    return page(request, "vendors/judge_diligence.html", context, status=saved.status)


def _compared(form: Any, stored: DiligenceCheck) -> list[tuple[str, str, str]]:
    """Where somebody else judged otherwise meanwhile."""
    said, words = queries.answers_of(stored), dict(DiligenceAnswer.Verdict.choices)
    rows = []
    for key, question in queries.questions_asked(stored).items():
        theirs = said[key].verdict if key in said else ""
        mine = form.cleaned_data["judgements"][key].verdict
        if theirs != mine:
            rows.append((question.topic, str(words.get(theirs, "")), str(words.get(mine, ""))))
    if stored.summary != form.cleaned_data["summary"]:
        rows.append(("In short", stored.summary, form.cleaned_data["summary"]))
    return rows


@member_view(Perm.VENDOR_EDIT)
def add_gap(request: MemberRequest, vendor_id: int, diligence_id: int) -> HttpResponse:
    """Note something else that is missing."""
    check = find_round(request, vendor_id, diligence_id)
    form = AddGapForm(request.POST or None, organization=request.org)
    saved = save(form, partial(actions.add_gap, check=check, by=request.member))
    if saved.row:
        messages.success(request, "The gap is noted.")
        return go(request, LIST, request.org.slug, vendor_id)
    return _gap_page(request, check, saved, "Note a gap", "Note it")


@member_view(Perm.VENDOR_EDIT)
def edit_gap(
    request: MemberRequest, vendor_id: int, diligence_id: int, gap_id: int
) -> HttpResponse:
    """Change what stands there."""
    gap = _gap(request, vendor_id, diligence_id, gap_id)
    initial = {name: getattr(gap, name) for name in (*actions.GAP_FIELDS, "version")}
    form = EditGapForm(request.POST or None, organization=request.org, initial=initial)
    saved = save(form, partial(actions.edit_gap, gap=gap, by=request.member))
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, LIST, request.org.slug, vendor_id)
    return _gap_page(request, gap.check_asked, saved, "Edit a gap", "Save")


@member_view(Perm.VENDOR_EDIT)
def settle_gap(
    request: MemberRequest, vendor_id: int, diligence_id: int, gap_id: int
) -> HttpResponse:
    """It is mended, or accepted as it is, or open again."""
    gap = _gap(request, vendor_id, diligence_id, gap_id)
    initial = {"note": gap.note, "version": gap.version}
    if gap.state != DiligenceGap.State.OPEN:
        initial["state"] = gap.state
    form = SettleGapForm(request.POST or None, initial=initial)
    saved = save(form, partial(actions.settle_gap, gap=gap, by=request.member))
    if saved.row:
        messages.success(request, "Noted.")
        return go(request, LIST, request.org.slug, vendor_id)
    return _gap_page(request, gap.check_asked, saved, "What became of a gap?", "Note it", gap=gap)


def _gap(request: MemberRequest, vendor_id: int, diligence_id: int, gap_id: int) -> DiligenceGap:
    vendor = find_vendor(request, vendor_id)
    rows = request.org.diligencegap_set.select_related("check_asked", "owner__user")
    gap: DiligenceGap = get_object_or_404(
        rows, pk=gap_id, check_asked=diligence_id, check_asked__vendor=vendor
    )
    gap.organization = gap.check_asked.organization = request.org
    gap.check_asked.vendor = vendor
    return gap


def _gap_page(
    request: MemberRequest,
    check: DiligenceCheck,
    saved: Saved,
    title: str,
    button: str,
    gap: DiligenceGap | None = None,
) -> HttpResponse:
    context = frame(check.vendor, check=check, title=title, button=button, gap=gap, **saved.context)
    return page(request, "vendors/gap_form.html", context, status=saved.status)
