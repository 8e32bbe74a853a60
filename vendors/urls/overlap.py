"""Addresses of the hours that a vendor shares with us."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
