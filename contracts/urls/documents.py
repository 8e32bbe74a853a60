"""Addresses of a contract's papers."""

from django.urls import path

from contracts.views import documents

ONE = "<int:contract_id>/documents/<int:document_id>/"

urlpatterns = [
    path("<int:contract_id>/documents/", documents.document_list, name="document_list"),
    path("<int:contract_id>/documents/add/", documents.add_document, name="add_document"),
    path(f"{ONE}file/", documents.document_file, name="document_file"),
    path(f"{ONE}renew/", documents.add_version, name="add_version"),
    path(f"{ONE}signed/", documents.mark_signed_copy, name="mark_signed_copy"),
    path(f"{ONE}remove/", documents.remove_document, name="remove_document"),
    path(f"{ONE}restore/", documents.restore_document, name="restore_document"),
]
