"""Addresses of the clause checklist and the completeness view."""

from django.urls import path

from contracts.views import clauses

urlpatterns = [
    path("<int:contract_id>/clauses/", clauses.clause_list, name="clause_list"),
    path("<int:contract_id>/clauses/save/", clauses.save_clauses, name="save_clauses"),
    path("<int:contract_id>/completeness/", clauses.completeness, name="completeness"),
]
