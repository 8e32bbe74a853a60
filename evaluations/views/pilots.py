"""Pilots: a candidate is tried before anything is signed."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import Saved, save
from core.errors import Refused
from core.http import go, page, send_file
from core.versions import Stale
from evaluations import pilots as reading
from evaluations.actions import pilot_measuring as measuring
from evaluations.actions import pilots as actions
from evaluations.forms.pilots import (
    DecidePilotForm,
    EditPilotForm,
    ExtendForm,
    MeasureForm,
    NewPilotForm,
    PilotCriterionForm,
)
from evaluations.forms.setup import VersionOnlyForm
from evaluations.models import Evaluation, Pilot, PilotCriterion
from evaluations.views.frame import DECIDE, frame
from evaluations.views.shared import posted

DETAIL = "evaluations:pilot_detail"


@member_view(Perm.EVALUATION_VIEW)
def pilot_list(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Every trial of this evaluation, with how it stands."""
    evaluation = _evaluation(request, evaluation_id)
    shown = []
    for pilot in reading.pilots_of(evaluation):
        pilot.organization = request.org
        found = [
            reading.Result(row, reading.is_met(row, row.value)) for row in pilot.criteria.all()
        ]
        shown.append((pilot, reading.summary(found)))
    context = {
        **frame(request, evaluation, DECIDE),
        "pilots": shown,
        "may_edit": request.member.can(Perm.EVALUATION_MANAGE) and evaluation.is_closed,
    }
    return page(request, "evaluations/pilot_list.html", context)


