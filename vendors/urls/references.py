"""Addresses of a vendor's references."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
