"""Addresses of service credits."""

from django.urls import path

from reviews.views import credits

ONE = "credits/<int:credit_id>/"

urlpatterns = [
    path("credits/", credits.credit_list, name="credit_list"),
    path(ONE, credits.credit_detail, name="credit_detail"),
    path(f"{ONE}claim/", credits.claim_credit, name="claim_credit"),
    path(f"{ONE}settle/", credits.settle_credit, name="settle_credit"),
    path(f"{ONE}waive/", credits.waive_credit, name="waive_credit"),
    path(f"{ONE}back/", credits.step_back_credit, name="step_back_credit"),
]
