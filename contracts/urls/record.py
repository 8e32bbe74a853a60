"""Addresses of one contract and its way from draft to end."""

from django.urls import path

from contracts.views import record

urlpatterns = [
    path("new/", record.create_contract, name="create_contract"),
    path("<int:contract_id>/", record.contract_detail, name="contract_detail"),
    path("<int:contract_id>/edit/", record.edit_contract, name="edit_contract"),
]
