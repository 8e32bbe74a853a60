"""Addresses of what is seen over many reviews, and of the use of what is paid for."""

from django.urls import path

from reviews.views import choices, concentration, standing, usage, vendor_trend

VENDOR = "vendor/<int:vendor_id>"

urlpatterns = [
    path("<int:review_id>/usage/", usage.save_usage, name="save_usage"),
    path("standing/", standing.standing_list, name="standing_list"),
    path("standing/export/", standing.export_standing, name="export_standing"),
    path("standing/report/", standing.standing_report, name="standing_report"),
    path("standing/report/ask/", standing.ask_standing_report, name="ask_standing_report"),
    path("standing/report/file/", standing.standing_report_file, name="standing_report_file"),
    path("concentration/", concentration.concentration, name="concentration"),
    path(
        "concentration/services/",
        concentration.edit_critical_services,
        name="edit_critical_services",
    ),
    path("choices/", choices.choices, name="choices"),
    path(f"{VENDOR}/", vendor_trend.vendor_trend, name="vendor_trend"),
    path(f"{VENDOR}/export/", vendor_trend.export_vendor_trend, name="export_vendor_trend"),
    path(f"{VENDOR}/report/ask/", vendor_trend.ask_vendor_report, name="ask_vendor_report"),
    path(f"{VENDOR}/report/file/", vendor_trend.vendor_report_file, name="vendor_report_file"),
]
