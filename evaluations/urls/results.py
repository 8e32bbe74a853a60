"""Addresses: closing the scoring, the ranking and what it is made of."""

from django.urls import path

from evaluations.views import results

urlpatterns = [
    path("<int:evaluation_id>/close/", results.close_scoring, name="close_scoring"),
    path("<int:evaluation_id>/ranking/", results.ranking, name="ranking"),
    path("<int:evaluation_id>/ranking/export/", results.export_marks, name="export_marks"),
    path(
        "<int:evaluation_id>/ranking/<int:candidate_id>/",
        results.candidate_result,
        name="candidate_result",
    ),
]
