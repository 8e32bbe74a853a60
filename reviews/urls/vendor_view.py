"""Addresses of asking the vendor about a review."""

from django.urls import path

from reviews.views import vendor_view

urlpatterns = [
    path("<int:review_id>/vendor/", vendor_view.ask_vendor, name="ask_vendor"),
    path(
        "<int:review_id>/vendor/revoke/", vendor_view.revoke_vendor_link, name="revoke_vendor_link"
    ),
]