@member_view(Perm.EVALUATION_MANAGE)
def create_pilot(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Prepare one; ?candidate= says with whom."""
    evaluation = _evaluation(request, evaluation_id)
    asked = request.GET.get("candidate", "")
    initial = {"candidate": int(asked)} if asked.isdecimal() and len(asked) < 12 else {}
    form = NewPilotForm(
        posted(request), evaluation=evaluation, organization=request.org, initial=initial
    )
    saved = save(form, partial(actions.create_pilot, evaluation=evaluation, by=request.member))
    if saved.row:
        messages.success(request, "Prepared. Next: say what it has to show.")
        return _go(request, saved.row)
    return _form(request, evaluation, saved, "New pilot", "Prepare it", lede=reading.TRIED)


@member_view(Perm.EVALUATION_VIEW)
def pilot_detail(request: MemberRequest, pilot_id: int) -> HttpResponse:
    """One trial on one page: what is tried, what it showed, what that does to the ranking, the decision."""
    pilot = _pilot(request, pilot_id)
    evaluation = pilot.candidate.evaluation
    found = reading.results_of(pilot)
    may_edit = request.member.can(Perm.EVALUATION_MANAGE) and pilot.state in actions.OPEN
    context = {
        **frame(request, evaluation, DECIDE),
        "pilot": pilot,
        "results": found,
        "summary": reading.summary(found),
        "suggestions": [(one, urlencode(one.query)) for one in reading.suggestions(pilot, found)]
        if may_edit
        else [],
        "effect": reading.before_and_after(pilot),
        "days_left": reading.days_left(pilot, timezone.localdate()),
        "may_edit": may_edit,
        "may_decide": request.member.can(Perm.EVALUATION_DECIDE),
    }
    return page(request, "evaluations/pilot_detail.html", context)


@member_view(Perm.EVALUATION_MANAGE)
def edit_pilot(request: MemberRequest, pilot_id: int) -> HttpResponse:
    """Change scope, days, budget and who runs it."""
    pilot = _pilot(request, pilot_id)
    initial = {name: getattr(pilot, name) for name in [*actions.FIELDS, "version"]}
    form = EditPilotForm(posted(request), organization=request.org, initial=initial)
    saved = save(form, partial(actions.edit_pilot, pilot=pilot, by=request.member))
    return _done(request, pilot, saved, "Saved.", title="Edit the pilot", button="Save")


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def start_pilot(request: MemberRequest, pilot_id: int) -> HttpResponse:
    """From now on its last day is watched."""
    return _step(request, pilot_id, actions.start_pilot, "It runs. You are reminded of its end.")


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def cancel_pilot(request: MemberRequest, pilot_id: int) -> HttpResponse:
    """It does not take place."""
    return _step(request, pilot_id, actions.cancel_pilot, "Cancelled. The estimates count again.")


@member_view(Perm.EVALUATION_MANAGE)
def extend_pilot(request: MemberRequest, pilot_id: int) -> HttpResponse:
    """Give it more time, with the reason."""
    pilot = _pilot(request, pilot_id)
    form = ExtendForm(posted(request), initial={"version": pilot.version})
    saved = save(form, partial(actions.extend_pilot, pilot=pilot, by=request.member))
    words = "It goes on until the new day."
    return _done(request, pilot, saved, words, title="Extend the pilot", button="Extend it")


@member_view(Perm.EVALUATION_DECIDE)
def decide_pilot(request: MemberRequest, pilot_id: int) -> HttpResponse:
    """Go on with them, or stop."""
    pilot = _pilot(request, pilot_id)
    form = DecidePilotForm(posted(request), initial={"version": pilot.version})
    form.fields["spent"].label = f"What it cost ({pilot.currency})"
    saved = save(form, partial(actions.decide_pilot, pilot=pilot, by=request.member))
    lede = f"{reading.summary(reading.results_of(pilot))} What was measured stays in the ranking."
    return _done(request, pilot, saved, "Decided.", title="Go or stop", button="Decide", lede=lede)


# Success criteria ------------------------------------------------------------------------------------


@member_view(Perm.EVALUATION_MANAGE)
def add_pilot_criterion(request: MemberRequest, pilot_id: int) -> HttpResponse:
    """One more thing that it has to show; the address may say it beforehand."""
    pilot = _pilot(request, pilot_id)
    names = actions.LINE_FIELDS
    asked = {name: request.GET[name][:300] for name in names if request.GET.get(name)}
    initial = {**asked, "version": pilot.version}
    form = PilotCriterionForm(
        posted(request), evaluation=pilot.candidate.evaluation, initial=initial
    )
    saved = save(form, partial(actions.add_pilot_criterion, pilot=pilot, by=request.member))
    return _done(request, pilot, saved, "Added.", title="What it has to show", button="Add it")


@member_view(Perm.EVALUATION_MANAGE)
def edit_pilot_criterion(request: MemberRequest, pilot_criterion_id: int) -> HttpResponse:
    """Say it better."""
    line = _line(request, pilot_criterion_id)
    initial = {name: getattr(line, name) for name in [*actions.LINE_FIELDS, "version"]}
    initial["target"] = line.target.normalize()
    form = PilotCriterionForm(
        posted(request), evaluation=line.pilot.candidate.evaluation, initial=initial
    )
    saved = save(form, partial(actions.edit_pilot_criterion, line=line, by=request.member))
    return _done(request, line.pilot, saved, "Saved.", title="What it has to show", button="Save")


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def remove_pilot_criterion(request: MemberRequest, pilot_criterion_id: int) -> HttpResponse:
    """It need not show this."""
    line = _line(request, pilot_criterion_id)
    try:
        actions.remove_pilot_criterion(line=line, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{line.text}” is taken out.")
    return _go(request, line.pilot)


@member_view(Perm.EVALUATION_MANAGE)
def measure_pilot(request: MemberRequest, pilot_criterion_id: int) -> HttpResponse:
    """Note what came out; with a criterion, also the mark that follows."""
    line = _line(request, pilot_criterion_id)
    initial = {
        "value": None if line.value is None else line.value.normalize(),
        "measured_on": line.measured_on or timezone.localdate(),
        "evidence": line.evidence,
        "mark": reading.Result(line, None).mark_words,
        "mark_reason": line.mark_reason,
        "version": line.version,
    }
    form = MeasureForm(posted(request), request.FILES or None, line=line, initial=initial)
    saved = save(form, partial(measuring.measure_pilot, line=line, by=request.member))
    return _done(
        request,
        line.pilot,
        saved,
        "Noted.",
        title=f"Measured: {line.text}",
        button="Note it",
        lede=f"The target: {reading.Result(line, None).target_words}.",
        line=line,
    )


@member_view(Perm.EVALUATION_VIEW)
@require_GET
def pilot_file(request: MemberRequest, pilot_criterion_id: int) -> HttpResponse:
    """The proof of one measured value."""
    line = _line(request, pilot_criterion_id)
    if line.file is None:
        raise Http404
    return send_file(request, line.file, partial(_go, request, line.pilot))


# Shared ----------------------------------------------------------------------------------------------


def _evaluation(request: MemberRequest, pk: int) -> Evaluation:
    evaluation: Evaluation = get_object_or_404(request.org.evaluation_set, pk=pk)
    evaluation.organization = request.org
    return evaluation


def _pilot(request: MemberRequest, pk: int) -> Pilot:
    rows = request.org.pilot_set.select_related(
        "candidate__evaluation__plan", "manager__user", "decided_by__user"
    )
    pilot: Pilot = get_object_or_404(rows, pk=pk)
    pilot.organization = pilot.candidate.evaluation.organization = request.org
    return pilot


def _line(request: MemberRequest, pk: int) -> PilotCriterion:
    rows = request.org.pilotcriterion_set.select_related("criterion", "file")
    line: PilotCriterion = get_object_or_404(rows, pk=pk)
    line.pilot = _pilot(request, line.pilot_id)
    return line


def _go(request: MemberRequest, pilot: Pilot) -> HttpResponse:
    return go(request, DETAIL, org=request.org.slug, pilot_id=pilot.pk)


def _step(request: MemberRequest, pilot_id: int, act: Any, words: str) -> HttpResponse:
    pilot = _pilot(request, pilot_id)
    form = VersionOnlyForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was done: the page was incomplete. Try again.")
        return _go(request, pilot)
    try:
        act(pilot=pilot, version=form.cleaned_data["version"], by=request.member)
    except Stale:
        messages.error(request, "Somebody changed this pilot meanwhile. Look again, then decide.")
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return _go(request, pilot)


def _done(
    request: MemberRequest, pilot: Pilot, saved: Saved, words: str, **said: Any
) -> HttpResponse:
    if saved.row:
        messages.success(request, words)
        return _go(request, pilot)
    title, button = said.pop("title"), said.pop("button")
    evaluation = pilot.candidate.evaluation
    return _form(request, evaluation, saved, title, button, pilot=pilot, **said)


def _form(
    request: MemberRequest,
    evaluation: Evaluation,
    saved: Saved,
    title: str,
    button: str,
    **more: Any,
) -> HttpResponse:
    context = {
        **frame(request, evaluation, DECIDE),
        **saved.context,
        "form_title": title,
        "button": button,
        **more,
    }
    return page(request, "evaluations/pilot_form.html", context, status=saved.status)
