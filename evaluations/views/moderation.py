"""Agreeing on one mark where the evaluators differ: the agenda, and one cell after the other."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.charts import Dot
from core.errors import Refused
from core.forms import go_on_from
from core.http import page
from core.versions import Stale
from evaluations import moderation as agendas
from evaluations import results
from evaluations.actions import moderation as actions
from evaluations.awards import standing_award
from evaluations.calculation import Cell, Ranking, rank
from evaluations.forms.moderation import ModeratedMarkForm
from evaluations.forms.setup import VersionOnlyForm
from evaluations.marks import HAND_SCALE, NOT_APPLICABLE, Scale, mark_text
from evaluations.models import Candidate, Evaluation, EvaluationCriterion, ModeratedMark
from evaluations.scorecards import Row
from evaluations.views.frame import MODERATE, frame
from evaluations.views.shared import posted

CELL_PAGE = "evaluations:moderate_cell"
MOST_LISTED = 100


@member_view(Perm.EVALUATION_VIEW)
def moderation(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """The agenda: the cells on which a place depends, and how long they will take."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    if not evaluation.is_closed:
        return redirect(evaluation)
    agenda = agendas.agenda(results.ranking(evaluation))
    rows = {
        (row.candidate_id, row.criterion_id): row
        for row in evaluation.moderated_marks.standing(evaluation)
    }
    settled = [(item, rows[item.key], _words(rows[item.key], item)) for item in agenda.settled]
    context = {
        **frame(request, evaluation, MODERATE),
        "agenda": agenda,
        "listed": agenda.open[:MOST_LISTED],
        "more": max(len(agenda.open) - MOST_LISTED, 0),
        "minutes_a_cell": agendas.MINUTES_A_CELL,
        "settled": settled,
        "rest": agenda.rest[:MOST_LISTED],
        "rest_more": max(len(agenda.rest) - MOST_LISTED, 0),
        **_refused(evaluation),
        "may_moderate": request.member.can(Perm.EVALUATION_MODERATE),
    }
    return render(request, "evaluations/moderation.html", context)


def _refused(evaluation: Evaluation, refusal: str = "") -> dict[str, Any]:
    """Why nothing can be agreed on now, and the award if it is the reason."""
    words = refusal or actions.refusal(evaluation)
    return {"refusal": words, "award": standing_award(evaluation) if words else None}


def _words(row: ModeratedMark, item: agendas.Item) -> str:
    return agendas.stored_words(row.mark, row.not_applicable, item.criterion.is_gate)


# One cell -----------------------------------------------------------------------------------------


@dataclass
class _Spot:
    """One cell of a closed evaluation, and what is known about it. Read when it is first asked for."""

    evaluation: Evaluation
    candidate: Candidate
    criterion: EvaluationCriterion

    @property
    def key(self) -> agendas.Key:
        return self.candidate.pk, self.criterion.pk

    @property
    def scale(self) -> Scale:
        return Scale(self.criterion.kind, self.criterion.worst, self.criterion.best)

    @cached_property
    def stored(self) -> ModeratedMark | None:
        """Standing or withdrawn."""
        found: ModeratedMark | None = self.candidate.moderated_marks.filter(
            criterion=self.criterion
        ).first()
        return found

    @property
    def standing(self) -> ModeratedMark | None:
        return self.stored if self.stored and self.stored.withdrawn_at is None else None

    @cached_property
    def ranking(self) -> Ranking:
        return results.ranking(self.evaluation)

    @cached_property
    def cell(self) -> Cell:
        result = self.ranking.of(self.candidate.pk)
        if result is None:
            raise Http404
        cells = [*result.gates, *result.cells]
        return next(cell for cell in cells if cell.criterion.pk == self.criterion.pk)

    @property
    def mean(self) -> float | None:
        """What the evaluators' own marks come to."""
        table = self.ranking.table
        if self.criterion.pk not in table.columns:
            return None
        value = table.pooled.mark[table.rows[self.candidate.pk], table.columns[self.criterion.pk]]
        return None if value != value else float(value)

    @property
    def as_before(self) -> Ranking:
        """The ranking with the evaluators' own marks in this cell."""
        return rank(agendas.without_mark(self.ranking.inputs, self.key))

    def form(self, data: Any = None, *, reason_needed: bool = True) -> ModeratedMarkForm:
        row = self.standing
        initial: dict[str, Any] = {"version": self.stored.version if self.stored else 0}
        if row:
            initial |= {"mark": mark_text(row.mark, row.not_applicable), "reason": row.reason}
        return ModeratedMarkForm(
            data, scale=self.scale, reason_needed=reason_needed, initial=initial
        )


