"""The page on which evaluators are chosen, and what each of them judges."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.forms import go_on_from
from core.http import go, page
from core.versions import Stale
from evaluations import actions, queries
from evaluations.forms.evaluators import EvaluatorsForm
from evaluations.models import Evaluation
from evaluations.views.frame import SETUP, frame
from evaluations.views.shared import posted

SET_UP = "evaluations:set_up"


@member_view(Perm.EVALUATION_MANAGE)
def choose_evaluators(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Who scores, and which criteria. While scoring is open people can still be added."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    if evaluation.is_closed:
        messages.info(request, "Scoring is closed, so the evaluators can't be changed any more.")
        return redirect(SET_UP, org=request.org.slug, evaluation_id=evaluation.pk)
    form = _form(request, evaluation)
    stale: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_evaluators(
                evaluation=evaluation,
                criteria_of=form.criteria_of,
                version=form.cleaned_data["version"],
                by=request.member,
            )
        except Stale as error:
            stale = _stored(error.current)
            go_on_from(form, error.current.version)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The evaluators are saved.")
            return go(request, SET_UP, org=request.org.slug, evaluation_id=evaluation.pk)
    context = {**frame(request, evaluation, SETUP), "form": form, "stale": stale}
    status = 409 if stale else None
    return page(request, "evaluations/choose_evaluators.html", context, status=status)


def _form(request: MemberRequest, evaluation: Evaluation) -> EvaluatorsForm:
    rows = list(evaluation.criteria.order_by("position", "pk"))
    lines = queries.evaluator_lines(evaluation, rows)
    there = [line.scorecard.evaluator_id for line in lines if line.scorecard.evaluator_id]
    others = request.org.memberships.able_to(Perm.SCORE).by_name().exclude(pk__in=there)
    return EvaluatorsForm(
        posted(request),
        lines=lines,
        others=others,
        criteria=rows,
        opened=not evaluation.in_setup,
        marked=queries.marked_scorecards(evaluation),
        initial={"version": evaluation.version},
    )


def _stored(evaluation: Evaluation) -> list[str]:
    """Who scores what, as it is stored now."""
    rows = list(evaluation.criteria.order_by("position", "pk"))
    return [
        f"{line.scorecard.evaluator_name}: {line.words}"
        for line in queries.evaluator_lines(evaluation, rows)
    ] or ["No evaluators"]
