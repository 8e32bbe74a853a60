"""Rules that start corrective actions by themselves."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import Saved, save
from core.http import go, page
from reviews import improving_queries as queries
from reviews.actions import rules as actions
from reviews.forms.rules import EditRuleForm, RuleForm
from reviews.models import ActionRule
from reviews.views.frame import RULES, area_frame, find_contract
from reviews.views.improving_pages import posted

LIST = "reviews:rule_list"
# What the form proposes: two misses in a row may be bad luck once, two of three are a habit.
USUAL = {"misses": 2, "windows": 3, "severity": "high", "due_days": 30, "is_active": True}


@member_view(Perm.REVIEW_VIEW)
def rule_list(request: MemberRequest) -> HttpResponse:
    """Every rule, and how much it has started."""
    context = {**area_frame(RULES), "lines": queries.rules_of(request.org)}
    return page(request, "reviews/rule_list.html", context, part="content")


@member_view(Perm.REVIEW_EDIT)
def create_rule(request: MemberRequest) -> HttpResponse:
    """A rule for all contracts, or for the one that the address names (`contract`)."""
    named = request.GET.get("contract", "")
    known = named.isdigit() and len(named) < 19
    contract = find_contract(request, int(named)) if known else None
    form = RuleForm(posted(request), initial=USUAL)
    act = partial(actions.add_rule, organization=request.org, contract=contract, by=request.member)
    saved = save(form, act)
    if saved.row:
        messages.success(request, "The rule counts from the next measurement on.")
        return go(request, LIST, org=request.org.slug)
    return _page(request, saved, "New rule", "Add the rule", contract)


@member_view(Perm.REVIEW_EDIT)
def edit_rule(request: MemberRequest, rule_id: int) -> HttpResponse:
    """Change a rule, or pause it."""
    rule = _rule(request, rule_id)
    names = [*actions.FIELDS, "version"]
    form = EditRuleForm(posted(request), initial={name: getattr(rule, name) for name in names})
    saved = save(form, partial(actions.edit_rule, rule=rule, by=request.member))
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, LIST, org=request.org.slug)
    return _page(request, saved, "Edit the rule", "Save", rule.contract, rule=rule)


@member_view(Perm.REVIEW_EDIT)
@require_POST
def remove_rule(request: MemberRequest, rule_id: int) -> HttpResponse:
    """Take it away; what it started stays."""
    actions.remove_rule(rule=_rule(request, rule_id), by=request.member)
    messages.success(request, "The rule is removed. What it started stays.")
    return go(request, LIST, org=request.org.slug)


def _rule(request: MemberRequest, rule_id: int) -> ActionRule:
    rows = request.org.actionrule_set.select_related("contract")
    rule: ActionRule = get_object_or_404(rows, pk=rule_id)
    rule.organization = request.org
    return rule


def _page(
    request: MemberRequest, saved: Saved, title: str, button: str, contract: Any, **more: Any
) -> HttpResponse:
    context = {
        "form_title": title,
        "button": button,
        "of_contract": contract,
        "back_url": reverse(LIST, args=[request.org.slug]),
        **more,
        **saved.context,
    }
    return page(request, "reviews/rule_form.html", context, status=saved.status)
