"""Addresses: agreeing on one mark where the evaluators differ."""

from django.urls import path

from evaluations.views import moderation

urlpatterns = [
    path("<int:evaluation_id>/moderate/", moderation.moderation, name="moderation"),
]
