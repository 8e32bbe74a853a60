"""Addresses of a plan's stakeholders."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
