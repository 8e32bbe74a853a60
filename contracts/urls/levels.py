"""Addresses of service levels."""

from typing import Any

urlpatterns: list[Any] = []
