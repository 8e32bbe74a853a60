"""Addresses: trying other weights, marks and candidates without changing anything."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
