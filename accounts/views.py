"""Pages about people and organizations."""

from functools import partial
from typing import Any

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.html import format_html
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.access import MemberRequest, member_view
from accounts.forms import (
    InviteForm,
    JoinForm,
    OrganizationForm,
    OrganizationNameForm,
    PersonNameForm,
    RoleForm,
)
from accounts.models import Membership, User
from accounts.permissions import Perm, Role
from core.editing import save
from core.errors import Refused
from core.http import page
from core.readonly import reads_on_get
from core.versions import Stale

NEW_LINK = "invitation_link"
MEMBERS_A_PAGE = 25
MOST_INVITATIONS = 100


@reads_on_get
def start(request: Any) -> HttpResponse:
    """Where signing in leads: the organization seen last, else the first, else making one."""
    mine = request.user.memberships.current().select_related("organization")
    last = mine.filter(organization__slug=request.session.get("org", "")).first()
    member = last or mine.order_by("organization__is_example", "organization__name", "pk").first()
    if member is None:
        return redirect("accounts:create_organization")
    return redirect("dashboard:home", org=member.organization.slug)


@reads_on_get
def create_organization(request: Any) -> HttpResponse:
    """Another organization; the person becomes its Admin."""
    form = OrganizationNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = actions.create_organization(
            name=form.cleaned_data["name"],
            creation_key=form.cleaned_data["creation_key"],
            user=request.user,
        )
        messages.success(request, f"{member.organization.name} is set up; you are its Admin.")
        return redirect("dashboard:home", org=member.organization.slug)
    has_none = not request.user.memberships.current().exists()
    return page(request, "accounts/create_organization.html", {"form": form, "has_none": has_none})


