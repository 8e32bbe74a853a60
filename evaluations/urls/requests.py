"""Addresses of requests for proposals, as we see them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
