"""Addresses of security due diligence."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