def _spot_or_404(
    request: MemberRequest, evaluation_id: int, candidate_id: int, criterion_id: int
) -> _Spot:
    """Marks are nobody's business before closing: until then there is no such page."""
    evaluation = get_object_or_404(
        request.org.evaluation_set.filter(state=Evaluation.State.CLOSED), pk=evaluation_id
    )
    return _Spot(
        evaluation,
        get_object_or_404(evaluation.candidates, pk=candidate_id),
        get_object_or_404(evaluation.criteria, pk=criterion_id),
    )


@member_view(Perm.EVALUATION_VIEW)
@require_GET
def moderate_cell(
    request: MemberRequest, evaluation_id: int, candidate_id: int, criterion_id: int
) -> HttpResponse:
    """The marks of one cell, the form to agree on one, and what the agreed one changed."""
    spot = _spot_or_404(request, evaluation_id, candidate_id, criterion_id)
    effect = agendas.effect(spot.as_before, spot.ranking) if spot.standing else None
    return _cell_page(request, spot, spot.form(), effect=effect)


def _cell_page(
    request: MemberRequest,
    spot: _Spot,
    form: ModeratedMarkForm,
    *,
    effect: agendas.Effect | None = None,
    stale: list[str] | None = None,
    refusal: str = "",
    status: int | None = None,
) -> HttpResponse:
    agenda = agendas.agenda(spot.ranking)
    shown = agendas.shown_marks(spot.cell, spot.evaluation.names_hidden)
    context: dict[str, Any] = {
        **frame(request, spot.evaluation, MODERATE),
        "agenda": agenda,
        "place": agenda.place(spot.key),
        "next_item": agenda.after(spot.key),
        "candidate": spot.candidate,
        "criterion": spot.criterion,
        "cell": spot.cell,
        "marks": shown,
        "mean": spot.mean,
        "recused": _recused(spot),
        "standing": spot.standing,
        "standing_words": _standing_words(spot),
        "chart": _chart(spot, shown),
        "choices": _choices(spot.criterion),
        "scale": Row(spot.criterion, []),
        "form": form,
        "effect": effect,
        "stale": stale,
        **_refused(spot.evaluation, refusal),
        "may_moderate": request.member.can(Perm.EVALUATION_MODERATE),
    }
    return page(request, "evaluations/moderate_cell.html", context, part="effect", status=status)


def _standing_words(spot: _Spot) -> str:
    row = spot.standing
    if row is None:
        return ""
    return agendas.stored_words(row.mark, row.not_applicable, spot.criterion.is_gate)


def _recused(spot: _Spot) -> list[str]:
    """Who gave this cell a mark that does not count."""
    inputs = spot.ranking.inputs
    return [
        card.name
        for card in inputs.recused
        if any((m.candidate, m.criterion) == spot.key for m in inputs.marks_of(card.pk))
    ]


def _chart(spot: _Spot, shown: list[agendas.Shown]) -> dict[str, Any] | None:
    """What the dots need; nothing for a gate, or where nobody gave a number."""
    numbers = [mark.mark for mark in shown if mark.mark is not None]
    if spot.criterion.is_gate or not numbers:
        return None
    agreed = spot.standing.mark if spot.standing else None
    ends = [float(spot.criterion.worst), float(spot.criterion.best), *numbers]
    if agreed is not None:
        ends.append(float(agreed))
    dots = [Dot(mark.mark, mark.letter, mark.name) for mark in shown if mark.mark is not None]
    return {"dots": dots, "low": min(ends), "high": max(ends), "agreed": agreed}


def _choices(criterion: EvaluationCriterion) -> list[tuple[str, str, str]]:
    """(value, word, what it looks like) where a mark is chosen; empty where it is typed."""
    if criterion.is_gate:
        return [("1", "Pass", ""), ("0", "Fail", ""), (NOT_APPLICABLE, NOT_APPLICABLE, "")]
    row = Row(criterion, [])
    if not row.by_hand:
        return []
    anchors = dict(row.anchors)
    marks = range(int(HAND_SCALE[1]), int(HAND_SCALE[0]) - 1, -1)
    steps = [(str(mark), str(mark), anchors.get(mark, "")) for mark in marks]
    return [*steps, (NOT_APPLICABLE, NOT_APPLICABLE, "Does not apply to this candidate")]


