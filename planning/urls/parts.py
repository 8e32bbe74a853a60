"""Addresses of the lists of an outsourcing plan."""

from django.urls import URLPattern, path

from planning.views import parts

urlpatterns: list[URLPattern] = [
    path("<int:plan_id>/goals/", parts.edit_goals, name="edit_goals"),
    path("<int:plan_id>/requirements/", parts.edit_requirements, name="edit_requirements"),
    path("<int:plan_id>/training/", parts.edit_training, name="edit_training"),
    path("<int:plan_id>/surveys/", parts.edit_planned_surveys, name="edit_planned_surveys"),
    path("<int:plan_id>/communication/", parts.edit_communication, name="edit_communication"),
    path("<int:plan_id>/risks/", parts.edit_risks, name="edit_risks"),
    path("<int:plan_id>/growth/", parts.edit_growth, name="edit_growth"),
]
