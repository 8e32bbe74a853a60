"""Addresses of corrective actions."""

from django.urls import path

from reviews.views import in_review

urlpatterns = [
    path("<int:review_id>/actions/add/", in_review.add_agreed_action, name="add_agreed_action"),
    path("<int:review_id>/issues/add/", in_review.add_review_issue, name="add_review_issue"),
]
