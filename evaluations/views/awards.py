"""Pages of the award: preparing it, and looking at it. Its steps are in award_steps.py."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.access import MemberRequest, member_view
from accounts.models import Membership
from accounts.permissions import Perm
from core.errors import Refused
from core.forms import go_on_from
from core.versions import Stale
from evaluations import awards, costing_queries, results
from evaluations.actions import awards as actions
from evaluations.forms.awards import (
    AwardEditor,
    AwardForm,
    Line,
    NewAwardForm,
    conditions_of,
    read_lines,
    stored_conditions,
    stored_values,
)
from evaluations.models import Award, Evaluation
from evaluations.views.award_differences import both
from evaluations.views.frame import DECIDE, frame
from evaluations.views.shared import posted


def find_award(request: MemberRequest, evaluation_id: int, award_id: int) -> Award:
    """The award, while the evaluation is closed. What it rests on is nobody's business before.

    For every page about an award: once scoring is open again there is no such page.
    """
    rows = _awards(request).filter(evaluation__state=Evaluation.State.CLOSED)
    award: Award = get_object_or_404(rows, pk=award_id, evaluation_id=evaluation_id)
    award.evaluation.organization = award.organization = request.org
    return award


def _awards(request: MemberRequest) -> Any:
    people = ("created_by__user", "proposed_by__user", "decided_by__user")
    return request.org.award_set.select_related(
        "evaluation", "winner", "runner_up", "record", *people
    )


# Preparing ----------------------------------------------------------------------------------------


def _form_page(
    request: MemberRequest,
    template: str,
    evaluation: Evaluation,
    editor: AwardEditor,
    **context: Any,
) -> HttpResponse:
    award = context.get("award")
    stands = award is not None and award.is_open and award.round == evaluation.round
    found = {
        # One award stands in a round: while it is open, none is approved.
        **frame(request, evaluation, DECIDE, decided=False if stands else None),
        "form": editor.form,
        "editor": editor,
        "stale": [],
        **context,
    }
    status = 409 if found["stale"] else 422 if editor.refused else 200
    return render(request, template, found, status=status)


def _lines(evaluation: Evaluation, currency: str) -> tuple[list[Line], awards.Reason | None]:
    """The candidates as the ranking has them, with what their quotes in `currency` come to, and whether it is
    too close to call."""
    ranking = results.ranking(evaluation)
    costs = costing_queries.read_costs(evaluation)
    candidates = [row.candidate for row in costs.rows]
    close = awards.too_close(ranking, results.analysis_of(evaluation, ranking))
    totals = costing_queries.totals_in_words(costs)
    known = costs.reckoned if costs.currency == currency else ()
    return read_lines(candidates, ranking, totals, known), close


def _add_refusal(editor: AwardEditor, error: Refused) -> None:
    place = "rationale" if isinstance(error, actions.NeedsRationale) else None
    editor.form.add_error(place, str(error))


@member_view(Perm.AWARD_PROPOSE)
def create_award(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Choose the winner and the bench, say why and under which conditions."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    if not evaluation.is_closed:
        messages.info(request, "Scoring has to be closed before anything is awarded.")
        return redirect(evaluation)
    there = awards.standing_award(evaluation)
    if there and request.method != "POST":
        return redirect(there)
    currency = request.org.currency
    lines, close = _lines(evaluation, currency)
    editor = AwardEditor(NewAwardForm, lines=lines, currency=currency, data=posted(request))
    if editor.is_saved():
        try:
            award = actions.create_award(
                evaluation=evaluation,
                values=editor.values,
                conditions=editor.conditions,
                creation_key=editor.form.cleaned_data["creation_key"],
                propose=editor.proposing,
                by=request.member,
            )
        except Refused as error:
            _add_refusal(editor, error)
        else:
            return saved(request, award)
    template = "evaluations/create_award.html"
    return _form_page(request, template, evaluation, editor, close=close, there=there)


def saved(request: MemberRequest, award: Award) -> HttpResponse:
    """To the award, with what was done."""
    if award.state == Award.State.PROPOSED:
        messages.success(request, "Proposed. Those who may approve it get a mail.")
    else:
        messages.success(request, "The draft is saved.")
    return redirect(award)


@member_view(Perm.AWARD_PROPOSE)
def edit_award(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    """Change a draft, or one that was returned."""
    award = find_award(request, evaluation_id, award_id)
    if not award.is_open and request.method != "POST":
        messages.info(request, "Only a draft or a returned award can be changed.")
        return redirect(award)
    lines, close = _lines(award.evaluation, award.currency)
    editor = AwardEditor(
        AwardForm,
        lines=lines,
        currency=award.currency,
        data=posted(request),
        initial={**stored_values(award), "version": award.version},
        conditions=stored_conditions(award),
    )
    stale: list[str] = []
    if editor.is_saved():
        try:
            award = actions.change_award(
                award=award,
                values=editor.values,
                conditions=editor.conditions,
                version=editor.form.cleaned_data["version"],
                propose=editor.proposing,
                by=request.member,
            )
        except Stale as error:
            go_on_from(editor.form, error.current.version)
            stale = both(error.current, editor)
        except Refused as error:
            _add_refusal(editor, error)
        else:
            return saved(request, award)
    context = {"award": award, "close": close, "stale": stale}
    template = "evaluations/edit_award.html"
    return _form_page(request, template, award.evaluation, editor, **context)


# Looking ------------------------------------------------------------------------------------------


@member_view(Perm.EVALUATION_VIEW)
def award_detail(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    """The decision in plain words, where it stands, and the next step."""
    try:
        award = find_award(request, evaluation_id, award_id)
    except Http404:
        return _sealed(request, evaluation_id, award_id)
    return award_page(request, award)


def _sealed(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    """There is such an award, but scoring is open again: say so, and nothing else about it."""
    rows = request.org.award_set.select_related("evaluation")
    award = get_object_or_404(rows, pk=award_id, evaluation_id=evaluation_id)
    award.evaluation.organization = request.org
    context = {"evaluation": award.evaluation}
    return render(request, "evaluations/award_sealed.html", context, status=404)


def award_page(
    request: MemberRequest, award: Award, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The award's page, with a refusal of one of its steps."""
    evaluation, member = award.evaluation, request.member
    current = award.round == evaluation.round
    others = evaluation.awards.select_related("winner").exclude(pk=award.pk).newest_first()
    proposed = current and award.state == Award.State.PROPOSED
    context = {
        **frame(request, evaluation, DECIDE),
        "award": award,
        "current": current,
        "conditions": conditions_of(award),
        "others": list(others[:20]),
        "today": timezone.localdate(),
        "approvers": awards.approvers(award, request.org) if proposed else [],
        "may_approve": proposed and awards.may_approve(award, member, request.org),
        "may_settle": award.state != Award.State.WITHDRAWN and member.can(Perm.AWARD_PROPOSE),
        "may_withdraw": may_withdraw(award, request.member),
        "unexplained": award.reasons and not awards.has_substance(award.rationale),
        # A row of the app above; there is none until somebody drafts it.
        "contract": getattr(award, "contract", None) if award.is_decided else None,
        "refusal": refusal,
    }
    return render(request, "evaluations/award_detail.html", context, status=status)


def may_withdraw(award: Award, member: Membership) -> bool:
    needed = Perm.EVALUATION_DECIDE if award.is_decided else Perm.AWARD_PROPOSE
    return award.state != Award.State.WITHDRAWN and member.can(needed)
