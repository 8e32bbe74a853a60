"""Service credits: the list with its sums, one credit with its claim, and what became of it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import Saved, save
from core.filtering import filters_asked
from core.http import go, page
from core.paging import LimitedPaginator, SearchPaginator
from reviews import credit_queries as queries
from reviews.actions import credits as actions
from reviews.credit_filters import CreditFilter
from reviews.credit_tables import CreditTable, credit_badge, window_of
from reviews.forms.credits import ClaimForm, SettleForm, StepBackForm, WaiveForm
from reviews.measured import Cell, Measures
from reviews.models import ServiceCredit
from reviews.views.frame import CREDITS, MEASUREMENTS, area_frame, contract_frame, find_contract

PER_PAGE = 25
DETAIL = "reviews:credit_detail"
State = ServiceCredit.State


@member_view(Perm.REVIEW_VIEW)
def credit_list(request: MemberRequest) -> HttpResponse:
    """Credits of all contracts, and what was claimed, received and left on the table this year."""
    today = timezone.localdate()
    rows = request.org.servicecredit_set.select_related("contract__vendor", "measurement__level")
    found = CreditFilter(request.GET, queryset=rows, request=request)
    table = CreditTable(found.qs, organization=request.org)
    pages = SearchPaginator if found.is_filtered else LimitedPaginator
    paginate = {"per_page": PER_PAGE, "paginator_class": pages}
    RequestConfig(request, paginate=paginate).configure(table)
    address = reverse("reviews:credit_list", args=[request.org.slug])
    one = found.form.cleaned_data.get("of") if found.form.is_valid() else None
    context = {
        **area_frame(CREDITS),
        "filters": SimpleLazyObject(lambda: filters_asked(CreditFilter, request.GET, address)),
        "table": table,
        "count": table.page.paginator.count,
        "list_url": address,
        "all_url": f"{address}?state=all",
        "ledger": queries.ledger(request.org, today),
        "year": queries.year_label(request.org, today),
        "only": request.org.contract_set.filter(pk=int(one)).first() if one else None,
    }
    context["has_any"] = bool(context["count"]) or rows.exists()
    return page(request, "reviews/credit_list.html", context, part="results")


# One credit -----------------------------------------------------------------------------------------


def _find(request: MemberRequest, credit_id: int) -> ServiceCredit:
    rows = request.org.servicecredit_set.select_related("measurement__level")
    credit: ServiceCredit = get_object_or_404(rows, pk=credit_id)
    credit.contract = find_contract(request, credit.contract_id)
    credit.organization = request.org
    return credit


def _go(request: MemberRequest, credit: ServiceCredit) -> HttpResponse:
    return go(request, DETAIL, org=request.org.slug, credit_id=credit.pk)


@member_view(Perm.REVIEW_VIEW)
def credit_detail(request: MemberRequest, credit_id: int) -> HttpResponse:
    """What was missed, what it gives back and how that is reckoned, and the claim to copy."""
    credit = _find(request, credit_id)
    return _detail(request, credit)


def _detail(
    request: MemberRequest,
    credit: ServiceCredit,
    failed: dict[str, Any] | None = None,
    status: int | None = None,
) -> HttpResponse:
    """The page with a form for each thing that can be done now; a `failed` form instead of the fresh one."""
    contract = credit.contract
    context = contract_frame(request, contract, MEASUREMENTS)
    today = context["today"]
    cell = _cell(credit, today)
    seen = {"version": credit.version}
    context.update(
        credit=credit,
        cell=cell,
        badge=credit_badge(credit),
        window=window_of(credit, request.org),
        letter=credit.claim_text or queries.letter(credit, cell, today),
        would_be=queries.would_be(credit, cell),
        may_claim=credit.state in actions.MAY_CLAIM,
        settle_form=SettleForm(
            currency=credit.currency, initial={**seen, "settled_on": today}, prefix=None
        ),
        waive_form=WaiveForm(initial=seen),
        back_form=StepBackForm(initial=seen),
        failed=bool(failed),
    )
    context |= failed or {}
    return page(request, "reviews/credit_detail.html", context, part="content", status=status)


def _cell(credit: ServiceCredit, today: Any) -> Cell | None:
    row = credit.measurement
    return Measures(credit.contract, today).find(row.lineage, row.first_on)


@member_view(Perm.REVIEW_EDIT)
def claim_credit(request: MemberRequest, credit_id: int) -> HttpResponse:
    """The claim, ready to be copied and sent; then say that it is claimed."""
    credit = _find(request, credit_id)
    context = contract_frame(request, credit.contract, MEASUREMENTS)
    text = queries.letter(credit, _cell(credit, context["today"]), context["today"])
    initial = {"version": credit.version, "claim_text": text, "claimed_on": context["today"]}
    form = ClaimForm(request.POST if request.method == "POST" else None, initial=initial)
    act = partial(actions.claim_credit, credit=credit, by=request.member)
    saved = save(form, act)
    if saved.row:
        messages.success(request, "Claimed. Note here what the vendor does.")
        return _go(request, credit)
    context.update(credit=credit, window=window_of(credit, request.org), **saved.context)
    return page(request, "reviews/claim_credit.html", context, status=saved.status)


@member_view(Perm.REVIEW_EDIT)
@require_POST
def settle_credit(request: MemberRequest, credit_id: int) -> HttpResponse:
    """The vendor gave it back, or refused."""
    credit = _find(request, credit_id)
    form = SettleForm(request.POST, currency=credit.currency)
    saved = save(form, partial(actions.settle_credit, credit=credit, by=request.member))
    return _after(request, credit, saved, "settle_form", "Noted.")


@member_view(Perm.REVIEW_EDIT)
@require_POST
def waive_credit(request: MemberRequest, credit_id: int) -> HttpResponse:
    """Nobody will claim it, for a reason."""
    credit = _find(request, credit_id)
    form = WaiveForm(request.POST)
    saved = save(form, partial(actions.waive_credit, credit=credit, by=request.member))
    return _after(request, credit, saved, "waive_form", "Not claimed, on purpose.")


@member_view(Perm.REVIEW_EDIT)
@require_POST
def step_back_credit(request: MemberRequest, credit_id: int) -> HttpResponse:
    """Undo the last step."""
    credit = _find(request, credit_id)
    form = StepBackForm(request.POST)

    def act(values: Any, version: int) -> tuple[ServiceCredit | None]:
        return (actions.step_back(credit=credit, version=version, by=request.member),)

    saved = save(form, act)
    if saved.row == (None,):
        words = (
            "The value was corrected since it was claimed: nothing is given back for it any more."
        )
        messages.success(request, f"The claim is taken back. {words}")
        return go(request, "reviews:credit_list", org=request.org.slug)
    return _after(request, credit, saved, "back_form", "The last step is undone.")


def _after(
    request: MemberRequest, credit: ServiceCredit, saved: Saved, name: str, done: str
) -> HttpResponse:
    if saved.row:
        messages.success(request, done)
        return _go(request, credit)
    found = saved.context
    failed = {name: found["form"], "form": found["form"], "stale": found["stale"]}
    failed["differing"] = found["differing"]
    return _detail(request, _find(request, credit.pk), failed, saved.status)
