"""How far are the goals of the plan? Answered on the page of the review; each answer saves itself."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from planning.plan_words import number_text
from reviews import goals
from reviews.actions import following as actions
from reviews.forms.following import GoalCheckForm
from reviews.models import GoalCheck
from reviews.views.checking import answered, find_review


@member_view(Perm.REVIEW_EDIT)
@require_POST
def save_goal_check(request: MemberRequest, review_id: int, goal_id: int) -> HttpResponse:
    """One answer. htmx gets its line anew; everybody else goes back to the review."""
    review = find_review(request, review_id)
    goal = get_object_or_404(request.org.goal_set, pk=goal_id)
    form = GoalCheckForm(request.POST)
    act = partial(actions.save_goal_check, review=review, goal=goal, by=request.member)
    saved = save(form, act, compare=_both)
    return answered(
        request,
        review,
        saved,
        template="reviews/goal_check.html",
        place="goal",
        pk=goal_id,
        rows=goals.of_review,
    )


def _both(form: GoalCheckForm, stored: GoalCheck) -> list[tuple[str, str, str]]:
    """Somebody said something else meanwhile: the number and the note as they are stored now."""
    mine = form.cleaned_data
    rows = [
        ("Value", number_text(stored.value), number_text(mine["value"])),
        ("Note", stored.note, mine["note"]),
    ]
    return [row for row in rows if row[1] != row[2]]
