"""Addresses: the award, its frozen record, its report and letters."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
