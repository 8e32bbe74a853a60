"""Addresses: four ways to say what the criteria weigh, everybody's answers, and the decision."""

from django.urls import path

from evaluations.views import weighting

urlpatterns = [
    path("<int:evaluation_id>/weights/", weighting.answer_weights, name="answer_weights"),
    path("<int:evaluation_id>/weights/compare/", weighting.compare_weights, name="compare_weights"),
    path("<int:evaluation_id>/weights/decide/", weighting.decide_weights, name="decide_weights"),
    path("<int:evaluation_id>/weights/<str:way>/", weighting.give_weights, name="give_weights"),
]
