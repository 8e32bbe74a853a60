"""What each candidate really costs over the term: side by side, each with its formulas, and the editors."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import Saved, save
from core.errors import Refused
from core.http import go, page
from evaluations import cost_pages, costing, costing_queries
from evaluations.actions import costing as actions
from evaluations.forms import cost_model, quotes
from evaluations.forms.cost_model import CostModelForm
from evaluations.forms.quotes import QuoteEditor
from evaluations.models import Candidate, Evaluation, Kind
from evaluations.views.frame import SETUP, frame
from evaluations.views.shared import posted

LIST = "evaluations:cost_list"


def _find(request: MemberRequest, evaluation_id: int) -> Evaluation:
    evaluation: Evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    evaluation.organization = request.org
    return evaluation


def _candidate(evaluation: Evaluation, candidate_id: int) -> Candidate:
    rows = evaluation.candidates.select_related("quote").prefetch_related("quote__lines")
    candidate: Candidate = get_object_or_404(rows, pk=candidate_id)
    candidate.evaluation = evaluation
    return candidate


def _context(request: MemberRequest, evaluation: Evaluation) -> dict[str, Any]:
    manages = request.member.can(Perm.EVALUATION_MANAGE)
    return {
        **frame(request, evaluation, SETUP),
        "may_edit": manages and not evaluation.is_closed,
    }


@member_view(Perm.EVALUATION_VIEW)
def cost_list(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """All candidates: totals low, expected and high, saving, the curve, break-even, and what is missing."""
    evaluation = _find(request, evaluation_id)
    found = costing_queries.read_costs(evaluation)
    context = {
        **_context(request, evaluation),
        "found": found,
        "table": cost_pages.table(found, timezone.localdate()),
        "columns": 4 + bool(found.scale) + bool(found.model and found.model.discount_percent),
        "curve": cost_pages.curve(found),
        "sentences": cost_pages.sentences(found),
        "facts": cost_pages.facts(found.model),
        "next_quote": next((row.candidate for row in found.rows if row.quote is None), None),
        "may_reckon": cost_pages.may_change_model(evaluation, found.model),
    }
    return render(request, "evaluations/cost_list.html", context)


@member_view(Perm.EVALUATION_VIEW)
def quote_detail(request: MemberRequest, evaluation_id: int, candidate_id: int) -> HttpResponse:
    """One candidate's quote: each line with its formula and its numbers, month by month."""
    evaluation = _find(request, evaluation_id)
    candidate = _candidate(evaluation, candidate_id)
    model = costing_queries.cost_model_of(evaluation)
    one = costing_queries.reckon(candidate, model)
    case = request.GET.get("case", "")
    context = {
        **_context(request, evaluation),
        "candidate": candidate,
        "one": one,
        "model": model,
        "opened": cost_pages.opened(one, model, case),
        "facts": cost_pages.facts(model),
    }
    return render(request, "evaluations/quote_detail.html", context)


@member_view(Perm.EVALUATION_MANAGE)
def edit_quote(request: MemberRequest, evaluation_id: int, candidate_id: int) -> HttpResponse:
    """Enter or change what a candidate would be paid."""
    evaluation = _find(request, evaluation_id)
    candidate = _candidate(evaluation, candidate_id)
    at = request.org.slug, evaluation.pk, candidate.pk
    if request.method != "POST" and evaluation.is_closed:
        messages.info(request, actions.CLOSED)
        return redirect("evaluations:quote_detail", *at)
    model = costing_queries.cost_model_of(evaluation)
    quote = costing_queries.quote_of(candidate)
    editor = QuoteEditor(
        data=posted(request),
        quote=quote,
        lines=costing.sorted_lines(quote.lines.all()) if quote else [],
        compared_in=model.currency if model else request.org.currency,
    )
    saved = Saved(editor.form)
    if editor.is_valid():

        def act(values: dict[str, Any], version: int) -> Any:
            values |= {"lines": editor.lines, "source": quote.source if quote else ""}
            return actions.put_quote(
                candidate=candidate, values=values, version=version, by=request.member
            )

        saved = save(editor.form, act, compare=partial(quotes.differing, editor))
    if saved.row:
        messages.success(request, f"The quote of {candidate} is saved.")
        return go(request, "evaluations:quote_detail", *at)
    context = {
        **_context(request, evaluation),
        **saved.context,
        "editor": editor,
        "candidate": candidate,
        "quote": quote,
    }
    status = saved.status or (422 if editor.refused else 200)
    return page(request, "evaluations/edit_quote.html", context, status=status)


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def remove_quote(request: MemberRequest, evaluation_id: int, candidate_id: int) -> HttpResponse:
    """Take a quote away."""
    evaluation = _find(request, evaluation_id)
    candidate = _candidate(evaluation, candidate_id)
    quote = costing_queries.quote_of(candidate)
    if quote:
        try:
            actions.remove_quote(quote=quote, by=request.member)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"The quote of {candidate} is removed.")
    return go(request, LIST, org=request.org.slug, evaluation_id=evaluation.pk)


@member_view(Perm.EVALUATION_MANAGE)
def edit_cost_model(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Say how all quotes are reckoned, and the scale that their totals are marked on."""
    evaluation = _find(request, evaluation_id)
    model = costing_queries.cost_model_of(evaluation)
    if request.method != "POST" and not cost_pages.may_change_model(evaluation, model):
        messages.info(request, actions.CLOSED if evaluation.is_closed else actions.FROZEN)
        return redirect(LIST, org=request.org.slug, evaluation_id=evaluation.pk)
    criteria = list(evaluation.criteria.exclude(kind=Kind.GATE).order_by("position", "pk"))
    form = CostModelForm(
        posted(request),
        criteria=criteria,
        model=model,
        scale_open=evaluation.in_setup,
        initial=cost_model.initial_of(model, request.org.currency),
    )
    act = partial(actions.put_cost_model, evaluation=evaluation, by=request.member)
    saved = save(form, act, compare=cost_model.differing)
    if saved.row:
        messages.success(request, "Saved. All quotes are reckoned like this now.")
        return go(request, LIST, org=request.org.slug, evaluation_id=evaluation.pk)
    context = {**_context(request, evaluation), **saved.context, "model": model}
    return page(request, "evaluations/edit_cost_model.html", context, status=saved.status)
