"""Addresses: agreeing on one mark where the evaluators differ."""

from django.urls import path

from evaluations.views import moderation

CELL = "<int:evaluation_id>/moderate/<int:candidate_id>/<int:criterion_id>/"

urlpatterns = [
    path("<int:evaluation_id>/moderate/", moderation.moderation, name="moderation"),
    path(CELL, moderation.moderate_cell, name="moderate_cell"),
    path(f"{CELL}save/", moderation.save_moderated_mark, name="save_moderated_mark"),
    path(f"{CELL}preview/", moderation.preview_moderated_mark, name="preview_moderated_mark"),
    path(f"{CELL}withdraw/", moderation.withdraw_moderated_mark, name="withdraw_moderated_mark"),
]
