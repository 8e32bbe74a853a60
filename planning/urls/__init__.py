"""Addresses of services and outsourcing plans, one module for each part of the work."""

from planning.urls import baseline, parts, plans, services, stakeholders

app_name = "planning"

urlpatterns = [
    *services.urlpatterns,
    *plans.urlpatterns,
    *parts.urlpatterns,
    *baseline.urlpatterns,
    *stakeholders.urlpatterns,
]
