"""Addresses of the register: list, export, portfolio, a vendor's contracts."""

from django.urls import path

from contracts.views import portfolio, register

urlpatterns = [
    path("", register.contract_list, name="contract_list"),
    path("export/", register.export_contracts, name="export_contracts"),
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("of-vendor/<int:vendor_id>/", register.vendor_contracts, name="vendor_contracts"),
]
