"""Addresses of criteria sets and evaluations, one module for each part of the work."""

from evaluations.urls import (
    award_report,
    awards,
    costs,
    criteria,
    from_plan,
    gates,
    handing_over,
    imports,
    moderation,
    pilots,
    promises,
    requests,
    results,
    scoring,
    setup,
    weighting,
    whatif,
)

app_name = "evaluations"

urlpatterns = [
    *criteria.urlpatterns,
    *imports.urlpatterns,
    *setup.urlpatterns,
    *weighting.urlpatterns,
    *scoring.urlpatterns,
    *gates.urlpatterns,
    *moderation.urlpatterns,
    *results.urlpatterns,
    *whatif.urlpatterns,
    *awards.urlpatterns,
    *award_report.urlpatterns,
    *from_plan.urlpatterns,
    *handing_over.urlpatterns,
    *requests.urlpatterns,
    *costs.urlpatterns,
    *promises.urlpatterns,
    *pilots.urlpatterns,
]
