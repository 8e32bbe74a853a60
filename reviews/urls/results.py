"""Addresses of the one-page result: the page, its PDF, and who gets it."""

from django.urls import path

from reviews.views import results

urlpatterns = [
    path("<int:review_id>/report/", results.review_report, name="review_report"),
    path("<int:review_id>/report/ask/", results.ask_review_report, name="ask_review_report"),
    path("<int:review_id>/report/file/", results.review_report_file, name="review_report_file"),
    path("<int:review_id>/recipients/", results.choose_recipients, name="choose_recipients"),
]
