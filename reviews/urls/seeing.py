"""Addresses of what is seen over many reviews, and of the use of what is paid for."""

from django.urls import path

from reviews.views import usage

urlpatterns = [
    path("<int:review_id>/usage/", usage.save_usage, name="save_usage"),
]
