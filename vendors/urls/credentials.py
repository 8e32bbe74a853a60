"""Addresses of a vendor's registrations, certificates, memberships and insurances."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
