"""Addresses of service levels."""

from django.urls import path

from contracts.views import levels

BASE = "<int:contract_id>/service-levels/"

urlpatterns = [
    path(BASE, levels.service_level_list, name="service_level_list"),
    path(f"{BASE}new/", levels.create_service_level, name="create_service_level"),
    path(f"{BASE}packs/", levels.add_level_pack, name="add_level_pack"),
    path(f"{BASE}support-hours/", levels.change_support_hours, name="change_support_hours"),
    path(f"{BASE}<int:level_id>/edit/", levels.edit_service_level, name="edit_service_level"),
    path(f"{BASE}<int:level_id>/remove/", levels.remove_service_level, name="remove_service_level"),
]
