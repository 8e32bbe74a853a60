"""Security checks of one contract: planned, made, and what they found."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import Saved, save
from core.errors import Refused
from core.http import go, page
from reviews import improving_queries as queries
from reviews.actions import checks as actions
from reviews.forms.checks import CreateCheckForm, EditCheckForm, ResultForm
from reviews.models import SecurityCheck, SecurityCheckResult
from reviews.views.frame import CHECKS, contract_frame, find_contract
from reviews.views.improving_pages import done, form_page, of_contract, posted
from vendors.diligence_queries import summary_of

LIST = "check_list"


@member_view(Perm.REVIEW_VIEW)
def check_list(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Each check with its next day and what it found so far."""
    contract = find_contract(request, contract_id)
    checks = queries.checks_of(contract)
    kinds = {check.kind for check in checks if check.ended_at is None}
    context = {
        **contract_frame(request, contract, CHECKS),
        "checks": [check for check in checks if check.ended_at is None],
        "ended": [check for check in checks if check.ended_at],
        "some_missing": bool(set(actions.USUAL) - kinds),
        "security": summary_of(contract.vendor),
    }
    return page(request, "reviews/check_list.html", context, part="content")


@member_view(Perm.REVIEW_EDIT)
def create_check(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Plan a check that comes again and again."""
    contract = find_contract(request, contract_id)
    form = CreateCheckForm(posted(request), contract=contract)
    saved = save(form, partial(actions.create_check, contract=contract, by=request.member))
    if saved.row:
        return done(request, "The check is planned.", of_contract(request, LIST, contract))
    lede = "Something about security that is looked at again and again."
    return _page(request, contract, saved, "New security check", "Plan it", lede)


@member_view(Perm.REVIEW_EDIT)
@require_POST
def add_usual_checks(request: MemberRequest, contract_id: int) -> HttpResponse:
    """The usual list, one of each kind that is missing, without a day."""
    contract = find_contract(request, contract_id)
    try:
        added = actions.add_usual_checks(contract=contract, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        if added:
            messages.success(request, "The usual checks are listed. Now say when each is next.")
        else:
            messages.info(request, "Each of the usual checks is there already.")
    return go(request, of_contract(request, LIST, contract))


@member_view(Perm.REVIEW_EDIT)
def edit_check(request: MemberRequest, check_id: int) -> HttpResponse:
    """Change how often it is made, by whom and when next."""
    check = _check(request, check_id)
    initial = {name: getattr(check, name) for name in [*actions.FIELDS, "version"]}
    form = EditCheckForm(posted(request), contract=check.contract, initial=initial)
    saved = save(form, partial(actions.edit_check, check=check, by=request.member))
    if saved.row:
        return done(request, "Saved.", of_contract(request, LIST, check.contract))
    return _page(request, check.contract, saved, f"Edit: {check.title}", "Save", end_check=check)


@member_view(Perm.REVIEW_EDIT)
def record_check(request: MemberRequest, check_id: int) -> HttpResponse:
    """It was made. What has to be mended becomes an issue: the next page asks for it."""
    check = _check(request, check_id)
    form = ResultForm(posted(request), initial={"done_on": timezone.localdate()})
    saved = save(form, partial(actions.record_check, check=check, by=request.member))
    if saved.row:
        if saved.row.outcome == SecurityCheckResult.Outcome.PASSED:
            return done(request, "Noted.", of_contract(request, LIST, check.contract))
        words = "Noted. Now write down what has to be mended, as an issue."
        page = of_contract(request, "create_issue", check.contract)
        return done(request, words, f"{page}?check={check.pk}")
    return _page(request, check.contract, saved, f"It was made: {check.title}", "Note the result")


@member_view(Perm.REVIEW_EDIT)
@require_POST
def end_check(request: MemberRequest, check_id: int) -> HttpResponse:
    """It is not made any more; what it found stays readable."""
    check = _check(request, check_id)
    try:
        actions.end_check(check=check, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{check}” is not made any more. What it found stays.")
    return go(request, of_contract(request, LIST, check.contract))


def _check(request: MemberRequest, check_id: int) -> SecurityCheck:
    rows = request.org.securitycheck_set.select_related("responsible__user")
    check: SecurityCheck = get_object_or_404(rows, pk=check_id)
    check.organization = request.org
    check.contract = find_contract(request, check.contract_id)
    return check


def _page(
    request: MemberRequest,
    contract: Any,
    saved: Saved,
    title: str,
    button: str,
    lede: str = "",
    **more: Any,
) -> HttpResponse:
    back = of_contract(request, LIST, contract)
    crumbs = [("Security checks", back)]
    return form_page(
        request,
        contract,
        saved,
        title=title,
        button=button,
        back=back,
        crumbs=crumbs,
        lede=lede,
        **more,
    )
