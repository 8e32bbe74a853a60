"""Addresses of the schedule: all reviews, one contract's, its plan and criteria, and who holds which."""

from django.urls import path

from reviews.views import criteria, handing_over_reviews, plans

urlpatterns = [
    path("", plans.review_list, name="review_list"),
    path("contract/<int:contract_id>/", plans.contract_reviews, name="contract_reviews"),
    path("contract/<int:contract_id>/plan/", plans.edit_review_plan, name="edit_review_plan"),
    path(
        "contract/<int:contract_id>/criteria/",
        criteria.edit_review_criteria,
        name="edit_review_criteria",
    ),
    path("<int:review_id>/delegate/", plans.delegate_review, name="delegate_review"),
    path("<int:review_id>/postpone/", plans.postpone_review, name="postpone_review"),
    path("<int:review_id>/not-held/", plans.miss_review, name="miss_review"),
    path(
        "hand-over/<int:member_id>/",
        handing_over_reviews.hand_over_reviews,
        name="hand_over_reviews",
    ),
]
