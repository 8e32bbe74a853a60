"""Addresses of the clause checklist and the completeness view."""

from typing import Any

urlpatterns: list[Any] = []
