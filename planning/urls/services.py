"""Addresses of services and of the needs assessment."""

from django.urls import path

from planning.views import services

SERVICE = "services/<int:service_id>"

urlpatterns = [
    path("needs/", services.needs_assessment, name="needs_assessment"),
    path("services/", services.service_list, name="service_list"),
    path("services/export/", services.export_services, name="export_services"),
    path("services/add/", services.add_services, name="add_services"),
    path("services/new/", services.create_service, name="create_service"),
    path(f"{SERVICE}/", services.service_detail, name="service_detail"),
    path(f"{SERVICE}/edit/", services.edit_service, name="edit_service"),
    path(f"{SERVICE}/archive/", services.archive_service, name="archive_service"),
    path(f"{SERVICE}/restore/", services.restore_service, name="restore_service"),
    path(f"{SERVICE}/needs/", services.answer_needs, name="answer_needs"),
]
