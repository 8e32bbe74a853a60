"""Addresses of a vendor's references."""

from django.urls import path

from vendors.views import references

ALL = "<int:vendor_id>/references/"
ONE = f"{ALL}<int:reference_id>/"

urlpatterns = [
    path(ALL, references.vendor_references, name="vendor_references"),
    path(f"{ALL}add/", references.add_reference, name="add_reference"),
    path(f"{ONE}edit/", references.edit_reference, name="edit_reference"),
    path(f"{ONE}ask/", references.ask_reference, name="ask_reference"),
    path(f"{ONE}withdraw/", references.withdraw_reference_link, name="withdraw_reference_link"),
    path(f"{ONE}call/", references.note_call, name="note_call"),
    path(f"{ONE}remove/", references.remove_reference, name="remove_reference"),
]
