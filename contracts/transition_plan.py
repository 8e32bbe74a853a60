"""Reading the transition plan: its tasks as the pure timeline sees them, and the days to be watched."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from activity.watching import Day
from contracts import timeline
from contracts.models import Contract, HandoverItem, TaskOrder, TransitionPhase, TransitionTask
from core.charts import TimelineRow

TASK, HANDOVER = "transition.task", "transition.handover"


@dataclass(frozen=True)
class TaskRow:
    """A task with its standing, and the titles of what it waits for or can't come before."""

    task: TransitionTask
    standing: timeline.Standing
    waits_for: list[str]
    due_before: list[str]

    @property
    def who(self) -> str:
        """The person, else the side."""
        person = self.task.owner.name if self.task.owner else self.task.owner_name
        return person or self.task.get_side_display()


@dataclass(frozen=True)
class PhaseRows:
    """A phase with its tasks in order of their due days."""

    phase: TransitionPhase
    rows: list[TaskRow]

    @property
    def finished(self) -> int:
        return sum(row.standing.state == timeline.DONE for row in self.rows)


@dataclass(frozen=True)
class Plan:
    """The whole plan on a day."""

    phases: list[PhaseRows]
    progress: timeline.Progress
    bars: list[TimelineRow]
    items: list[HandoverItem]

    @property
    def is_empty(self) -> bool:
        return not self.phases and not self.items

    @property
    def received(self) -> int:
        return sum(item.received_on is not None for item in self.items)


def read_plan(contract: Contract, today: dt.date) -> Plan:
    """Four queries, however large the plan is."""
    phases = list(contract.phases.order_by("position", "pk"))
    tasks = list(
        TransitionTask.objects.filter(phase__contract=contract)
        .select_related("owner__user", "accepted_by__user")
        .order_by("due_on", "position", "pk")
    )
    orders: dict[int, list[int]] = {}
    pairs = TaskOrder.objects.filter(task__phase__contract=contract)
    for task, earlier in pairs.order_by("pk").values_list("task_id", "earlier_id"):
        orders.setdefault(task, []).append(earlier)
    plain = [as_plain(task, orders.get(task.pk, [])) for task in tasks]
    found = timeline.standings(plain, today)
    titles = {task.pk: task.title for task in tasks}
    by_phase: dict[int, list[TaskRow]] = {phase.pk: [] for phase in phases}
    for task in tasks:
        standing = found[task.pk]
        by_phase[task.phase_id].append(
            TaskRow(
                task,
                standing,
                [titles[pk] for pk in standing.waits_for],
                [titles[pk] for pk in standing.due_before],
            )
        )
    shown = [PhaseRows(phase, by_phase[phase.pk]) for phase in phases]
    return Plan(
        phases=shown,
        progress=timeline.progress(plain, today),
        bars=[_bar(part.phase, row) for part in shown for row in part.rows],
        items=list(
            contract.handover_items.select_related("received_by__user").order_by(
                "due_on", "kind", "pk"
            )
        ),
    )


def as_plain(task: TransitionTask, after: Iterable[int] = ()) -> timeline.Task:
    """The task as the pure timeline knows it."""
    return timeline.Task(
        key=task.pk,
        due_on=task.due_on,
        starts_on=task.starts_on,
        done_on=task.done_on,
        accepted=task.accepted_at is not None,
        needs_acceptance=bool(task.acceptance),
        after=tuple(after),
    )


def _bar(phase: TransitionPhase, row: TaskRow) -> TimelineRow:
    return TimelineRow(
        label=row.task.title,
        due_on=row.task.due_on,
        starts_on=row.task.starts_on,
        state=row.standing.state,
        group=phase.name,
    )


# Days to be watched ---------------------------------------------------------------------------------


def transition_days(contracts: Sequence[Contract]) -> list[Day]:
    """Every day of the plans of signed contracts; see contracts/watchers.py."""
    by_pk = {contract.pk: contract for contract in contracts}
    tasks = TransitionTask.objects.filter(phase__contract__in=contracts)
    items = HandoverItem.objects.filter(contract__in=contracts)
    days = []
    for task in tasks.select_related("owner", "phase").order_by("pk"):
        days += task_days(by_pk[task.phase.contract_id], [task])
    for item in items.order_by("pk"):
        days += handover_days(by_pk[item.contract_id], [item])
    return days


def task_days(contract: Contract, tasks: Iterable[TransitionTask]) -> list[Day]:
    """The due days of these tasks; nothing to watch in a draft, of a contract that is over, or once a
    task is finished."""
    return [
        _day(
            contract,
            task,
            TASK,
            None if as_plain(task).finished else task.due_on,
            f"{task.title} ({contract.title})",
            _task_sentence(contract, task),
            task.owner or contract.manager,
        )
        for task in tasks
    ]


def handover_days(contract: Contract, items: Iterable[HandoverItem]) -> list[Day]:
    """The days by which these are to be handed over, until they are."""
    return [
        _day(
            contract,
            item,
            HANDOVER,
            None if item.received_on else item.due_on,
            f"{item.title} ({contract.title})",
            f"{item.get_kind_display()} to be handed over by "
            f"{contract.vendor.name if item.side == 'vendor' else 'us'}.",
            contract.manager,
        )
        for item in items
    ]


def _task_sentence(contract: Contract, task: TransitionTask) -> str:
    who = contract.vendor.name if task.side == "vendor" else "us"
    if task.done_on:
        return f"Done by {who}; to be accepted: {task.acceptance}"
    return f"To be done by {who}." + (f" Accepted when: {task.acceptance}" * bool(task.acceptance))


def _day(
    contract: Contract,
    target: Any,
    kind: str,
    due_on: dt.date | None,
    title: str,
    sentence: str,
    responsible: Any,
) -> Day:
    at = [contract.organization.slug, contract.pk]
    return Day(
        target=target,
        kind=kind,
        due_on=due_on if contract.status(timezone.localdate()).is_live else None,
        title=title,
        sentence=sentence,
        path=f"{reverse('contracts:transition_plan', args=at)}#{kind.partition('.')[2]}-{target.pk}",
        responsible=responsible,
    )
