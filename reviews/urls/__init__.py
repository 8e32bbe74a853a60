"""Addresses of reviews, one module for each part of the work."""

from reviews.urls import (
    action_log,
    checks,
    credits,
    following,
    issues,
    measuring,
    meetings,
    plans,
    recording,
    renewing,
    results,
    rules,
    seeing,
    surveys,
    vendor_view,
)

app_name = "reviews"

urlpatterns = [
    *plans.urlpatterns,
    *recording.urlpatterns,
    *results.urlpatterns,
    *vendor_view.urlpatterns,
    *measuring.urlpatterns,
    *credits.urlpatterns,
    *surveys.urlpatterns,
    *issues.urlpatterns,
    *action_log.urlpatterns,
    *rules.urlpatterns,
    *checks.urlpatterns,
    *meetings.urlpatterns,
    *seeing.urlpatterns,
    *renewing.urlpatterns,
    *following.urlpatterns,
]
