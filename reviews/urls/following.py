"""Goals and promises in a review, and surveys that come again."""

from django.urls import path

from reviews.views import following, promise_checks

urlpatterns = [
    path(
        "<int:review_id>/goals/<int:goal_id>/",
        following.save_goal_check,
        name="save_goal_check",
    ),
    path(
        "<int:review_id>/promises/<int:promise_id>/",
        promise_checks.save_promise_check,
        name="save_promise_check",
    ),
]
