"""Addresses: the decision report as page and PDF, and the letters."""

from django.urls import path

from evaluations.views import award_report

AWARD = "<int:evaluation_id>/awards/<int:award_id>"

urlpatterns = [
    path(f"{AWARD}/report/", award_report.award_report, name="award_report"),
    path(f"{AWARD}/report/ask/", award_report.ask_award_report, name="ask_award_report"),
    path(f"{AWARD}/report/file/", award_report.award_report_file, name="award_report_file"),
    path(f"{AWARD}/letters/", award_report.award_letters, name="award_letters"),
    path(f"{AWARD}/letters/draft/", award_report.draft_letters, name="draft_letters"),
    path(f"{AWARD}/letters/<int:letter_id>/", award_report.edit_letter, name="edit_letter"),
]
