"""Addresses of the exit plan and the bench."""

from django.urls import path

from contracts.views import exit_alternatives, exits

_BENCH = "<int:contract_id>/exit/alternatives/"

urlpatterns = [
    path("<int:contract_id>/exit/", exits.exit_plan, name="exit_plan"),
    path("<int:contract_id>/exit/edit/", exits.edit_exit_plan, name="edit_exit_plan"),
    path(f"{_BENCH}choose/", exit_alternatives.choose_alternative, name="choose_alternative"),
    path(f"{_BENCH}add/", exit_alternatives.add_alternative, name="add_alternative"),
    path(
        f"{_BENCH}<int:alternative_id>/edit/",
        exit_alternatives.edit_alternative,
        name="edit_alternative",
    ),
    path(
        f"{_BENCH}<int:alternative_id>/remove/",
        exit_alternatives.remove_alternative,
        name="remove_alternative",
    ),
]
