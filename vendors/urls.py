"""Addresses of vendors."""

app_name = "vendors"

urlpatterns: list = []
