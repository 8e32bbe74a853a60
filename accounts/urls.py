"""People and organizations."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.start, name="start"),
    path("organizations/new/", views.create_organization, name="create_organization"),
    path("you/", views.profile, name="profile"),
    path("invitations/<str:token>/", views.accept_invitation, name="accept_invitation"),
    path("o/<slug:org>/settings/", views.organization_settings, name="organization_settings"),
    path("o/<slug:org>/settings/remove/", views.remove_example, name="remove_example"),
    path("o/<slug:org>/settings/members/", views.member_list, name="member_list"),
    path("o/<slug:org>/settings/members/invite/", views.invite_member, name="invite_member"),
    path(
        "o/<slug:org>/settings/members/<int:member_id>/role/",
        views.change_role,
        name="change_role",
    ),
    path(
        "o/<slug:org>/settings/members/<int:member_id>/remove/",
        views.remove_member,
        name="remove_member",
    ),
    path(
        "o/<slug:org>/settings/invitations/<int:invitation_id>/renew/",
        views.renew_invitation,
        name="renew_invitation",
    ),
    path(
        "o/<slug:org>/settings/invitations/<int:invitation_id>/revoke/",
        views.revoke_invitation,
        name="revoke_invitation",
    ),
]
