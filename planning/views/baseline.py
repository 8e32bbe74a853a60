"""The page on which the in-house cost of a plan is entered."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import Saved, save
from core.http import go, page
from planning.actions import baseline as actions
from planning.forms import baseline as forms
from planning.forms.baseline import BaselineEditor
from planning.models import OutsourcingPlan
from planning.views.found import find_plan


@member_view(Perm.PLAN_EDIT)
def edit_baseline(request: MemberRequest, plan_id: int) -> HttpResponse:
    """What the service costs today: people, tools, downtime, recruiting, training."""
    plan = find_plan(request, plan_id)
    if request.method != "POST" and not plan.is_draft:
        state = plan.get_state_display().lower()
        messages.info(request, f"This plan is {state}, so it stays as it is.")
        return redirect(plan.get_absolute_url())
    editor = BaselineEditor(data=request.POST if request.method == "POST" else None, plan=plan)
    saved = Saved(editor.form)
    if editor.is_valid():

        def act(values: dict[str, Any], version: int) -> OutsourcingPlan:
            return actions.edit_baseline(
                plan=plan, values=values, lines=editor.lines, version=version, by=request.member
            )

        saved = save(editor.form, act, compare=partial(forms.differing, editor))
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, f"{plan.get_absolute_url()}#baseline")
    context = {**saved.context, "plan": plan, "editor": editor}
    status = saved.status or (422 if editor.refused else 200)
    return page(request, "planning/edit_baseline.html", context, status=status)
