"""Addresses of one review: its page, recording and closing it, its record."""

from django.urls import path

from reviews.views import recording, review_record

urlpatterns = [
    path("<int:review_id>/", recording.review_detail, name="review_detail"),
    path("<int:review_id>/record/", recording.record_review, name="record_review"),
    path("<int:review_id>/close/", recording.close_review, name="close_review"),
    path("<int:review_id>/verify/", review_record.verify_review, name="verify_review"),
    path(
        "<int:review_id>/record.json",
        review_record.export_review_record,
        name="export_review_record",
    ),
]
