"""Addresses of the promise ledger of an evaluation."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
