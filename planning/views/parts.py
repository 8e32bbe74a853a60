"""The editors of a plan's lists: goals, requirements, training, surveys, communication, risks, and growth."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.access import MemberRequest, member_view
from accounts.models import Membership
from accounts.permissions import Perm
from core.editing import Saved, save
from core.http import go, page
from planning import part_starters, plan_lists
from planning.actions import parts as actions
from planning.forms import growth
from planning.forms.growth import GrowthForm
from planning.forms.lists import ListEditor, RowForm
from planning.forms.part_rows import ROWS, once_each
from planning.models import OutsourcingPlan
from planning.plan_lists import PlanList
from planning.views.found import find_plan


@dataclass(frozen=True)
class Page:
    """One editor: its list, what stands above it, and what it offers to take over."""

    part: PlanList
    lede: str
    offers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    check: Callable[[Sequence[RowForm]], None] | None = None


@member_view(Perm.PLAN_EDIT)
def edit_goals(request: MemberRequest, plan_id: int) -> HttpResponse:
    """What success looks like, in numbers."""
    lede = (
        "What has to be better when this was worth it? Each goal has a number, a day and a place where it"
        " is measured. Every review of the contract looks at them again."
    )
    return _edit(request, plan_id, Page(plan_lists.GOALS, lede))


@member_view(Perm.PLAN_EDIT)
def edit_requirements(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Minimum qualification and minimum quality."""
    lede = (
        "What must the vendor’s people bring, and how good must the work be at the least? What is a must"
        " becomes a pass or fail of the evaluation: whoever lacks it can’t win."
    )
    return _edit(request, plan_id, Page(plan_lists.REQUIREMENTS, lede))


@member_view(Perm.PLAN_EDIT)
def edit_training(request: MemberRequest, plan_id: int) -> HttpResponse:
    """What the vendor has to be taught."""
    lede = (
        "What does the vendor have to know about us before its people talk to ours or to our customers,"
        " and who teaches it? Each line becomes a part of the handover."
    )
    return _edit(request, plan_id, Page(plan_lists.TRAINING, lede, part_starters.TRAINING))


@member_view(Perm.PLAN_EDIT)
def edit_planned_surveys(request: MemberRequest, plan_id: int) -> HttpResponse:
    """How satisfaction is asked for."""
    lede = (
        "Who is asked how satisfied they are, and how often? Once the contract is signed, each survey is"
        " laid ready by itself on its day; nothing is sent before you have looked at it."
    )
    found = Page(plan_lists.SURVEYS, lede, check=once_each)
    return _edit(request, plan_id, found)


@member_view(Perm.PLAN_EDIT)
def edit_communication(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Who hears what, how and how often."""
    lede = (
        "Who has to hear what, how and how often: our own people now, the vendor later. It becomes the"
        " communication plan of the contract."
    )
    found = Page(plan_lists.COMMUNICATION, lede, part_starters.COMMUNICATION)
    return _edit(request, plan_id, found)


@member_view(Perm.PLAN_EDIT)
def edit_risks(request: MemberRequest, plan_id: int) -> HttpResponse:
    """What could go wrong, and who watches it."""
    lede = (
        "What could go wrong, how likely and how bad is it, who watches it, and what do you do about it?"
        " The usual ones can be taken over; judge them yourselves."
    )
    return _edit(request, plan_id, Page(plan_lists.RISKS, lede, part_starters.RISKS))


def _edit(request: MemberRequest, plan_id: int, shown: Page) -> HttpResponse:
    plan = find_plan(request, plan_id)
    if request.method != "POST" and not plan.is_draft:
        return _stays(request, plan)
    part = shown.part
    rows = part.ordered_rows(plan)
    stored = [{name: getattr(row, name) for name in part.fields} for row in rows]
    make: Any = ROWS[part.key]
    if part is plan_lists.RISKS:
        make = partial(make, people=_people(request, stored))
    editor = ListEditor(
        make,
        data=request.POST if request.method == "POST" else None,
        stored=stored,
        version=plan.version,
        offers=shown.offers,
        check=shown.check,
    )
    saved = Saved(editor.form)
    if editor.is_valid():
        act = partial(_save, plan, part, editor, request.member)
        saved = save(editor.form, act, compare=partial(_differing, part, editor))
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, f"{plan.get_absolute_url()}#{part.key}")
    context = {**_frame(plan, part.title), **saved.context, "editor": editor, "lede": shown.lede}
    status = saved.status or (422 if editor.refused else 200)
    return page(request, "planning/edit_list.html", context, status=status)


def _save(
    plan: OutsourcingPlan,
    part: PlanList,
    editor: ListEditor,
    by: Membership,
    *,
    values: dict[str, Any],
    version: int,
) -> OutsourcingPlan:
    return actions.edit_list(plan=plan, part=part, lines=editor.lines, version=version, by=by)


def _differing(
    part: PlanList, editor: ListEditor, form: Any, stored: OutsourcingPlan
) -> list[tuple[str, str, str]]:
    return plan_lists.differing(part, part.stored(stored), editor.lines)


def _people(request: MemberRequest, stored: Sequence[Mapping[str, Any]]) -> dict[int, Membership]:
    """Who may watch a risk: everybody who sees plans, and whoever does already."""
    rows = request.org.memberships.able_to(Perm.PLAN_VIEW).by_name()
    found = {person.pk: person for person in rows}
    return found | {line["owner"].pk: line["owner"] for line in stored if line["owner"]}


def _stays(request: MemberRequest, plan: OutsourcingPlan) -> HttpResponse:
    state = plan.get_state_display().lower()
    messages.info(request, f"This plan is {state}, so it stays as it is.")
    return redirect(plan.get_absolute_url())


def _frame(plan: OutsourcingPlan, title: str) -> dict[str, Any]:
    return {"plan": plan, "part_title": title}


@member_view(Perm.PLAN_EDIT)
def edit_growth(request: MemberRequest, plan_id: int) -> HttpResponse:
    """How many users, devices, tickets and hours there will be at the end of the term."""
    plan = find_plan(request, plan_id)
    if request.method != "POST" and not plan.is_draft:
        return _stays(request, plan)
    data = request.POST if request.method == "POST" else None
    form = GrowthForm(data, plan=plan, initial=growth.initial_of(plan))

    def act(values: dict[str, Any], version: int) -> OutsourcingPlan:
        return actions.edit_growth(plan=plan, values=values, version=version, by=request.member)

    saved = save(form, act, compare=growth.differing)
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, f"{plan.get_absolute_url()}#growth")
    context = {**_frame(plan, "Growth"), **saved.context}
    return page(request, "planning/edit_growth.html", context, status=saved.status)
