"""The transition tab: the plan as picture and tables, its tasks, and what is handed over."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.actions import handover
from contracts.actions import transition as actions
from contracts.forms.transition import (
    DayForm,
    EditHandoverForm,
    EditPhaseForm,
    EditTaskForm,
    HandoverForm,
    PhaseForm,
    TaskForm,
    task_differences,
)
from contracts.models import Contract, HandoverItem, TransitionPhase, TransitionTask
from contracts.transition_plan import read_plan
from contracts.views.frame import TRANSITION, find_contract, frame
from core.editing import Saved, save
from core.errors import Refused


@member_view(Perm.CONTRACT_VIEW)
def transition_plan(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Who does what until when, what is late, and what was handed over."""
    contract = find_contract(request, contract_id)
    found = frame(request, contract, TRANSITION)
    found["plan"] = read_plan(contract, found["today"])
    return render(request, "contracts/transition_plan.html", found)


def _back(request: MemberRequest, contract: Contract, anchor: str = "") -> HttpResponse:
    answer = redirect("contracts:transition_plan", request.org.slug, contract.pk)
    if anchor:
        answer["Location"] += f"#{anchor}"
    return answer


def _form_page(
    request: MemberRequest,
    contract: Contract,
    saved: Saved,
    title: str,
    button: str,
    task: TransitionTask | None = None,
) -> HttpResponse:
    found = {**frame(request, contract, TRANSITION), **saved.context}
    found |= {"form_title": title, "button": button, "task": task}
    status = saved.status or (422 if saved.form.is_bound else 200)
    return render(request, "contracts/transition_form.html", found, status=status)


