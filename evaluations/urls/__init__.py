"""Addresses of criteria sets and evaluations, one module for each part of the work."""

from evaluations.urls import criteria, imports, results, scoring, setup

app_name = "evaluations"

urlpatterns = [
    *criteria.urlpatterns,
    *imports.urlpatterns,
    *setup.urlpatterns,
    *scoring.urlpatterns,
    *results.urlpatterns,
]
