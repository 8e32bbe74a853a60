"""Pages about people and organizations."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.access import MemberRequest, member_view
from accounts.forms import InviteForm, JoinForm, OrganizationForm, OrganizationNameForm, PersonNameForm, RoleForm
from accounts.models import Organization, User
from accounts.permissions import Perm, Role
from core.errors import Refused
from core.http import page
from core.versions import Stale

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NEW_LINK = "invitation_link"


def start(request: Any) -> HttpResponse:
    """Where signing in leads: the organization seen last, else the first, else making one."""
    mine = request.user.memberships.current().select_related("organization")
    last = mine.filter(organization__slug=request.session.get("org", "")).first()
    member = last or mine.order_by("organization__is_example", "organization__name", "pk").first()
    if member is None:
        return redirect("accounts:create_organization")
    return redirect("dashboard:home", org=member.organization.slug)


def create_organization(request: Any) -> HttpResponse:
    form = OrganizationNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = actions.create_organization(name=form.cleaned_data["name"], user=request.user)
        return redirect("dashboard:home", org=member.organization.slug)
    return page(request, "accounts/create_organization.html", {"form": form})


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
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link: one answer for unknown, expired, used and revoked links."""
    invitation = actions.invitation_for(token)
    if invitation is None:
        return _private(render(request, "accounts/invitation_gone.html", status=404))
    has_account = User.objects.filter(email__iexact=invitation.email).exists()
    signed_in = request.user.is_authenticated
    asks = not signed_in and not has_account
    form = JoinForm(request.POST or None, email=invitation.email) if asks else None
    refusal = ""
    if request.method == "POST" and (signed_in or (form and form.is_valid())):
        try:
            member = _join(request, token, form)
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, f"Welcome to {member.organization.name}.")
            return redirect("dashboard:home", org=member.organization.slug)
    context = {
        "invitation": invitation,
        "role": Role(invitation.role),
        "form": form,
        "has_account": has_account,
        "refusal": refusal,
        "wrong_person": signed_in and request.user.email.lower() != invitation.email.lower(),
    }
    status = 422 if refusal or (form and form.is_bound and form.errors) else 200
    return _private(page(request, "accounts/accept_invitation.html", context, status=status))


def _join(request: HttpRequest, token: str, form: JoinForm | None) -> Any:
    if form is None:
        return actions.accept_invitation(token=token, user=request.user)  # type: ignore[arg-type]
    data = form.cleaned_data
    member = actions.join_as_new_person(token=token, name=data["name"], password=data["password"])
    login(request, member.user, backend=BACKEND)
    return member


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store, private"
    return response


@member_view(Perm.ORG_EDIT)
def organization_settings(request: MemberRequest) -> HttpResponse:
    org = request.org
    fields = ("name", "country", "currency", "time_zone", "date_format", "version")
    form = OrganizationForm(request.POST or None, initial={f: getattr(org, f) for f in fields})
    stale: Organization | None = None
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        try:
            actions.change_organization(
                organization=org, values=values, version=version, by=request.member
            )
        except Stale as error:
            stale = error.current
            form.data = form.data.copy()
            form.data["version"] = stale.version
        else:
            messages.success(request, "Settings saved.")
            return redirect("accounts:organization_settings", org=org.slug)
    context = {"form": form, "stale": stale}
    return page(
        request, "accounts/organization_settings.html", context, status=409 if stale else None
    )


@member_view(Perm.ORG_EDIT)
@require_POST
def remove_example(request: MemberRequest) -> HttpResponse:
    try:
        actions.remove_example(organization=request.org, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("accounts:organization_settings", org=request.org.slug)
    messages.success(request, f"“{request.org.name}” and everything in it is removed.")
    return redirect("accounts:start")


def _member_page(
    request: MemberRequest, form: InviteForm, status: int | None = None
) -> HttpResponse:
    invitations = request.org.invitation_set.select_related("mail", "invited_by__user")
    context = {
        "members": request.org.memberships.current().by_name(),
        "invitations": invitations.filter(accepted_at=None).order_by("-created_at", "-pk"),
        "roles": list(Role),
        "form": form,
        "new_link": request.session.get(NEW_LINK),
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
    request.session[NEW_LINK] = {"email": email, "url": url}
    messages.success(request, f"The invitation for {email} is on its way.")
    return redirect("accounts:member_list", org=request.org.slug)


@member_view(Perm.MEMBER_MANAGE)
@require_POST
def renew_invitation(request: MemberRequest, invitation_id: int) -> HttpResponse:
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
    member = get_object_or_404(request.org.memberships.current(), pk=member_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the roles in the list.")
        return redirect("accounts:member_list", org=request.org.slug)
    try:
        member = actions.change_role(
            member=member, role=Role(form.cleaned_data["role"]), by=request.member
        )
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{member.name} is now {Role(member.role).label}.")
    if member == request.member:
        return redirect("accounts:start")
    return redirect("accounts:member_list", org=request.org.slug)


@member_view(Perm.MEMBER_MANAGE)
@require_POST
def remove_member(request: MemberRequest, member_id: int) -> HttpResponse:
    member = get_object_or_404(request.org.memberships.current(), pk=member_id)
    try:
        member = actions.remove_member(member=member, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{member.name} no longer belongs to {request.org.name}.")
    if member == request.member:
        return redirect("accounts:start")
    return redirect("accounts:member_list", org=request.org.slug)
