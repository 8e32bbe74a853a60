"""Addresses of gates that ask for a credential."""

from django.urls import path

from evaluations.views import gate_credentials

urlpatterns = [
    path(
        "<int:evaluation_id>/criteria/proofs/",
        gate_credentials.edit_gate_credentials,
        name="edit_gate_credentials",
    ),
    path(
        "<int:evaluation_id>/score/<int:candidate_id>/<int:criterion_id>/proof/",
        gate_credentials.fill_gate,
        name="fill_gate",
    ),
    path(
        "<int:evaluation_id>/score/<int:candidate_id>/known/",
        gate_credentials.candidate_known,
        name="candidate_known",
    ),
]
