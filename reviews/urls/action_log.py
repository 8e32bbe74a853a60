"""Addresses of corrective actions, and of what is agreed and noted while a review is recorded."""

from django.urls import path

from reviews.views import action_log, handing_over, improving_files, in_review

_ONE = "actions/<int:action_id>/"

urlpatterns = [
    path("actions/", action_log.action_list, name="action_list"),
    path("actions/export/", improving_files.export_actions, name="export_actions"),
    path("actions/hand-over/<int:member_id>/", handing_over.hand_over_work, name="hand_over_work"),
    path("contract/<int:contract_id>/actions/new/", action_log.create_action, name="create_action"),
    path(_ONE, action_log.action_detail, name="action_detail"),
    path(f"{_ONE}edit/", action_log.edit_action, name="edit_action"),
    path(f"{_ONE}done/", action_log.finish_action, name="finish_action"),
    path(f"{_ONE}check/", action_log.check_action, name="check_action"),
    path(f"{_ONE}came-back/", action_log.reopen_action, name="reopen_action"),
    path(f"{_ONE}cancel/", action_log.cancel_action, name="cancel_action"),
    path("<int:review_id>/actions/add/", in_review.add_agreed_action, name="add_agreed_action"),
    path("<int:review_id>/issues/add/", in_review.add_review_issue, name="add_review_issue"),
]
