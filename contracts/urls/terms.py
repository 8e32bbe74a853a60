"""Addresses of terms, prices and amendments."""

from typing import Any

urlpatterns: list[Any] = []
