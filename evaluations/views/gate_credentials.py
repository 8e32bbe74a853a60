"""Gates that ask for a credential: saying which, and taking over what is on file as one's own mark."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.errors import Refused
from core.http import go, page
from evaluations.actions import gate_credentials as actions
from evaluations.forms.gate_credentials import GateCredentialsForm
from evaluations.gate_credentials import asked_for, gates_of
from evaluations.models import Evaluation
from evaluations.views import scoring
from evaluations.views.frame import SETUP, frame
from vendors.diligence_queries import summary_of as security_of
from vendors.overlap_queries import shared_hours
from vendors.reference_queries import summary_of as references_of

SET_UP = "evaluations:set_up"


@member_view(Perm.EVALUATION_MANAGE)
def edit_gate_credentials(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Say which credential each gate asks for, until scoring opens."""
    evaluation: Evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    if not evaluation.in_setup:
        messages.info(request, "Scoring has been opened, so this can't be changed any more.")
        return redirect(SET_UP, org=request.org.slug, evaluation_id=evaluation.pk)
    gates = list(evaluation.criteria.filter(kind="gate").order_by("position", "pk"))
    form = GateCredentialsForm(
        request.POST if request.method == "POST" else None,
        gates=gates,
        asked=gates_of(evaluation),
        initial={"version": evaluation.version},
    )

    def act(values: dict[str, Any], version: int) -> Evaluation:
        return actions.ask_for_credentials(
            evaluation=evaluation, values=values["asked"], version=version, by=request.member
        )

    saved = save(form, act, compare=_differing)
    if saved.row:
        messages.success(request, "Saved. The scoring page shows what is on file for these gates.")
        return go(request, SET_UP, org=request.org.slug, evaluation_id=evaluation.pk)
    context = {**frame(request, evaluation, SETUP), "gates": gates, **saved.context}
    template = "evaluations/edit_gate_credentials.html"
    return page(request, template, context, status=saved.status)


def _differing(form: GateCredentialsForm, stored: Evaluation) -> list[tuple[str, str, str]]:
    now = gates_of(stored)
    rows = []
    for gate in form.gates:
        there = now.get(gate.pk)
        kind, name = form.cleaned_data["asked"][gate.pk]
        mine = (kind, name) if kind else ("", "")
        if mine != ((there.kind, there.name) if there else ("", "")):
            rows.append((gate.name, asked_for(there) if there else "", f"{kind} {name}".strip()))
    return rows


@member_view(Perm.SCORE)
@require_POST
def fill_gate(
    request: MemberRequest, evaluation_id: int, candidate_id: int, criterion_id: int
) -> HttpResponse:
    """Save what the page holds, then take pass or fail from what is on file as one's own mark."""
    evaluation, scorecard = scoring.own_or_404(request, evaluation_id)
    candidate = get_object_or_404(evaluation.candidates, pk=candidate_id)
    criterion = get_object_or_404(evaluation.criteria, pk=criterion_id)
    candidate.evaluation = evaluation
    answer = scoring.save_cells(request, evaluation, scorecard)[1]
    if answer:
        return answer
    try:
        score = actions.fill_gate_mark(candidate=candidate, criterion=criterion, by=request.member)
    except Refused as error:
        return scoring.page_again(request, evaluation, scorecard, refusal=str(error))
    word = "pass" if score.mark else "fail"
    messages.success(request, f"{candidate}, {criterion}: {word}, as the document on file says.")
    return scoring.to_score_page(request, evaluation_id, scoring.view_query(request))


@member_view(Perm.EVALUATION_VIEW)
def candidate_known(request: MemberRequest, evaluation_id: int, candidate_id: int) -> HttpResponse:
    """What clients say (?about=references), what is known about security, or which hours are shared: a part
    of the scoring page."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    rows = evaluation.candidates.exclude(vendor=None).select_related("vendor")
    candidate = get_object_or_404(rows, pk=candidate_id)
    vendor: Any = candidate.vendor
    context: dict[str, Any] = {"evaluation": evaluation, "candidate": candidate, "references": None}
    context |= {"security": None, "hours": None}
    about = request.GET.get("about")
    if about == "security":
        context["security"] = security_of(vendor)
    elif about == "hours":
        context["hours"] = shared_hours(vendor, request.org, timezone.localdate())
    else:
        context["references"] = references_of(vendor.references.kept())
    return render(request, "evaluations/candidate_known.html", context)
