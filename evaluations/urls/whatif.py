"""Addresses: trying other weights, marks and candidates without changing anything."""

from django.urls import path

from evaluations.views import whatif

urlpatterns = [
    path("<int:evaluation_id>/ranking/what-if/", whatif.what_if, name="what_if"),
]
