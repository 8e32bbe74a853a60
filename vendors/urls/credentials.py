"""Addresses of a vendor's registrations, certificates, memberships and insurances."""

from django.urls import path

from vendors.views import credential_list, credentials

ONE = "<int:vendor_id>/proofs/<int:credential_id>/"

urlpatterns = [
    path("proofs/", credential_list.credential_list, name="credential_list"),
    path("proofs/export/", credential_list.export_credentials, name="export_credentials"),
    path("<int:vendor_id>/proofs/", credentials.vendor_credentials, name="vendor_credentials"),
    path("<int:vendor_id>/proofs/add/", credentials.add_credential, name="add_credential"),
    path(f"{ONE}edit/", credentials.edit_credential, name="edit_credential"),
    path(f"{ONE}check/", credentials.check_credential, name="check_credential"),
    path(f"{ONE}remove/", credentials.remove_credential, name="remove_credential"),
    path(f"{ONE}file/", credentials.credential_file, name="credential_file"),
]
