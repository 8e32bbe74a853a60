"""Where the winner's promises went in the contract."""

from django.urls import path

from contracts.views import promises as views

LIST = "<int:contract_id>/promises/"
ONE = f"{LIST}<int:promise_id>/"

urlpatterns = [
    path(LIST, views.contract_promises, name="contract_promises"),
    path(ONE, views.place_promise, name="place_promise"),
    path(f"{ONE}take-out/", views.unplace_promise, name="unplace_promise"),
]
