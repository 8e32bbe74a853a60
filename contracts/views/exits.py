"""The exit plan of a contract: read it, write it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts import leaving_queries
from contracts.actions import exits as actions
from contracts.exit_steps import drafts
from contracts.forms.exits import ExitPlanForm, differing
from contracts.readiness import BENCH, steps_take
from contracts.readiness import KEYS as KEYS_PLACE
from contracts.views.frame import EXIT, find_contract, frame
from core.editing import save
from core.http import go, page

HERE = "contracts:exit_plan"
RUNNING = {"active", "notice_given"}


@member_view(Perm.CONTRACT_VIEW)
def exit_plan(request: MemberRequest, contract_id: int) -> HttpResponse:
    """How we would leave, how ready we are, and the one thing that would help most."""
    contract = find_contract(request, contract_id)
    context = frame(request, contract, EXIT)
    context.update(
        overview=leaving_queries.exit_overview(contract, context["today"]),
        is_running=context["contract_status"] in RUNNING,
        bench_place=BENCH,
        keys_place=KEYS_PLACE,
    )
    return page(request, "contracts/exit_plan.html", context, part="content")


@member_view(Perm.CONTRACT_EDIT)
def edit_exit_plan(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Write down when, by which steps, in what time and at what cost we would leave."""
    contract = find_contract(request, contract_id)
    plan = leaving_queries.plan_of(contract)
    steps = drafts(plan) if plan else []
    initial: dict[str, Any] = {"version": 0, "currency": contract.currency or request.org.currency}
    if plan:
        initial = {name: getattr(plan, name) for name in [*actions.PLAN_FIELDS, "version"]}
    data = request.POST if request.method == "POST" else None
    form = ExitPlanForm(data, initial=initial, steps=steps)
    act = partial(actions.edit_exit_plan, contract=contract, by=request.member)
    saved = save(form, act, compare=differing)
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, HERE, org=request.org.slug, contract_id=contract.pk)
    context = {
        **frame(request, contract, EXIT),
        "plan": plan,
        "duration": steps_take([step.days for step in steps]) if steps else None,
        **saved.context,
    }
    context["fee"] = leaving_queries.fee_by_terms(
        contract, context["today"], plan.days_to_leave if plan else None
    )
    return page(request, "contracts/edit_exit_plan.html", context, status=saved.status)
