"""Addresses of services and of the needs assessment."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
