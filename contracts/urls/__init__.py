"""Addresses of contracts, one module for each part of the work."""

from contracts.urls import (
    clauses,
    documents,
    exits,
    imports,
    keys,
    levels,
    promises,
    record,
    register,
    terms,
    transition,
)

app_name = "contracts"

urlpatterns = [
    *register.urlpatterns,
    *imports.urlpatterns,
    *record.urlpatterns,
    *terms.urlpatterns,
    *levels.urlpatterns,
    *clauses.urlpatterns,
    *documents.urlpatterns,
    *keys.urlpatterns,
    *transition.urlpatterns,
    *exits.urlpatterns,
    *promises.urlpatterns,
]
