"""Addresses of vendors, one module for each part of the work."""

from vendors.urls import credentials, diligence, overlap, profile, references

app_name = "vendors"

urlpatterns = [
    *profile.urlpatterns,
    *credentials.urlpatterns,
    *references.urlpatterns,
    *diligence.urlpatterns,
    *overlap.urlpatterns,
]
