"""Addresses: scoring."""

from django.urls import path

from evaluations.views import scoring

urlpatterns = [
    path("<int:evaluation_id>/score/", scoring.score_evaluation, name="score_evaluation"),
    path("<int:evaluation_id>/score/declare/", scoring.declare_conflict, name="declare_conflict"),
    path("<int:evaluation_id>/score/cell/", scoring.save_score, name="save_score"),
    path("<int:evaluation_id>/score/save/", scoring.save_scorecard, name="save_scorecard"),
    path("<int:evaluation_id>/score/submit/", scoring.submit_scorecard, name="submit_scorecard"),
    path("<int:evaluation_id>/score/reopen/", scoring.reopen_scorecard, name="reopen_scorecard"),
    path(
        "<int:evaluation_id>/score/<int:scorecard_id>/remind/",
        scoring.remind_evaluator,
        name="remind_evaluator",
    ),
]