def _do(request: MemberRequest, contract: Contract, act: Callable[[], Any], done: str) -> Any:
    """Do it and say so, or say why not; what came of it, None if nothing did."""
    try:
        row = act()
    except Refused as error:
        messages.error(request, str(error))
        return None
    messages.success(request, done)
    return row


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def add_standard_transition(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Begin with a usual plan."""
    contract = find_contract(request, contract_id)
    act = partial(actions.add_standard_transition, contract=contract, by=request.member)
    _do(request, contract, act, "A usual plan is here. Change what does not fit you.")
    return _back(request, contract)


# Phases -------------------------------------------------------------------------------------------


def _phase(request: MemberRequest, contract: Contract, phase_id: int) -> TransitionPhase:
    phase: TransitionPhase = get_object_or_404(contract.phases, pk=phase_id)
    phase.contract = contract
    return phase


@member_view(Perm.CONTRACT_EDIT)
def create_phase(request: MemberRequest, contract_id: int) -> HttpResponse:
    """A new part of the plan."""
    contract = find_contract(request, contract_id)
    act = partial(actions.add_phase, contract=contract, by=request.member)
    saved = save(PhaseForm(request.POST or None), act)
    if saved.row:
        messages.success(request, f"“{saved.row}” is in the plan. Add its tasks.")
        return _back(request, contract, f"phase-{saved.row.pk}")
    return _form_page(request, contract, saved, "Add a phase", "Add the phase")


@member_view(Perm.CONTRACT_EDIT)
def edit_phase(request: MemberRequest, contract_id: int, phase_id: int) -> HttpResponse:
    """Rename a phase."""
    contract = find_contract(request, contract_id)
    phase = _phase(request, contract, phase_id)
    form = EditPhaseForm(
        request.POST or None, initial={"name": phase.name, "version": phase.version}
    )
    saved = save(form, partial(actions.change_phase, phase=phase, by=request.member))
    if saved.row:
        messages.success(request, "Saved.")
        return _back(request, contract, f"phase-{phase.pk}")
    return _form_page(request, contract, saved, f"Rename “{phase}”", "Save")


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def remove_phase(request: MemberRequest, contract_id: int, phase_id: int) -> HttpResponse:
    """Take an empty phase out."""
    contract = find_contract(request, contract_id)
    phase = _phase(request, contract, phase_id)
    act = partial(actions.remove_phase, phase=phase, by=request.member)
    _do(request, contract, act, f"“{phase}” is out of the plan.")
    return _back(request, contract)


# Tasks --------------------------------------------------------------------------------------------


def _task(request: MemberRequest, contract: Contract, task_id: int) -> TransitionTask:
    rows = request.org.transitiontask_set.filter(phase__contract=contract)
    task: TransitionTask = get_object_or_404(rows.select_related("phase", "owner"), pk=task_id)
    task.phase.contract = contract
    return task


@member_view(Perm.CONTRACT_EDIT)
def create_task(request: MemberRequest, contract_id: int) -> HttpResponse:
    """A new task; `?phase=` says where."""
    contract = find_contract(request, contract_id)
    if not contract.phases.exists():
        messages.info(request, "Add a phase first: tasks stand in phases.")
        return redirect("contracts:create_phase", request.org.slug, contract.pk)
    initial = {"phase": request.GET.get("phase")}
    form = TaskForm(request.POST or None, contract=contract, initial=initial)
    saved = save(form, partial(actions.add_task, contract=contract, by=request.member))
    if saved.row:
        messages.success(request, f"“{saved.row}” is planned.")
        return _back(request, contract, f"task-{saved.row.pk}")
    return _form_page(request, contract, saved, "Add a task", "Add the task")


@member_view(Perm.CONTRACT_EDIT)
def edit_task(request: MemberRequest, contract_id: int, task_id: int) -> HttpResponse:
    """Change a task."""
    contract = find_contract(request, contract_id)
    task = _task(request, contract, task_id)
    initial = {name: getattr(task, name) for name in [*actions.TASK_FIELDS, "version"]}
    initial["after"] = list(task.after.values_list("pk", flat=True))
    form = EditTaskForm(request.POST or None, contract=contract, task=task, initial=initial)
    act = partial(actions.change_task, task=task, by=request.member)
    saved = save(form, act, compare=task_differences)
    if saved.row:
        messages.success(request, "Saved.")
        return _back(request, contract, f"task-{task.pk}")
    return _form_page(request, contract, saved, f"Edit “{task}”", "Save", task)


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def remove_task(request: MemberRequest, contract_id: int, task_id: int) -> HttpResponse:
    """Take a task out of the plan."""
    contract = find_contract(request, contract_id)
    task = _task(request, contract, task_id)
    act = partial(actions.remove_task, task=task, by=request.member)
    _do(request, contract, act, f"“{task}” is out of the plan.")
    return _back(request, contract)


def _day_posted(request: MemberRequest, name: str) -> dt.date | None:
    """The day that was sent, or today if none was; None, and a message, if it is no day."""
    given = request.POST.get(name, "")
    form = DayForm({"done_on": given or timezone.localdate().isoformat()})
    if form.is_valid():
        day: dt.date = form.cleaned_data["done_on"]
        return day
    messages.error(request, f"“{given[:30]}” is no day. Write it like 2026-12-31.")
    return None


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def finish_task(request: MemberRequest, contract_id: int, task_id: int) -> HttpResponse:
    """It is done, today or on the day that was given."""
    contract = find_contract(request, contract_id)
    task = _task(request, contract, task_id)
    day = _day_posted(request, "done_on")
    if day:
        act = partial(actions.finish_task, task=task, done_on=day, by=request.member)
        more = " It still has to be accepted." if task.acceptance else ""
        _do(request, contract, act, f"“{task}” is done.{more}")
    return _back(request, contract, f"task-{task.pk}")


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def accept_task(request: MemberRequest, contract_id: int, task_id: int) -> HttpResponse:
    """It is as agreed."""
    contract = find_contract(request, contract_id)
    task = _task(request, contract, task_id)
    act = partial(actions.accept_task, task=task, by=request.member)
    _do(request, contract, act, f"“{task}” is accepted.")
    return _back(request, contract, f"task-{task.pk}")


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def reopen_task(request: MemberRequest, contract_id: int, task_id: int) -> HttpResponse:
    """It is not done after all."""
    contract = find_contract(request, contract_id)
    task = _task(request, contract, task_id)
    act = partial(actions.reopen_task, task=task, by=request.member)
    _do(request, contract, act, f"“{task}” is open again.")
    return _back(request, contract, f"task-{task.pk}")


# Handover -----------------------------------------------------------------------------------------


def _item(contract: Contract, item_id: int) -> HandoverItem:
    item: HandoverItem = get_object_or_404(contract.handover_items, pk=item_id)
    item.contract = contract
    return item


@member_view(Perm.CONTRACT_EDIT)
def create_handover_item(request: MemberRequest, contract_id: int) -> HttpResponse:
    """A new training or document to be handed over."""
    contract = find_contract(request, contract_id)
    act = partial(handover.add_handover_item, contract=contract, by=request.member)
    saved = save(HandoverForm(request.POST or None), act)
    if saved.row:
        messages.success(request, f"“{saved.row}” is noted.")
        return _back(request, contract, f"handover-{saved.row.pk}")
    return _form_page(request, contract, saved, "Add to the handover", "Add it")


@member_view(Perm.CONTRACT_EDIT)
def edit_handover_item(request: MemberRequest, contract_id: int, item_id: int) -> HttpResponse:
    """Change an entry of the handover."""
    contract = find_contract(request, contract_id)
    item = _item(contract, item_id)
    initial = {name: getattr(item, name) for name in [*handover.ITEM_FIELDS, "version"]}
    form = EditHandoverForm(request.POST or None, initial=initial)
    saved = save(form, partial(handover.change_handover_item, item=item, by=request.member))
    if saved.row:
        messages.success(request, "Saved.")
        return _back(request, contract, f"handover-{item.pk}")
    return _form_page(request, contract, saved, f"Edit “{item}”", "Save")


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def remove_handover_item(request: MemberRequest, contract_id: int, item_id: int) -> HttpResponse:
    """Take an entry out of the handover."""
    contract = find_contract(request, contract_id)
    item = _item(contract, item_id)
    act = partial(handover.remove_handover_item, item=item, by=request.member)
    _do(request, contract, act, f"“{item}” is out of the handover.")
    return _back(request, contract)


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def receive_handover_item(request: MemberRequest, contract_id: int, item_id: int) -> HttpResponse:
    """It was handed over; with `missing`, it was not after all."""
    contract = find_contract(request, contract_id)
    item = _item(contract, item_id)
    missing = "missing" in request.POST
    day = None if missing else _day_posted(request, "received_on")
    if day or missing:
        act = partial(handover.receive_handover_item, item=item, received_on=day, by=request.member)
        done = f"“{item}” is open again." if missing else f"“{item}” is received."
        _do(request, contract, act, done)
    return _back(request, contract, f"handover-{item.pk}")
