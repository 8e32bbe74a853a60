"""What the reviews of a contract mark: the editor of criteria, as criteria sets and evaluations have it."""

from django.contrib import messages
from django.http import HttpResponse

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.http import go, page
from core.versions import Stale
from evaluations.criteria import CriterionDraft
from evaluations.forms.criteria import SAME, CriteriaEditor
from reviews.actions import criteria as actions
from reviews.forms.plans import CriteriaForm
from reviews.models import ReviewPlan
from reviews.views.frame import HISTORY, contract_frame, find_contract
from reviews.views.plans import CONTRACT, plan_of


@member_view(Perm.REVIEW_EDIT)
def edit_review_criteria(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Weights and criteria from the next review on; what was closed keeps its own."""
    contract = find_contract(request, contract_id)
    plan = plan_of(request, contract)
    if plan is None:
        return go(request, CONTRACT, org=request.org.slug, contract_id=contract.pk)
    stored = _drafts(plan)
    if request.method == "POST":
        editor = CriteriaEditor.posted(request.POST)
    else:
        editor = CriteriaEditor.showing(stored)
    editor.remember(stored)
    form = editor.head(CriteriaForm, {"version": plan.version})
    stale: list[str] = []
    if editor.is_saved_by(form):
        try:
            actions.change_review_criteria(
                plan=plan,
                drafts=editor.drafts,
                version=form.cleaned_data["version"],
                by=request.member,
            )
        except Stale as error:
            current = error.current
            stale = editor.what_saving_changes(form, current.version, _drafts(current)) or SAME
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The criteria are saved.")
            return go(request, CONTRACT, org=request.org.slug, contract_id=contract.pk)
    context = {
        **contract_frame(request, contract, HISTORY),
        "form": form,
        "editor": editor,
        "stale": stale,
        "refused": editor.refused(form),
    }
    status = 409 if stale else 422 if context["refused"] else 200
    return page(request, "reviews/edit_review_criteria.html", context, status=status)


def _drafts(plan: ReviewPlan) -> list[CriterionDraft]:
    return [row.draft for row in plan.criteria.current()]
