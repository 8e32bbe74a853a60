"""Addresses of the in-house cost."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