@reads_on_get
def profile(request: Any) -> HttpResponse:
    """Your own name, with the ways to e-mail, password and two-factor settings."""
    form = PersonNameForm(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        actions.change_name(user=request.user, name=form.cleaned_data["name"])
        messages.success(request, "Your name is saved.")
        return redirect("accounts:profile")
    mine = request.user.memberships.current().select_related("organization")
    context = {"form": form, "memberships": mine.order_by("organization__name", "pk")}
    return page(request, "accounts/profile.html", context)


@login_not_required
@sensitive_post_parameters("password")
@reads_on_get
def accept_invitation(request: Any, token: str) -> HttpResponse:
    """The page behind the link: one answer for unknown, expired, used and revoked links."""
    invitation = actions.invitation_for(token)
    if invitation is None:
        return _gone(request)
    signed_in = request.user.is_authenticated
    has_account = User.objects.filter(email=invitation.email).exists()
    form = None
    if not signed_in and not has_account:
        form = JoinForm(request.POST or None, email=invitation.email)
    refusal = ""
    if request.method == "POST" and (signed_in or (form and form.is_valid())):
        try:
            return _join(request, token, form)
        except Refused as error:
            refusal = str(error)
        if actions.invitation_for(token) is None:  # somebody was quicker
            return _gone(request)
    context = {
        "invitation": invitation,
        "role": Role(invitation.role),
        "form": form,
        "has_account": has_account,
        "refusal": refusal,
        "wrong_person": signed_in and request.user.email != invitation.email,
    }
    status = 422 if refusal or (form and form.is_bound and form.errors) else 200
    return _private(page(request, "accounts/accept_invitation.html", context, status=status))


def _join(request: Any, token: str, form: JoinForm | None) -> HttpResponse:
    """Join, and sign in whoever was not; allauth then asks for what the operator demands."""
    if form is None:
        member = actions.accept_invitation(token=token, user=request.user)
    else:
        data = form.cleaned_data
        member = actions.join_as_new_person(
            token=token, name=data["name"], password=data["password"]
        )
    messages.success(request, f"Welcome to {member.organization.name}.")
    home = resolve_url("dashboard:home", org=member.organization.slug)
    if form is None:
        return redirect(home)
    return perform_login(request, member.user, redirect_url=home, signup=True)


def _gone(request: HttpRequest) -> HttpResponse:
    return _private(render(request, "accounts/invitation_gone.html", status=404))


def _private(response: HttpResponse) -> HttpResponse:
    """The address holds the token: no other page or cache may learn it.

    Not `no-referrer`: with it browsers send `Origin: null`, and the form would be refused.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store, private"
    return response


@member_view(Perm.ORG_EDIT)
def organization_settings(request: MemberRequest) -> HttpResponse:
    """Name, country, currency, time zone, dates, fiscal year, who approves awards; the way out of an example."""
    org = request.org
    fields = (*OrganizationForm.base_fields,)
    form = OrganizationForm(request.POST or None, initial={f: getattr(org, f) for f in fields})
    saved = save(form, partial(actions.change_organization, organization=org, by=request.member))
    if saved.row:
        messages.success(request, "Settings saved.")
        return redirect("accounts:organization_settings", org=org.slug)
    template = "accounts/organization_settings.html"
    return page(request, template, saved.context, status=saved.status)


@member_view(Perm.ORG_EDIT)
@require_POST
def remove_example(request: MemberRequest) -> HttpResponse:
    """One button: the example organization and everything in it."""
    try:
        actions.remove_example(organization=request.org, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("accounts:organization_settings", org=request.org.slug)
    messages.success(request, f"“{request.org.name}” and everything in it is removed.")
    return redirect("accounts:start")


def _member_page(
    request: MemberRequest,
    form: InviteForm,
    status: int | None = None,
    stale: Membership | None = None,
) -> HttpResponse:
    members = request.org.memberships.current().by_name()
    able = request.org.memberships.able_to(Perm.MEMBER_MANAGE)
    context = {
        "page_obj": Paginator(members, MEMBERS_A_PAGE).get_page(request.GET.get("page")),
        "only_admin": able.count() == 1,
        "invitations": request.org.invitation_set.to_watch()[:MOST_INVITATIONS],
        "roles": list(Role),
        "form": form,
        "stale": stale,
        "new_link": request.session.get(NEW_LINK),
        "mail_stays_here": settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"),
    }
    return page(request, "accounts/member_list.html", context, status=status)


@member_view(Perm.MEMBER_MANAGE)
def member_list(request: MemberRequest) -> HttpResponse:
    """Who belongs here, who is invited, and the one-time sight of a new link."""
    response = _member_page(request, InviteForm())
    request.session.pop(NEW_LINK, None)
    return response


@member_view(Perm.MEMBER_MANAGE)
@require_POST
def invite_member(request: MemberRequest) -> HttpResponse:
    """Send an invitation."""
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            invitation, url = actions.invite(
                email=form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
                creation_key=form.cleaned_data["creation_key"],
                by=request.member,
            )
        except Refused as error:
            form.add_error("email", str(error))
        else:
            return _show_link(request, invitation.email, url)
    return _member_page(request, form, status=422)


def _show_link(request: MemberRequest, email: str, url: str) -> HttpResponse:
    if url:
        request.session[NEW_LINK] = {"email": email, "url": url}
    return redirect("accounts:member_list", org=request.org.slug)


@member_view(Perm.MEMBER_MANAGE)
@require_POST
def renew_invitation(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """Send the mail again, with a new link."""
    invitation = get_object_or_404(request.org.invitation_set, pk=invitation_id)
    try:
        invitation, url = actions.renew_invitation(invitation=invitation, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("accounts:member_list", org=request.org.slug)
    return _show_link(request, invitation.email, url)


@member_view(Perm.MEMBER_MANAGE)
@require_POST
def revoke_invitation(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """Stop the link from working."""
    invitation = get_object_or_404(request.org.invitation_set, pk=invitation_id)
    try:
        actions.revoke_invitation(invitation=invitation, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"The link for {invitation.email} no longer works.")
    return redirect("accounts:member_list", org=request.org.slug)


@member_view(Perm.MEMBER_MANAGE)
@require_POST
def change_role(request: MemberRequest, member_id: int) -> HttpResponse:
    """Give a member another role."""
    member = get_object_or_404(request.org.memberships.current(), pk=member_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the roles in the list.")
        return redirect("accounts:member_list", org=request.org.slug)
    role, version = Role(form.cleaned_data["role"]), form.cleaned_data["version"]
    try:
        member = actions.change_role(member=member, role=role, version=version, by=request.member)
    except Stale as error:
        return _member_page(request, InviteForm(), status=409, stale=error.current)
    except Refused as error:
        _say_refusal(request, error)
        return redirect("accounts:member_list", org=request.org.slug)
    messages.success(request, f"{member.name} is now {Role(member.role).label}.")
    return _after_change(request, member)


@member_view(Perm.MEMBER_MANAGE)
@require_POST
def remove_member(request: MemberRequest, member_id: int) -> HttpResponse:
    """End somebody's membership."""
    member = get_object_or_404(request.org.memberships.current(), pk=member_id)
    try:
        member = actions.remove_member(member=member, by=request.member)
    except Refused as error:
        _say_refusal(request, error)
        return redirect("accounts:member_list", org=request.org.slug)
    messages.success(request, f"{member.name} no longer belongs to {request.org.name}.")
    return _after_change(request, member)


def _say_refusal(request: MemberRequest, error: Refused) -> None:
    """With the link to where something is handed over, if that is what is asked for."""
    words: str = str(error)
    if isinstance(error, actions.StillHolds):
        words = format_html('{} <a href="{}">Hand them over</a>.', words, error.path)
    messages.error(request, words)


def _after_change(request: MemberRequest, member: Membership) -> HttpResponse:
    """Back to the list, unless they changed themselves and may not see it any more."""
    if member == request.member:
        return redirect("accounts:start")
    return redirect("accounts:member_list", org=request.org.slug)
