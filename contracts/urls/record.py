"""Addresses of one contract and its way from draft to end."""

from django.urls import path

from contracts.views import record

urlpatterns = [
    path("<int:contract_id>/", record.contract_detail, name="contract_detail"),
]
