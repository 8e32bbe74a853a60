"""Addresses of security due diligence."""

from django.urls import path

from vendors.views import diligence, diligence_judging

ALL = "<int:vendor_id>/diligence/"
ONE = f"{ALL}<int:diligence_id>/"
GAP = f"{ONE}gaps/<int:gap_id>/"

urlpatterns = [
    path(ALL, diligence.vendor_diligence, name="vendor_diligence"),
    path(f"{ALL}new/", diligence.start_diligence, name="start_diligence"),
    path(ONE, diligence.diligence_detail, name="diligence_detail"),
    path(f"{ONE}edit/", diligence.edit_diligence, name="edit_diligence"),
    path(f"{ONE}ask/", diligence.ask_diligence, name="ask_diligence"),
    path(
        f"{ONE}withdraw-link/",
        diligence.withdraw_diligence_link,
        name="withdraw_diligence_link",
    ),
    path(f"{ONE}withdraw/", diligence.withdraw_diligence, name="withdraw_diligence"),
    path(f"{ONE}answers/", diligence.note_diligence_answers, name="note_diligence_answers"),
    path(f"{ONE}judge/", diligence_judging.judge_diligence, name="judge_diligence"),
    path(f"{ONE}report/", diligence.diligence_report, name="diligence_report"),
    path(f"{ONE}files/<int:given_id>/", diligence.diligence_file, name="diligence_file"),
    path(f"{ONE}gaps/add/", diligence_judging.add_gap, name="add_gap"),
    path(f"{GAP}edit/", diligence_judging.edit_gap, name="edit_gap"),
    path(f"{GAP}settle/", diligence_judging.settle_gap, name="settle_gap"),
]
