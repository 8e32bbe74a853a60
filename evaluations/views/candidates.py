"""The page on which candidates are chosen: from the register, new ones, and staying in-house."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.http import page
from evaluations import actions, queries
from evaluations.forms.setup import NewCandidateForm
from evaluations.models import Candidate, Evaluation
from evaluations.views.frame import SETUP, frame
from evaluations.views.shared import ids
from vendors.actions import AlreadyThere

HERE = "evaluations:choose_candidates"
SHOWN = 25


@member_view(Perm.EVALUATION_MANAGE)
def choose_candidates(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Search the register and add the ticked vendors."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    if not evaluation.in_setup:
        messages.info(request, "Scoring has been opened, so the candidates can't be changed.")
        return redirect("evaluations:set_up", org=request.org.slug, evaluation_id=evaluation.pk)
    refusal = ""
    if request.method == "POST":
        chosen = request.org.vendor_set.current().filter(pk__in=ids(request.POST.getlist("vendor")))
        try:
            if not chosen:
                raise Refused("Tick at least one vendor.")
            added = actions.add_candidates(
                evaluation=evaluation, vendors=list(chosen), by=request.member
            )
        except Refused as error:
            refusal = str(error)
        else:
            return _done(request, evaluation, added)
    return _page(request, evaluation, NewCandidateForm(), refusal)


def _done(request: MemberRequest, evaluation: Evaluation, added: list[Candidate]) -> HttpResponse:
    if added:
        messages.success(request, f"Added {queries.listed([row.name for row in added])}.")
    else:
        messages.info(request, "Nothing to add: already a candidate.")
    return redirect(HERE, org=request.org.slug, evaluation_id=evaluation.pk)


def _page(
    request: MemberRequest, evaluation: Evaluation, form: NewCandidateForm, refusal: str = ""
) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "")[:200]
    candidates = list(evaluation.candidates.select_related("vendor").order_by("position", "pk"))
    there = [candidate.vendor_id for candidate in candidates if candidate.vendor_id]
    register = request.org.vendor_set.current().exclude(pk__in=there)
    found = list(register.matching(words).by_name()[: SHOWN + 1])
    context: dict[str, Any] = {
        **frame(request, evaluation, SETUP),
        "candidates": candidates,
        "has_in_house": any(candidate.in_house for candidate in candidates),
        "words": words,
        "found": found[:SHOWN],
        "more": len(found) > SHOWN,
        "form": form,
        "refusal": refusal,
    }
    status = 422 if refusal or form.errors else 200
    return page(
        request, "evaluations/choose_candidates.html", context, part="results", status=status
    )


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def add_new_candidate(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Put a vendor into the register by name alone, and let it compete."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    form = NewCandidateForm(request.POST)
    if form.is_valid():
        try:
            added = actions.add_new_candidate(
                evaluation=evaluation, by=request.member, **form.cleaned_data
            )
        except AlreadyThere as error:
            form.ask_whether_another(error.vendors)
        except Refused as error:
            form.add_error("name", str(error))
        else:
            return _done(request, evaluation, added)
    return _page(request, evaluation, form)


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def add_in_house(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    try:
        added = actions.add_in_house(evaluation=evaluation, by=request.member)
    except Refused as error:
        return _page(request, evaluation, NewCandidateForm(), str(error))
    return _done(request, evaluation, added)


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def remove_candidate(request: MemberRequest, evaluation_id: int, candidate_id: int) -> HttpResponse:
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    candidate: Candidate = get_object_or_404(evaluation.candidates, pk=candidate_id)
    try:
        actions.remove_candidate(candidate=candidate, by=request.member)
    except Refused as error:
        return _page(request, evaluation, NewCandidateForm(), str(error))
    messages.success(request, f"{candidate} is no longer a candidate.")
    return redirect(HERE, org=request.org.slug, evaluation_id=evaluation.pk)
