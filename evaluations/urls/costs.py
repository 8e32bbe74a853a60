"""Addresses of quotes and of the real cost over the term."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
