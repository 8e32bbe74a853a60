"""Addresses of a plan's stakeholders."""

from django.urls import URLPattern, path

from planning.views import stakeholders

ALL = "<int:plan_id>/stakeholders"
ONE = f"{ALL}/<int:stakeholder_id>"

urlpatterns: list[URLPattern] = [
    path(f"{ALL}/add/", stakeholders.add_stakeholder, name="add_stakeholder"),
    path(f"{ONE}/", stakeholders.stakeholder_detail, name="stakeholder_detail"),
    path(f"{ONE}/edit/", stakeholders.edit_stakeholder, name="edit_stakeholder"),
    path(f"{ONE}/ask/", stakeholders.ask_stakeholder, name="ask_stakeholder"),
    path(f"{ONE}/note/", stakeholders.note_stakeholder_view, name="note_stakeholder_view"),
    path(f"{ONE}/respond/", stakeholders.respond_to_stakeholder, name="respond_to_stakeholder"),
    path(
        f"{ONE}/withdraw/",
        stakeholders.withdraw_stakeholder_link,
        name="withdraw_stakeholder_link",
    ),
    path(f"{ONE}/remove/", stakeholders.remove_stakeholder, name="remove_stakeholder"),
]
