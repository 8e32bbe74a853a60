"""Addresses of the lists of an outsourcing plan."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
