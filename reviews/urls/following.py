"""Goals and promises in a review, and surveys that come again."""

from django.urls import path

from reviews.views import following, promise_checks, survey_schedules

AGAIN = "contract/<int:contract_id>/surveys/again/<str:audience>"

urlpatterns = [
    path(f"{AGAIN}/", survey_schedules.edit_survey_schedule, name="edit_survey_schedule"),
    path(f"{AGAIN}/end/", survey_schedules.end_survey_schedule, name="end_survey_schedule"),
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
