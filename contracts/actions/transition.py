"""The transition plan and the handover: planned, done, accepted, received."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.actions import unwatch, watch_days
from contracts import timeline, transition_pack
from contracts.actions.refusals import NotFit, NotNow
from contracts.locking import lock_contract
from contracts.models import (
    Contract,
    HandoverItem,
    TaskOrder,
    TransitionPhase,
    TransitionTask,
)
from contracts.models.transition import Side
from contracts.transition_plan import handover_days, task_days
from core.errors import Refused
from core.versions import lock

MOST_PHASES, MOST_TASKS = 20, 200
TASK_FIELDS = [
    "phase",
    "title",
    "side",
    "owner",
    "owner_name",
    "starts_on",
    "due_on",
    "acceptance",
    "note",
]


def hold(contract: Contract) -> Contract:
    """Everybody who changes the plan of a contract takes turns."""
    row = lock_contract(contract)
    if row.stage == Contract.Stage.WITHDRAWN:
        raise NotNow("This contract was withdrawn; its plan stays as it was.")
    return row


def note(
    row: Contract,
    verb: str,
    by: Membership,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """One line in the audit trail of the contract."""
    log.record(by=by, verb=f"contract.{verb}", target=row, before=before, after=after)


def worded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as the audit trail names them, with codes in words."""
    labels: dict[str, Any] = {"side": Side, "kind": HandoverItem.Kind}
    return {
        name.removesuffix("_on").replace("_", " "): labels[name](value).label
        if name in labels
        else value
        for name, value in values.items()
    }


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a new row: only what was filled in."""
    return worded({name: value for name, value in values.items() if value not in ("", None)})


# Phases -------------------------------------------------------------------------------------------


@transaction.atomic
def add_phase(
    *,
    contract: Contract,
    values: Mapping[str, Any],
    by: Membership,
    creation_key: uuid.UUID | None = None,
) -> TransitionPhase:
    """A new part of the plan, after those that are there. Sent twice, it is there once."""
    row = hold(contract)
    key = creation_key or uuid.uuid4()
    there: TransitionPhase | None = row.phases.filter(creation_key=key).first()
    if there:
        return there
    count = row.phases.count()
    if count >= MOST_PHASES:
        raise Refused(f"A plan can have {MOST_PHASES} phases at most.")
    phase = TransitionPhase.objects.create(
        organization=row.organization,
        contract=row,
        name=values["name"],
        position=count + 1,
        creation_key=key,
    )
    note(row, "phase_added", by, after={"phase": phase.name})
    return phase


@transaction.atomic
def change_phase(
    *, phase: TransitionPhase, values: Mapping[str, Any], version: int, by: Membership
) -> TransitionPhase:
    """Call a phase by another name, unless somebody was quicker."""
    contract = hold(phase.contract)
    row: TransitionPhase = lock(contract.phases.all(), phase.pk, version)
    before, after = log.apply_changes(row, {"name": values["name"]})
    if after:
        row.version += 1
        row.save()
        note(contract, "phase_changed", by, before=before, after=after)
    return row


@transaction.atomic
def remove_phase(*, phase: TransitionPhase, by: Membership) -> None:
    """Take an empty phase out of the plan; one with tasks stays."""
    contract = hold(phase.contract)
    row = contract.phases.filter(pk=phase.pk).first()
    if row is None:
        return
    if row.tasks.exists():
        raise NotNow(f"There are tasks in “{row}”. Move or remove them first.")
    row.delete()
    note(contract, "phase_removed", by, before={"phase": row.name})


# Tasks --------------------------------------------------------------------------------------------


@transaction.atomic
def add_task(
    *,
    contract: Contract,
    values: Mapping[str, Any],
    by: Membership,
    creation_key: uuid.UUID | None = None,
) -> TransitionTask:
    """Plan a task with its due day, and after which others it comes. Sent twice, it is there once."""
    row = hold(contract)
    key = creation_key or uuid.uuid4()
    tasks = TransitionTask.objects.filter(phase__contract=row)
    there: TransitionTask | None = tasks.filter(creation_key=key).first()
    if there:
        return there
    count = tasks.count()
    if count >= MOST_TASKS:
        raise Refused(f"A plan can have {MOST_TASKS} tasks at most.")
    fields = {name: values[name] for name in TASK_FIELDS if name in values}
    _check_task(row, fields)
    task = TransitionTask.objects.create(
        organization=row.organization, creation_key=key, position=count + 1, **fields
    )
    _set_order(row, task, values.get("after", ()))
    watch_days(days=task_days(row, [task]))
    note(row, "task_added", by, after=filled(fields))
    return task


@transaction.atomic
def change_task(
    *, task: TransitionTask, values: Mapping[str, Any], version: int, by: Membership
) -> TransitionTask:
    """Change a task, unless somebody was quicker. What was done or accepted stays so."""
    contract, row = _hold_task(task, version)
    fields = {name: values[name] for name in TASK_FIELDS if name in values}
    _check_task(contract, fields)
    title = row.title
    before, after = log.apply_changes(row, fields)
    if "after" in values and _set_order(contract, row, values["after"]):
        after["after"] = [str(one) for one in values["after"]]
    if after:
        _save_task(contract, row)
        note(
            contract,
            "task_changed",
            by,
            before={"task": title, **worded(before)},
            after={"task": row.title, **worded(after)},
        )
    return row


@transaction.atomic
def remove_task(*, task: TransitionTask, by: Membership) -> None:
    """Take a task out of the plan; what was to come after it need not wait for it any more."""
    contract = hold(task.phase.contract)
    row = TransitionTask.objects.filter(phase__contract=contract, pk=task.pk).first()
    if row is None:
        return
    unwatch(target=row)
    row.delete()
    note(contract, "task_removed", by, before={"task": row.title, "due": row.due_on})


@transaction.atomic
def finish_task(*, task: TransitionTask, done_on: dt.date, by: Membership) -> TransitionTask:
    """It is done. If a rule for its acceptance was set, it still has to be accepted."""
    contract, row = _hold_task(task)
    if done_on > timezone.localdate():
        raise NotFit("A day in the future can't be the day on which it was done.", field="done_on")
    if row.done_on is None:
        row.done_on = done_on
        _save_task(contract, row)
        note(contract, "task_done", by, after={"task": row.title, "done": done_on})
    return row


@transaction.atomic
def accept_task(*, task: TransitionTask, by: Membership) -> TransitionTask:
    """Somebody looked, and it is as it was agreed to be."""
    contract, row = _hold_task(task)
    if row.done_on is None:
        raise NotNow(f"“{row}” is not done yet, so it can't be accepted.")
    if row.accepted_at is None:
        row.accepted_by, row.accepted_at = by, timezone.now()
        _save_task(contract, row)
        note(contract, "task_accepted", by, after={"task": row.title})
    return row


@transaction.atomic
def reopen_task(*, task: TransitionTask, by: Membership) -> TransitionTask:
    """It is not done after all, or not as it was agreed."""
    contract, row = _hold_task(task)
    if row.done_on is not None:
        was = row.done_on
        row.done_on = row.accepted_by = row.accepted_at = None
        _save_task(contract, row)
        note(contract, "task_reopened", by, before={"task": row.title, "done": was})
    return row


def _hold_task(task: TransitionTask, version: int | None = None) -> tuple[Contract, TransitionTask]:
    contract = hold(task.phase.contract)
    rows = TransitionTask.objects.filter(phase__contract=contract).select_related("phase")
    return contract, lock(rows, task.pk, version)


def _save_task(contract: Contract, row: TransitionTask) -> None:
    row.version += 1
    row.save()
    watch_days(days=task_days(contract, [row]))


def _check_task(contract: Contract, fields: Mapping[str, Any]) -> None:
    if fields["phase"].contract_id != contract.pk:
        raise NotFit("Choose a phase of this plan.", field="phase")
    starts_on = fields.get("starts_on")
    if starts_on and starts_on > fields["due_on"]:
        raise NotFit("It is due before it begins. Change one of the two days.", field="due_on")
    if fields.get("owner") and fields["side"] != "us":
        raise NotFit(
            "Somebody of ours can't do what the vendor has to do. Write the name of their person"
            " beside it.",
            field="owner",
        )


def _set_order(contract: Contract, task: TransitionTask, earlier: Iterable[TransitionTask]) -> bool:
    """Let `task` wait for these; whether that changed anything. Refuses a circle."""
    wanted = {one.pk: one for one in earlier}
    orders: dict[int, set[int]] = {}
    rows = TaskOrder.objects.filter(task__phase__contract=contract)
    for later, first in rows.values_list("task_id", "earlier_id"):
        orders.setdefault(later, set()).add(first)
    was = orders.get(task.pk, set())
    if was == set(wanted):
        return False
    circle = timeline.makes_circle({**orders, task.pk: ()}, task.pk, wanted)
    if circle is not None:
        raise NotFit(
            f"“{wanted[circle]}” itself has to wait for this task, so neither could begin.",
            field="after",
        )
    rows.filter(task=task).delete()
    TaskOrder.objects.bulk_create(
        TaskOrder(organization=contract.organization, task=task, earlier=one)
        for one in wanted.values()
    )
    return True


# To start from ------------------------------------------------------------------------------------


@transaction.atomic
def add_standard_transition(*, contract: Contract, by: Membership) -> int:
    """Begin with a usual plan, its days counted from the start of the contract; how many tasks.

    Where all of that lies in the past, the plan begins today: nobody is helped by tasks late from the first.
    Only into an empty plan: sent twice, it is there once.
    """
    row = hold(contract)
    start_on = row.terms_versions.order_by("number").values_list("start_on", flat=True).first()
    if start_on is None:
        raise NotNow("Say first when the contract starts: the plan’s days are counted from there.")
    if row.phases.exists() or row.handover_items.exists():
        raise NotNow("There is a plan already. Add to it, or remove what you don’t need.")
    start_on = transition_pack.counted_from(start_on, timezone.localdate())
    own = {"organization": row.organization}
    tasks: list[TransitionTask] = []
    orders: list[tuple[int, int]] = []
    for position, (name, planned) in enumerate(transition_pack.PHASES, 1):
        phase = TransitionPhase.objects.create(contract=row, name=name, position=position, **own)
        for task in planned:
            orders += [(len(tasks), earlier) for earlier in task.after]
            tasks.append(
                TransitionTask(
                    phase=phase,
                    position=len(tasks) + 1,
                    title=task.title,
                    side=task.side,
                    starts_on=start_on + dt.timedelta(days=task.start),
                    due_on=start_on + dt.timedelta(days=task.due),
                    acceptance=task.acceptance,
                    **own,
                )
            )
    TransitionTask.objects.bulk_create(tasks)
    TaskOrder.objects.bulk_create(
        TaskOrder(task=tasks[task], earlier=tasks[earlier], **own) for task, earlier in orders
    )
    items = [
        HandoverItem(
            contract=row,
            kind=item.kind,
            title=item.title,
            side=item.side,
            audience=item.audience,
            due_on=start_on + dt.timedelta(days=item.due),
            **own,
        )
        for item in transition_pack.ITEMS
    ]
    HandoverItem.objects.bulk_create(items)
    watch_days(days=[*task_days(row, tasks), *handover_days(row, items)])
    after = {"tasks": len(tasks), "handover": len(items), "counted from": start_on}
    note(row, "transition_begun", by, after=after)
    return len(tasks)
