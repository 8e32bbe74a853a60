"""Starting an evaluation from an outsourcing plan, with a look at what comes along."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.http import go, page
from evaluations.actions.from_plan import start_evaluation
from evaluations.forms.from_plan import StartFromPlanForm
from evaluations.plan_criteria import gates_of, offers_of
from evaluations.views.setup import SET_UP, sets_to_choose
from evaluations.views.shared import posted
from planning.baseline import formula_of, reckon
from planning.models import OutsourcingPlan
from planning.plan_words import growth_rows, service_counts

WEIGHTS = "evaluations:edit_evaluation_criteria"


@member_view(Perm.EVALUATION_MANAGE)
def start_from_plan(request: MemberRequest, plan_id: int) -> HttpResponse:
    """What comes along is shown; the set, the goals and the due date are chosen."""
    rows = request.org.outsourcingplan_set.select_related("service", "manager__user")
    plan: OutsourcingPlan = get_object_or_404(rows, pk=plan_id)
    plan.organization = plan.service.organization = request.org
    if not plan.is_approved:
        messages.info(request, "Only an approved plan starts an evaluation.")
        return go(request, "planning:plan_detail", org=request.org.slug, plan_id=plan.pk)
    offers = offers_of(plan.goals.order_by("position", "pk"))
    sets = sets_to_choose(request)
    has_scale = plan.budget is not None and plan.hoped_cost is not None
    form = StartFromPlanForm(
        posted(request),
        sets=sets,
        offers=offers,
        has_scale=has_scale,
        initial={"title": plan.title},
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        chosen = get_object_or_404(request.org.criteriaset_set, pk=values.pop("criteria_set"))
        try:
            row = start_evaluation(plan=plan, criteria_set=chosen, by=request.member, **values)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            place = {"org": request.org.slug, "evaluation_id": row.pk}
            if values.get("goals"):
                messages.success(
                    request, f"“{row}” is started. Now give the goals that you ticked a weight."
                )
                return go(request, WEIGHTS, **place)
            messages.success(request, f"“{row}” is started. Now add the vendors.")
            return go(request, SET_UP, **place)
    parts = list(plan.baseline.order_by("position", "pk"))
    context = {
        "plan": plan,
        "form": form,
        "sets": sets,
        "gates": gates_of(plan.requirements.order_by("position", "pk")),
        "left_out": [offer for offer in offers if offer.draft is None],
        "has_scale": has_scale,
        "parts": [(part, formula_of(part)) for part in parts],
        "in_house": reckon(
            parts,
            term_months=plan.term_months,
            rise_percent=plan.baseline_rise_percent,
            discount_percent=plan.discount_percent,
        ),
        "counts": growth_rows(plan.growth, service_counts(plan.service)),
    }
    return page(request, "evaluations/start_from_plan.html", context)
