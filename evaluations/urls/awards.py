"""Addresses: the award, its steps and its frozen record; opening the scoring again."""

from django.urls import path

from evaluations.views import award_record, award_steps, awards, reopen

AWARD = "<int:evaluation_id>/awards/<int:award_id>/"

urlpatterns = [
    path("<int:evaluation_id>/reopen/", reopen.reopen_scoring, name="reopen_scoring"),
    path("<int:evaluation_id>/awards/new/", awards.create_award, name="create_award"),
    path(AWARD, awards.award_detail, name="award_detail"),
    path(f"{AWARD}edit/", awards.edit_award, name="edit_award"),
    path(f"{AWARD}propose/", award_steps.propose_award, name="propose_award"),
    path(f"{AWARD}approve/", award_steps.approve_award, name="approve_award"),
    path(f"{AWARD}return/", award_steps.return_award, name="return_award"),
    path(f"{AWARD}announce/", award_steps.announce_award, name="announce_award"),
    path(f"{AWARD}withdraw/", award_steps.withdraw_award, name="withdraw_award"),
    path(
        f"{AWARD}conditions/<int:condition_id>/settle/",
        award_steps.settle_condition,
        name="settle_condition",
    ),
    path(
        f"{AWARD}conditions/<int:condition_id>/reopen/",
        award_steps.reopen_condition,
        name="reopen_condition",
    ),
    path(f"{AWARD}verify/", award_record.verify_award, name="verify_award"),
    path(f"{AWARD}record.json", award_record.export_record, name="export_record"),
]