@member_view(Perm.EVALUATION_MODERATE)
@require_POST
def preview_moderated_mark(
    request: MemberRequest, evaluation_id: int, candidate_id: int, criterion_id: int
) -> HttpResponse:
    """What the chosen mark would change; nothing is saved. For htmx only that part of the page."""
    spot = _spot_or_404(request, evaluation_id, candidate_id, criterion_id)
    form = spot.form(posted(request), reason_needed=False)
    effect = None
    if form.is_valid():
        after = rank(agendas.with_mark(spot.ranking.inputs, spot.key, *form.read))
        effect = agendas.effect(spot.ranking, after)
    return _cell_page(request, spot, form, effect=effect)


@member_view(Perm.EVALUATION_MODERATE)
@require_POST
def save_moderated_mark(
    request: MemberRequest, evaluation_id: int, candidate_id: int, criterion_id: int
) -> HttpResponse:
    spot = _spot_or_404(request, evaluation_id, candidate_id, criterion_id)
    form = spot.form(posted(request))
    if not form.is_valid():
        return _cell_page(request, spot, form)
    agreed = actions.Agreement(
        candidate_id,
        criterion_id,
        version=form.cleaned_data["version"],
        mark=form.cleaned_data["mark"],
        reason=form.cleaned_data["reason"],
    )
    try:
        row, changed = actions.moderate(
            evaluation_id=evaluation_id, agreed=agreed, by=request.member
        )
    except Stale as error:
        return _both(request, evaluation_id, error.current, form)
    except actions.NoSuchCell as error:
        raise Http404 from error
    except Refused as error:
        return _cell_page(request, spot, form, refusal=str(error), status=422)
    words = agendas.stored_words(row.mark, row.not_applicable, spot.criterion.is_gate)
    if changed:
        messages.success(request, f"Saved: {words} counts now. The evaluators’ marks stay below.")
    else:
        messages.info(request, f"Nothing was changed: {words} counts already, for this reason.")
    return _to_cell(request, spot)


def _to_cell(request: MemberRequest, spot: _Spot) -> HttpResponse:
    return redirect(
        CELL_PAGE,
        org=request.org.slug,
        evaluation_id=spot.evaluation.pk,
        candidate_id=spot.candidate.pk,
        criterion_id=spot.criterion.pk,
    )


def _both(
    request: MemberRequest, evaluation_id: int, current: ModeratedMark, form: ModeratedMarkForm
) -> HttpResponse:
    """Somebody agreed on a mark meanwhile: both are shown, and the person chooses."""
    spot = _spot_or_404(request, evaluation_id, current.candidate_id, current.criterion_id)
    go_on_from(form, current.version)
    is_gate = spot.criterion.is_gate
    saved = agendas.stored_words(current.mark, current.not_applicable, is_gate)
    entered = agendas.stored_words(*form.read, is_gate)
    if current.withdrawn_at:
        line = f"Saved now: nothing. {current.by_name}’s {saved} was withdrawn."
    else:
        line = f"Saved now: {saved}, by {current.by_name}: “{current.reason}”"
    stale = [line, f"You entered: {entered}, “{form.cleaned_data['reason']}”"]
    return _cell_page(request, spot, form, stale=stale, status=409)


@member_view(Perm.EVALUATION_MODERATE)
@require_POST
def withdraw_moderated_mark(
    request: MemberRequest, evaluation_id: int, candidate_id: int, criterion_id: int
) -> HttpResponse:
    spot = _spot_or_404(request, evaluation_id, candidate_id, criterion_id)
    version = VersionOnlyForm(posted(request))
    try:
        withdrawn = actions.withdraw(
            evaluation_id=evaluation_id,
            candidate_id=candidate_id,
            criterion_id=criterion_id,
            version=version.cleaned_data["version"] if version.is_valid() else 0,
            by=request.member,
        )
    except Stale:
        why = "Not withdrawn: somebody agreed on another mark meanwhile. This is what counts now."
        return _cell_page(request, spot, spot.form(), refusal=why, status=409)
    except actions.NoSuchCell as error:
        raise Http404 from error
    except Refused as error:
        return _cell_page(request, spot, spot.form(), refusal=str(error), status=422)
    if withdrawn:
        messages.success(request, "Withdrawn. The evaluators’ own marks count again.")
    else:
        messages.info(request, "There is no moderated mark here; the evaluators’ own marks count.")
    return _to_cell(request, spot)
