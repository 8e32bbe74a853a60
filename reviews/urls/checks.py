"""Addresses of security checks."""

from django.urls import path

from reviews.views import checks

_ALL = "contract/<int:contract_id>/checks/"

urlpatterns = [
    path(_ALL, checks.check_list, name="check_list"),
    path(f"{_ALL}new/", checks.create_check, name="create_check"),
    path(f"{_ALL}usual/", checks.add_usual_checks, name="add_usual_checks"),
    path("checks/<int:check_id>/edit/", checks.edit_check, name="edit_check"),
    path("checks/<int:check_id>/result/", checks.record_check, name="record_check"),
    path("checks/<int:check_id>/end/", checks.end_check, name="end_check"),
]
