"""The private link by which a stakeholder says what they think."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
