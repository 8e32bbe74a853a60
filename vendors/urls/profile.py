"""Addresses of the register of vendors and of their profiles."""

from django.urls import path

from vendors.views import contacts, importing, merging, profile, register

urlpatterns = [
    path("", register.vendor_list, name="vendor_list"),
    path("export/", register.export_vendors, name="export_vendors"),
    path("new/", profile.create_vendor, name="create_vendor"),
    path("merge/", merging.merge_vendors, name="merge_vendors"),
    path("import/", importing.import_vendors, name="import_vendors"),
    path("import/template/", importing.import_template, name="import_template"),
    path("import/<int:import_id>/", importing.import_preview, name="import_preview"),
    path("import/<int:import_id>/progress/", importing.import_progress, name="import_progress"),
    path("<int:vendor_id>/", profile.vendor_detail, name="vendor_detail"),
    path("<int:vendor_id>/edit/", profile.edit_vendor, name="edit_vendor"),
    path("<int:vendor_id>/archive/", profile.archive_vendor, name="archive_vendor"),
    path("<int:vendor_id>/restore/", profile.restore_vendor, name="restore_vendor"),
    path("<int:vendor_id>/contacts/add/", contacts.add_contact, name="add_contact"),
    path(
        "<int:vendor_id>/contacts/<int:contact_id>/edit/",
        contacts.edit_contact,
        name="edit_contact",
    ),
    path(
        "<int:vendor_id>/contacts/<int:contact_id>/remove/",
        contacts.remove_contact,
        name="remove_contact",
    ),
]
