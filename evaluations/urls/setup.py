"""Addresses of the list of evaluations and of setting one up."""

from django.urls import path

from evaluations.views import candidates, evaluators, setup

urlpatterns = [
    path("", setup.evaluation_list, name="evaluation_list"),
    path("new/", setup.create_evaluation, name="create_evaluation"),
    path("vendor/<int:vendor_id>/", setup.vendor_evaluations, name="vendor_evaluations"),
    path("<int:evaluation_id>/", setup.evaluation_detail, name="evaluation_detail"),
    path("<int:evaluation_id>/setup/", setup.set_up, name="set_up"),
    path("<int:evaluation_id>/edit/", setup.edit_evaluation, name="edit_evaluation"),
    path(
        "<int:evaluation_id>/criteria/",
        setup.edit_evaluation_criteria,
        name="edit_evaluation_criteria",
    ),
    path("<int:evaluation_id>/candidates/", candidates.choose_candidates, name="choose_candidates"),
    path(
        "<int:evaluation_id>/candidates/new/",
        candidates.add_new_candidate,
        name="add_new_candidate",
    ),
    path("<int:evaluation_id>/candidates/in-house/", candidates.add_in_house, name="add_in_house"),
    path(
        "<int:evaluation_id>/candidates/<int:candidate_id>/remove/",
        candidates.remove_candidate,
        name="remove_candidate",
    ),
    path("<int:evaluation_id>/evaluators/", evaluators.choose_evaluators, name="choose_evaluators"),
    path("<int:evaluation_id>/open/", setup.open_scoring, name="open_scoring"),
    path("<int:evaluation_id>/delete/", setup.delete_evaluation, name="delete_evaluation"),
]
