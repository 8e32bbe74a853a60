"""Addresses of this part of the work."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
