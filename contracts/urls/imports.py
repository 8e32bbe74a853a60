"""Addresses of importing contracts."""

from django.urls import path

from contracts.views import importing

ONE = "import/<int:contract_import_id>/"

urlpatterns = [
    path("import/", importing.import_contracts, name="import_contracts"),
    path("import/template/", importing.contract_import_template, name="contract_import_template"),
    path(ONE, importing.contract_import_preview, name="contract_import_preview"),
    path(f"{ONE}progress/", importing.contract_import_progress, name="contract_import_progress"),
]
