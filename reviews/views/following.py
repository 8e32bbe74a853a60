"""How far are the goals of the plan? Answered on the page of the review; each answer saves itself."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.views.frame import find_contract
from core.editing import save
from core.http import go, page
from planning.plan_words import number_text
from reviews import goals
from reviews.actions import following as actions
from reviews.forms.following import GoalCheckForm
from reviews.goals import AskedGoal
from reviews.models import GoalCheck, Review
from reviews.views.frame import HISTORY, contract_frame


@member_view(Perm.REVIEW_EDIT)
@require_POST
def save_goal_check(request: MemberRequest, review_id: int, goal_id: int) -> HttpResponse:
    """One answer. htmx gets its line anew; everybody else goes back to the review."""
    review: Review = get_object_or_404(request.org.review_set, pk=review_id)
    review.organization = request.org
    review.contract = find_contract(request, review.contract_id)
    goal = get_object_or_404(request.org.goal_set, pk=goal_id)
    form = GoalCheckForm(request.POST)
    act = partial(actions.save_goal_check, review=review, goal=goal, by=request.member)
    saved = save(form, act, compare=_both)
    if saved.row and not request.htmx:
        messages.success(request, "Saved. The review stays open until you close it.")
        return go(request, _back(request, review, goal_id))
    row = next((one for one in goals.of_review(review) if one.pk == goal_id), None)
    if row is None:
        raise Http404
    context: dict[str, Any] = {
        **contract_frame(request, review.contract, HISTORY),
        **saved.context,
        **_typed(form, row, is_saved=bool(saved.row)),
        "review": review,
        "row": row,
        "back": _back(request, review, goal_id),
    }
    status = 200 if saved.row else saved.status or 422
    return page(request, "reviews/goal_check.html", context, part="state", status=status)


def _typed(form: GoalCheckForm, row: AskedGoal, *, is_saved: bool) -> dict[str, Any]:
    """What the fields show: as typed while it is not saved, with what is wrong."""
    return {
        "value": row.value if is_saved else form.data.get("value", ""),
        "note": row.note if is_saved else form.data.get("note", ""),
        "version": row.version if is_saved else form.data.get("version", ""),
        "problems": [error for errors in form.errors.values() for error in errors],
        "is_saved": is_saved,
    }


def _both(form: GoalCheckForm, stored: GoalCheck) -> list[tuple[str, str, str]]:
    """Somebody said something else meanwhile: the number and the note as they are stored now."""
    mine = form.cleaned_data
    rows = [
        ("Value", number_text(stored.value), number_text(mine["value"])),
        ("Note", stored.note, mine["note"]),
    ]
    return [row for row in rows if row[1] != row[2]]


def _back(request: MemberRequest, review: Review, goal_id: int) -> str:
    """The review's own page, at this goal."""
    name = "record_review" if review.is_open else "review_detail"
    return reverse(f"reviews:{name}", args=[request.org.slug, review.pk]) + f"#goal-{goal_id}"
