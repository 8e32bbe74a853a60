"""Addresses of the keys register."""

from django.urls import path

from contracts.views import keys

urlpatterns = [
    path("<int:contract_id>/keys/", keys.key_list, name="key_list"),
    path("<int:contract_id>/keys/add/", keys.add_key, name="add_key"),
    path("<int:contract_id>/keys/usual/", keys.add_standard_keys, name="add_standard_keys"),
    path("<int:contract_id>/keys/<int:key_id>/edit/", keys.edit_key, name="edit_key"),
    path("<int:contract_id>/keys/<int:key_id>/verify/", keys.verify_key, name="verify_key"),
    path("<int:contract_id>/keys/<int:key_id>/remove/", keys.remove_key, name="remove_key"),
]
