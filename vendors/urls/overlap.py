"""Addresses of the hours that a vendor shares with us."""

from django.urls import path

from vendors.views import overlap

urlpatterns = [
    path("<int:vendor_id>/hours/", overlap.vendor_overlap, name="vendor_overlap"),
    path("<int:vendor_id>/hours/edit/", overlap.edit_vendor_hours, name="edit_vendor_hours"),
]
