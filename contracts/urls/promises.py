"""Where the winner's promises went in the contract."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
