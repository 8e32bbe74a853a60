"""Addresses of pilots."""

from django.urls import path

from evaluations.views import pilots

LINE = "pilots/criteria/<int:pilot_criterion_id>/"

urlpatterns = [
    path("<int:evaluation_id>/pilots/", pilots.pilot_list, name="pilot_list"),
    path("<int:evaluation_id>/pilots/new/", pilots.create_pilot, name="create_pilot"),
    path("pilots/<int:pilot_id>/", pilots.pilot_detail, name="pilot_detail"),
    path("pilots/<int:pilot_id>/edit/", pilots.edit_pilot, name="edit_pilot"),
    path("pilots/<int:pilot_id>/start/", pilots.start_pilot, name="start_pilot"),
    path("pilots/<int:pilot_id>/extend/", pilots.extend_pilot, name="extend_pilot"),
    path("pilots/<int:pilot_id>/decide/", pilots.decide_pilot, name="decide_pilot"),
    path("pilots/<int:pilot_id>/cancel/", pilots.cancel_pilot, name="cancel_pilot"),
    path(
        "pilots/<int:pilot_id>/criteria/add/",
        pilots.add_pilot_criterion,
        name="add_pilot_criterion",
    ),
    path(f"{LINE}edit/", pilots.edit_pilot_criterion, name="edit_pilot_criterion"),
    path(f"{LINE}remove/", pilots.remove_pilot_criterion, name="remove_pilot_criterion"),
    path(f"{LINE}measure/", pilots.measure_pilot, name="measure_pilot"),
    path(f"{LINE}file/", pilots.pilot_file, name="pilot_file"),
]
