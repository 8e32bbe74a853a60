"""Were the vendor's promises kept? Answered on the page of the review; each answer saves itself."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts import promise_ledger
from core.editing import save
from reviews import promised
from reviews.actions import promise_checks as actions
from reviews.forms.promise_checks import PromiseCheckForm
from reviews.models import PromiseCheck
from reviews.views.checking import answered, find_review


@member_view(Perm.REVIEW_EDIT)
@require_POST
def save_promise_check(request: MemberRequest, review_id: int, promise_id: int) -> HttpResponse:
    """One answer. htmx gets its line anew; everybody else goes back to the review."""
    review = find_review(request, review_id)
    promise = get_object_or_404(promise_ledger.rows_of(review.contract), pk=promise_id)
    form = PromiseCheckForm(request.POST)
    act = partial(actions.save_promise_check, review=review, promise=promise, by=request.member)
    saved = save(form, act, compare=_both)
    return answered(
        request,
        review,
        saved,
        template="reviews/promise_check.html",
        place="promise",
        pk=promise_id,
        rows=promised.of_review,
    )


def _both(form: PromiseCheckForm, stored: PromiseCheck) -> list[tuple[str, str, str]]:
    """Somebody said something else meanwhile: the answer and the note as they are stored now."""
    labels = dict(PromiseCheck.Kept.choices)
    mine = form.cleaned_data
    rows = [
        ("Was it kept?", labels.get(stored.kept, ""), labels[mine["kept"]]),
        ("Note", stored.note, mine["note"]),
    ]
    return [row for row in rows if row[1] != row[2]]
