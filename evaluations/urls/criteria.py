"""Addresses of criteria sets."""

from django.urls import path

from evaluations.views import criteria

urlpatterns = [
    path("criteria/", criteria.criteria_set_list, name="criteria_set_list"),
    path("criteria/new/", criteria.create_criteria_set, name="create_criteria_set"),
    path(
        "criteria/<int:criteria_set_id>/", criteria.criteria_set_detail, name="criteria_set_detail"
    ),
    path(
        "criteria/<int:criteria_set_id>/edit/", criteria.edit_criteria_set, name="edit_criteria_set"
    ),
    path(
        "criteria/<int:criteria_set_id>/versions/<int:number>/",
        criteria.criteria_set_version,
        name="criteria_set_version",
    ),
    path(
        "criteria/<int:criteria_set_id>/archive/",
        criteria.archive_criteria_set,
        name="archive_criteria_set",
    ),
    path(
        "criteria/<int:criteria_set_id>/restore/",
        criteria.restore_criteria_set,
        name="restore_criteria_set",
    ),
]
