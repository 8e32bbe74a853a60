"""Addresses of the promise ledger of an evaluation."""

from django.urls import path

from evaluations.views import promises as views

LEDGER = "<int:evaluation_id>/promises/"
ONE = f"{LEDGER}<int:promise_id>/"

urlpatterns = [
    path(LEDGER, views.promise_list, name="promise_list"),
    path(f"{LEDGER}add/", views.add_promise, name="add_promise"),
    path(f"{ONE}edit/", views.edit_promise, name="edit_promise"),
    path(f"{ONE}remove/", views.remove_promise, name="remove_promise"),
]
