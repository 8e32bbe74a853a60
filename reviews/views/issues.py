"""The issue log: of all contracts, of one, and each issue with what was done about it."""

import uuid
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.models import Contract
from core.editing import Saved, save
from core.http import page
from reviews import improving_queries as queries
from reviews.actions import issues as actions
from reviews.forms.issues import EditIssueForm, IssueForm, ReopenForm, ResolveForm, initial_of
from reviews.improving_filters import IssueFilter
from reviews.improving_tables import IssueTable
from reviews.models import Issue
from reviews.views.frame import ISSUES, contract_frame, find_contract
from reviews.views.improving_pages import done, form_page, list_page, of_contract, posted

LEDE = "What went wrong, so that it is settled and does not come back."
SOURCES = set(Issue.Source.values)


@member_view(Perm.REVIEW_VIEW)
def issue_list(request: MemberRequest) -> HttpResponse:
    """Issues of all contracts; without a filter, those that are open."""
    rows = request.org.issue_set.select_related(
        "contract__vendor", "contract__manager__user", "owner__user"
    )
    return list_page(request, ISSUES, IssueFilter, IssueTable, rows, "reviews/issue_list.html")


@member_view(Perm.REVIEW_VIEW)
def contract_issues(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Issues and actions of one contract: what is open, and the latest that is settled."""
    contract = find_contract(request, contract_id)
    context = {**contract_frame(request, contract, ISSUES), "log": queries.log_of(contract)}
    return page(request, "reviews/contract_issues.html", context, part="content")


@member_view(Perm.REVIEW_EDIT)
def create_issue(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Note what went wrong; a link may say where it showed (`source`), or in which `measurement` or
    `survey`, by its id; of a security `check`, what it found is written there already."""
    contract = find_contract(request, contract_id)
    about = _about(request, contract)
    source = next(iter(about), request.GET.get("source", ""))
    initial = {"opened_on": timezone.localdate(), "source": source if source in SOURCES else ""}
    if "check" in request.GET:
        initial |= _found(request, contract)
    form = IssueForm(posted(request), contract=contract, initial=initial)

    def act(*, values: dict[str, Any], creation_key: uuid.UUID) -> Issue:
        """With what the address says it is about."""
        said = {**values, **about}
        return actions.create_issue(
            contract=contract, values=said, by=request.member, creation_key=creation_key
        )

    saved = save(form, act)
    if saved.row:
        return done(request, "The issue is noted.", saved.row)
    back = of_contract(request, "contract_issues", contract)
    return form_page(
        request,
        contract,
        saved,
        title="New issue",
        button="Note the issue",
        back=back,
        crumbs=[("Issues and actions", back)],
        lede=" ".join(["About", *map(str, about.values())]) if about else LEDE,
    )


def _about(request: MemberRequest, contract: Contract) -> dict[str, Any]:
    """The measurement or survey of this contract that the address names; 404 for one that it has not."""
    rows: dict[str, Any] = {
        "measurement": contract.measurements.select_related("level"),
        "survey": contract.surveys,
    }
    return {
        name: _named(request, name, among) for name, among in rows.items() if name in request.GET
    }


def _found(request: MemberRequest, contract: Contract) -> dict[str, Any]:
    """What the newest result of a security check says, for the fields; 404 as above."""
    check = _named(request, "check", contract.security_checks)
    result = check.results.order_by("-done_on", "-pk").first()
    said = f"{check.title}: {result.note}" if result and result.note else check.title
    return {"source": Issue.Source.CHECK, "description": said}


def _named(request: MemberRequest, name: str, among: Any) -> Any:
    said = request.GET[name]
    pk = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
    return get_object_or_404(among, pk=pk)


@member_view(Perm.REVIEW_VIEW)
def issue_detail(request: MemberRequest, issue_id: int) -> HttpResponse:
    """What is known about it, and what was done."""
    issue = _issue(request, issue_id)
    context = {
        **contract_frame(request, issue.contract, ISSUES),
        "issue": issue,
        "actions": queries.actions_of(issue),
        "recurrences": queries.recurrences_of(issue),
    }
    return page(request, "reviews/issue_detail.html", context, part="content")


@member_view(Perm.REVIEW_EDIT)
def edit_issue(request: MemberRequest, issue_id: int) -> HttpResponse:
    """Change what is known about it."""
    issue = _issue(request, issue_id)
    contract = issue.contract
    form = EditIssueForm(posted(request), contract=contract, issue=issue, initial=initial_of(issue))
    saved = save(form, partial(actions.edit_issue, issue=issue, by=request.member))
    if saved.row:
        return done(request, "Saved.", saved.row)
    return _page(request, issue, saved, "Edit the issue", "Save")


@member_view(Perm.REVIEW_EDIT)
def resolve_issue(request: MemberRequest, issue_id: int) -> HttpResponse:
    """It is settled, and how."""
    issue = _issue(request, issue_id)
    initial = {"version": issue.version, "resolved_on": timezone.localdate()}
    form = ResolveForm(posted(request), initial=initial)
    saved = save(form, partial(actions.resolve_issue, issue=issue, by=request.member))
    if saved.row:
        return done(request, "The issue is resolved.", saved.row)
    running = issue.actions.open().count()
    lede = f"{issue.title}."
    if running:
        lede += f" {running} action{'' if running == 1 else 's'} about it will go on."
    return _page(request, issue, saved, "Resolve the issue", "It is resolved", lede)


@member_view(Perm.REVIEW_EDIT)
def reopen_issue(request: MemberRequest, issue_id: int) -> HttpResponse:
    """It is there again."""
    issue = _issue(request, issue_id)
    form = ReopenForm(posted(request), initial={"version": issue.version})
    saved = save(
        form, partial(actions.reopen_issue, issue=issue, by=request.member), compare=nothing
    )
    if saved.row:
        return done(request, "The issue is open again, and so are its actions.", saved.row)
    return _page(request, issue, saved, "It is there again", "Open it again", issue.title)


def nothing(form: Any, stored: Any) -> list[tuple[str, str, str]]:
    """A reason has nothing stored beside it to compare with."""
    return []


def _issue(request: MemberRequest, issue_id: int) -> Issue:
    rows = request.org.issue_set.select_related(
        "owner__user", "contact", "recurs", "review", "measurement__level", "survey"
    )
    issue: Issue = get_object_or_404(rows, pk=issue_id)
    issue.contract = find_contract(request, issue.contract_id)
    for row in (issue, issue.recurs, issue.review):
        if row:
            row.organization = request.org
    return issue


def _page(
    request: MemberRequest, issue: Issue, saved: Saved, title: str, button: str, lede: str = ""
) -> HttpResponse:
    back = issue.get_absolute_url()
    log = of_contract(request, "contract_issues", issue.contract)
    crumbs = [("Issues and actions", log), (issue.title, back)]
    return form_page(
        request,
        issue.contract,
        saved,
        title=title,
        button=button,
        back=back,
        crumbs=crumbs,
        lede=lede,
    )
