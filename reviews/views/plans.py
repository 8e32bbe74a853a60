"""When reviews are held: all of them, those of one contract, its plan, and what is said before one is held."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.models import Contract
from core.editing import Saved, save
from core.filtering import filters_asked
from core.forms import differences
from core.http import go, page
from core.paging import LimitedPaginator, SearchPaginator
from core.templatetags.ui import format_date
from reviews import review_lines
from reviews.actions import plans as plan_actions
from reviews.actions import upcoming as actions
from reviews.forms.plans import DelegateForm, MissForm, PlanForm, PostponeForm, initial_of
from reviews.models import Review, ReviewPlan
from reviews.review_filter import ReviewFilter
from reviews.views.frame import HISTORY, area_frame, contract_frame, find_contract

PER_PAGE = 25
CONTRACT = "reviews:contract_reviews"


# All contracts --------------------------------------------------------------------------------------


@member_view(Perm.REVIEW_VIEW)
def review_list(request: MemberRequest) -> HttpResponse:
    """What still has to be held, the most urgent first; or what was held or not, the latest first."""
    today = timezone.localdate()
    found = ReviewFilter(request.GET, queryset=review_lines.listed(request.org), request=request)
    rows = found.qs
    pages = SearchPaginator if found.is_filtered else LimitedPaginator
    shown = pages(rows, PER_PAGE).get_page(request.GET.get("page"))
    count = shown.paginator.count
    address = reverse("reviews:review_list", args=[request.org.slug])
    context = {
        **area_frame(HISTORY),
        "filters": SimpleLazyObject(lambda: filters_asked(ReviewFilter, request.GET, address)),
        "lines": review_lines.lines_of(shown, request.org, today),
        "page_obj": shown,
        "counts": review_lines.counts(request.org, today),
        "is_filtered": found.is_filtered,
        "has_reviews": bool(count) or request.org.review_set.exists(),
    }
    return page(request, "reviews/review_list.html", context, part="results")


# One contract ---------------------------------------------------------------------------------------


@member_view(Perm.REVIEW_VIEW)
def contract_reviews(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Every period since the contract began: held or not, open, before the portal, to come."""
    contract = find_contract(request, contract_id)
    context = contract_frame(request, contract, HISTORY)
    plan = plan_of(request, contract)
    if plan:
        context |= {
            "plan": plan,
            "history": review_lines.history(plan, context["today"]),
            "criteria": list(plan.criteria.current()),
        }
    return page(request, "reviews/contract_reviews.html", context, part="content")


def plan_of(request: MemberRequest, contract: Contract) -> ReviewPlan | None:
    """The contract's plan, with both and its organization in memory; None for one that is not signed."""
    rows = request.org.reviewplan_set.select_related("reviewer__user")
    plan: ReviewPlan | None = rows.filter(contract=contract).first()
    if plan:
        plan.contract, plan.organization = contract, request.org
    return plan


def _go(request: MemberRequest, contract: Contract) -> HttpResponse:
    return go(request, CONTRACT, org=request.org.slug, contract_id=contract.pk)


@member_view(Perm.REVIEW_EDIT)
def edit_review_plan(request: MemberRequest, contract_id: int) -> HttpResponse:
    """How often, from when on, by whom."""
    contract = find_contract(request, contract_id)
    plan = plan_of(request, contract)
    if plan is None:
        return _go(request, contract)
    posted = request.POST if request.method == "POST" else None
    form = PlanForm(posted, initial=initial_of(plan, *plan_actions.FIELDS), plan=plan)
    saved = save(form, partial(plan_actions.edit_review_plan, plan=plan, by=request.member))
    if saved.row:
        messages.success(request, "The plan is saved.")
        return _go(request, contract)
    context = {**contract_frame(request, contract, HISTORY), "plan": plan, **saved.context}
    return page(request, "reviews/edit_review_plan.html", context, status=saved.status)


# One review -----------------------------------------------------------------------------------------


def find_open_review(request: MemberRequest, review_id: int) -> tuple[ReviewPlan, Review]:
    """The review with its contract's plan, in two queries; 404 if it is not this organization's."""
    people = ("reviewer__user", "contract__manager__user", "contract__vendor")
    rows = request.org.review_set.select_related(*people, "contract__counterpart")
    review: Review = get_object_or_404(rows, pk=review_id)
    contract = review.contract
    review.organization = contract.organization = contract.vendor.organization = request.org
    plan = plan_of(request, contract)
    if plan is None:
        raise Http404
    return plan, review


@member_view(Perm.REVIEW_EDIT)
def delegate_review(request: MemberRequest, review_id: int) -> HttpResponse:
    """Who holds this one review."""
    plan, review = find_open_review(request, review_id)
    posted = request.POST if request.method == "POST" else None
    form = DelegateForm(posted, initial=initial_of(review, "reviewer"), plan=plan)
    saved = save(form, partial(actions.delegate_review, review=review, by=request.member))
    if saved.row:
        who = saved.row.reviewer or plan.reviewer or plan.contract.manager
        messages.success(request, f"{who} holds the review of {review.period_label}.")
    return _answer(request, review, saved, "reviews/delegate_review.html")


@member_view(Perm.REVIEW_EDIT)
def postpone_review(request: MemberRequest, review_id: int) -> HttpResponse:
    """Until when it may wait, and why."""
    _, review = find_open_review(request, review_id)
    posted = request.POST if request.method == "POST" else None
    initial = {**initial_of(review), "reason": review.postponed_reason}
    form = PostponeForm(posted, initial=initial)
    act = partial(actions.postpone_review, review=review, by=request.member)
    saved = save(form, act, compare=partial(_differences, reason="postponed_reason"))
    if saved.row:
        day = format_date(saved.row.due_on, request.org)
        messages.success(request, f"The review of {review.period_label} is due on {day}.")
    return _answer(request, review, saved, "reviews/postpone_review.html")


@member_view(Perm.REVIEW_EDIT)
def miss_review(request: MemberRequest, review_id: int) -> HttpResponse:
    """That it was not held, and why."""
    _, review = find_open_review(request, review_id)
    posted = request.POST if request.method == "POST" else None
    form = MissForm(posted, initial=initial_of(review))
    act = partial(actions.miss_review, review=review, by=request.member)
    saved = save(form, act, compare=partial(_differences, reason="missed_reason"))
    if saved.row:
        messages.success(request, f"The review of {review.period_label} is marked as not held.")
    return _answer(request, review, saved, "reviews/miss_review.html")


def _differences(form: Any, stored: Review, *, reason: str) -> list[tuple[str, str, str]]:
    """The form asks for a `reason`; the review keeps it under another name."""
    stored.reason = getattr(stored, reason)  # type: ignore[attr-defined]
    return differences(form, stored)


def _answer(request: MemberRequest, review: Review, saved: Saved, template: str) -> HttpResponse:
    """Back to the contract's reviews once it is done, else the form again."""
    if saved.row:
        return _go(request, review.contract)
    if not review.is_open and request.method != "POST":
        words = f"The review of {review.period_label} is not open any more."
        messages.info(request, words)
        return _go(request, review.contract)
    frame = contract_frame(request, review.contract, HISTORY)
    context = {**frame, "review": review, **saved.context}
    return page(request, template, context, status=saved.status)
