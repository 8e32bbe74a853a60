"""Pages of the list of evaluations, and of setting one up."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.advice import advice
from core.errors import Refused
from core.forms import VersionForm, differences, go_on_from
from core.http import go, page
from core.versions import Stale
from evaluations import actions, criteria, queries
from evaluations.actions.setup import NotReady
from evaluations.awards import with_award
from evaluations.filters import EvaluationFilter
from evaluations.forms.criteria import SAME, CriteriaEditor
from evaluations.forms.setup import (
    DueDateForm,
    EvaluationForm,
    NewEvaluationForm,
    VersionOnlyForm,
)
from evaluations.models import CriteriaSet, Evaluation
from evaluations.tables import EvaluationTable, state_badge
from evaluations.views.frame import SETUP, frame
from evaluations.views.shared import posted

SET_UP = "evaluations:set_up"
CHANGED = "Somebody changed this evaluation meanwhile. Look again, then open the scoring."


@member_view(Perm.EVALUATION_VIEW)
def evaluation_list(request: MemberRequest) -> HttpResponse:
    rows = with_award(request.org.evaluation_set.with_counts().for_list())
    narrowed = EvaluationFilter(request.GET, queryset=rows, request=request)
    table = EvaluationTable(narrowed.qs, organization=request.org)
    RequestConfig(request, paginate={"per_page": 25, "silent": True}).configure(table)
    filtered = any(narrowed.form.cleaned_data.values()) if narrowed.form.is_valid() else True
    context = {"table": table, "filter": narrowed, "filtered": filtered}
    return page(request, "evaluations/evaluation_list.html", context, part="list")


@member_view(Perm.EVALUATION_VIEW)
def vendor_evaluations(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """The evaluations in which one vendor is a candidate."""
    vendor = get_object_or_404(request.org.vendor_set, pk=vendor_id)
    rows = with_award(request.org.evaluation_set.with_counts().for_list().with_vendor(vendor))
    table = EvaluationTable(rows, organization=request.org)
    RequestConfig(request, paginate={"per_page": 25, "silent": True}).configure(table)
    context = {"vendor": vendor, "table": table}
    return render(request, "evaluations/vendor_evaluations.html", context)


def _in_short(draft: criteria.CriterionDraft) -> str:
    return (
        f"{draft.name} (gate)" if draft.is_gate else f"{draft.name} {criteria.number(draft.weight)}"
    )


def sets_to_choose(request: MemberRequest) -> list[tuple[CriteriaSet, str]]:
    """The sets to choose from, each with its weights in words."""
    sets = list(request.org.criteriaset_set.current().by_name())
    versions = request.org.criteriasetversion_set.filter(criteria_set__in=sets)
    newest = {
        (version.criteria_set_id, version.number): version
        for version in versions.prefetch_related("criteria")
    }
    words = [", ".join(map(_in_short, newest[row.pk, row.version].drafts)) for row in sets]
    return list(zip(sets, words, strict=True))


@member_view(Perm.EVALUATION_MANAGE)
def create_evaluation(request: MemberRequest) -> HttpResponse:
    sets = sets_to_choose(request)
    form = NewEvaluationForm(posted(request), sets=sets)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        chosen = get_object_or_404(request.org.criteriaset_set, pk=values.pop("criteria_set"))
        evaluation = actions.create_evaluation(criteria_set=chosen, by=request.member, **values)
        messages.success(request, f"“{evaluation}” is started. Now add the candidates.")
        return go(request, SET_UP, org=request.org.slug, evaluation_id=evaluation.pk)
    told = advice(settings.CRITERIA_ADVICE, request.org)
    context = {"form": form, "sets": sets, "advice": told}
    return page(request, "evaluations/create_evaluation.html", context)


@member_view(Perm.EVALUATION_VIEW)
def evaluation_detail(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """The step at which the evaluation stands."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    steps = {
        Evaluation.State.SETUP: SET_UP,
        Evaluation.State.SCORING: "evaluations:score_evaluation",
        Evaluation.State.CLOSED: "evaluations:ranking",
    }
    step = steps[Evaluation.State(evaluation.state)]
    return redirect(step, org=request.org.slug, evaluation_id=evaluation.pk)


