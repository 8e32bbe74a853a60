"""Every address. Organization pages live under /o/<org>/."""

from django.urls import include, path
from django.views.decorators.cache import never_cache

from dashboard.views.calendar_feed import calendar_ics
from outsourcing_portal import health

urlpatterns = [
    path("healthz", never_cache(health.healthz), name="healthz"),
    path("readyz", never_cache(health.readyz), name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("o/<slug:org>/plans/", include("planning.urls")),
    path("o/<slug:org>/vendors/", include("vendors.urls")),
    path("o/<slug:org>/evaluations/", include("evaluations.urls")),
    path("o/<slug:org>/contracts/", include("contracts.urls")),
    path("o/<slug:org>/reviews/", include("reviews.urls")),
    path("o/<slug:org>/", include("dashboard.urls")),
    path("calendar/<str:token>.ics", calendar_ics, name="calendar_ics"),
    path("survey/", include("reviews.urls.public_survey")),
    path("proposal/", include("evaluations.urls.public_proposal")),
    path("reference/", include("vendors.urls.public_reference")),
    path("security-questions/", include("vendors.urls.public_diligence")),
    path("your-view/", include("planning.urls.public_stakeholder")),
    path("vendor-view/", include("reviews.urls.public_vendor")),
]
