"""The page that opens a closed scoring again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.forms import go_on_from
from core.versions import Stale
from evaluations.actions import reopen as actions
from evaluations.awards import is_decided, standing_award
from evaluations.forms.awards import ReopenForm
from evaluations.views.frame import DECIDE, frame
from evaluations.views.shared import posted


@member_view(Perm.EVALUATION_CLOSE)
def reopen_scoring(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Say what it does to marks, moderation and awards; ask for the reason."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    form = ReopenForm(posted(request), initial={"version": evaluation.version})
    if not evaluation.is_closed and not form.is_bound:
        return redirect(evaluation)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            actions.reopen_scoring(evaluation=evaluation, by=request.member, **form.cleaned_data)
        except Stale as error:
            go_on_from(form, error.current.version)
            form.add_error(None, "Somebody changed this evaluation meanwhile. Look again.")
            evaluation, status = error.current, 409
        except Refused as error:
            form.add_error(None, str(error))
            evaluation.refresh_from_db(fields=["state"])  # somebody else may have opened it
        else:
            messages.success(request, "Scoring is open again. Every evaluator gets a mail.")
            return redirect(evaluation)
    if not evaluation.is_closed:
        # Moderation and awards are sealed by now; the refusal says the rest.
        messages.error(request, "Scoring is open already.")
        return redirect(evaluation)
    context = {
        **frame(request, evaluation, DECIDE),
        "form": form,
        "reopening": True,
        "moderated": evaluation.moderated_marks.standing(evaluation).count(),
        "award": standing_award(evaluation),
        "decided": is_decided(evaluation),
    }
    return render(request, "evaluations/reopen_scoring.html", context, status=status)