@member_view(Perm.EVALUATION_VIEW)
def set_up(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Everything that was set up, with a checklist until scoring opens; read-only from then on."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    return _set_up_page(request, evaluation)


def _set_up_page(
    request: MemberRequest, evaluation: Evaluation, refusal: str = "", status: int = 200
) -> HttpResponse:
    found = queries.read_set_up(evaluation, timezone.localdate())
    manages = request.member.can(Perm.EVALUATION_MANAGE)
    context = {
        **frame(request, evaluation, SETUP),
        "found": found,
        "state": state_badge(evaluation),
        "may_edit": manages and evaluation.in_setup,
        "may_add": manages and evaluation.is_scoring,
        "refusal": refusal,
    }
    return render(request, "evaluations/set_up.html", context, status=status)


def _frozen(request: MemberRequest, evaluation: Evaluation) -> HttpResponse:
    """What was asked for can't be edited any more; the set-up page says why."""
    messages.info(request, "Scoring has been opened, so this can't be changed any more.")
    return redirect(SET_UP, org=request.org.slug, evaluation_id=evaluation.pk)


@member_view(Perm.EVALUATION_MANAGE)
def edit_evaluation(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Title, service, reason, due date; once scoring is open only the due date."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    if evaluation.is_closed:
        return _frozen(request, evaluation)
    form_class = EvaluationForm if evaluation.in_setup else DueDateForm
    names = [name for name in form_class.base_fields if name != "version"]
    initial = {name: getattr(evaluation, name) for name in [*names, "version"]}
    form = form_class(posted(request), initial=initial)
    form.was_due = evaluation.due_on
    stale: list[str] = []
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in names}
        try:
            actions.change_evaluation(
                evaluation=evaluation,
                values=values,
                version=form.cleaned_data["version"],
                by=request.member,
            )
        except Stale as error:
            stale = _both(error.current, form)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Saved.")
            return go(request, SET_UP, org=request.org.slug, evaluation_id=evaluation.pk)
    context = {**frame(request, evaluation, SETUP), "form": form, "stale": stale}
    status = 409 if stale else None
    return page(request, "evaluations/edit_evaluation.html", context, status=status)


def _both(current: Evaluation, form: VersionForm) -> list[str]:
    """What is stored now beside what was entered, where the two differ."""
    go_on_from(form, current.version)
    words = [
        f"{label}: “{stored or 'nothing'}” is saved, you entered “{entered or 'nothing'}”"
        for label, stored, entered in differences(form, current)
    ]
    return words or ["Nothing here: another part of the evaluation was changed."]


@member_view(Perm.EVALUATION_MANAGE)
def edit_evaluation_criteria(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """This evaluation's own criteria and weights, until scoring opens."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    if not evaluation.in_setup:
        return _frozen(request, evaluation)
    stored = _stored_drafts(evaluation)
    if request.method == "POST":
        editor = CriteriaEditor.posted(request.POST)
    else:
        editor = CriteriaEditor.showing(stored)
    editor.remember(stored)
    form = editor.head(VersionOnlyForm, {"version": evaluation.version})
    stale: list[str] = []
    if editor.is_saved_by(form):
        try:
            actions.change_evaluation_criteria(
                evaluation=evaluation,
                drafts=editor.drafts,
                version=form.cleaned_data["version"],
                by=request.member,
            )
        except Stale as error:
            current = error.current
            stored = _stored_drafts(current)
            stale = editor.what_saving_changes(form, current.version, stored) or SAME
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Criteria and weights are saved for this evaluation.")
            return go(request, SET_UP, org=request.org.slug, evaluation_id=evaluation.pk)
    context = {
        **frame(request, evaluation, SETUP),
        "form": form,
        "editor": editor,
        "stale": stale,
        "refused": editor.refused(form),
    }
    status = 409 if stale else 422 if context["refused"] else 200
    return page(request, "evaluations/edit_evaluation_criteria.html", context, status=status)


def _stored_drafts(evaluation: Evaluation) -> list[criteria.CriterionDraft]:
    return [row.draft for row in evaluation.criteria.order_by("position", "pk")]


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def open_scoring(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    form = VersionOnlyForm(request.POST)
    if not form.is_valid():
        return _set_up_page(request, evaluation, CHANGED, status=409)
    try:
        evaluation = actions.open_scoring(
            evaluation=evaluation, version=form.cleaned_data["version"], by=request.member
        )
    except Stale as error:
        return _set_up_page(request, error.current, CHANGED, status=409)
    except NotReady as error:
        return _set_up_page(request, evaluation, str(error), status=422)
    messages.success(request, "Scoring is open. Every evaluator gets a mail with the link.")
    return redirect(evaluation)


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def delete_evaluation(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    try:
        actions.delete_evaluation(evaluation=evaluation, by=request.member)
    except Refused as error:
        return _set_up_page(request, evaluation, str(error), status=422)
    messages.success(request, f"“{evaluation}” is deleted.")
    return redirect("evaluations:evaluation_list", org=request.org.slug)
