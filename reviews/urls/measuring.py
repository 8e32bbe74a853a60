"""Addresses of measurements."""

from django.urls import path

from reviews.views import measure_import, measuring

OF_CONTRACT = "contract/<int:contract_id>/measurements/"
ONE = "measurements/<int:measurement_id>/"

urlpatterns = [
    path(OF_CONTRACT, measuring.measurement_list, name="measurement_list"),
    path(f"{OF_CONTRACT}record/", measuring.record_measurements, name="record_measurements"),
    path(f"{OF_CONTRACT}import/", measure_import.import_measurements, name="import_measurements"),
    path(
        f"{OF_CONTRACT}template/", measure_import.measurement_template, name="measurement_template"
    ),
    path(f"{ONE}edit/", measuring.edit_measurement, name="edit_measurement"),
    path(f"{ONE}remove/", measuring.remove_measurement, name="remove_measurement"),
    path(
        "measurements/import/<int:measurement_import_id>/",
        measure_import.measurement_import,
        name="measurement_import",
    ),
]
