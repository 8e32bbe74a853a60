"""Addresses of a contract's papers."""

from typing import Any

urlpatterns: list[Any] = []
