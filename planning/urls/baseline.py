"""Addresses of the in-house cost."""

from django.urls import URLPattern, path

from planning.views import baseline

urlpatterns: list[URLPattern] = [
    path("<int:plan_id>/baseline/", baseline.edit_baseline, name="edit_baseline"),
]
