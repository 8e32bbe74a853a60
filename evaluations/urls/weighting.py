"""Addresses: four ways to say what the criteria weigh."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
