"""Addresses of terms, prices and amendments."""

from django.urls import path

from contracts.views import amendments, terms

AMENDMENT = "<int:contract_id>/amendments/<int:amendment_id>/"

urlpatterns = [
    path("<int:contract_id>/terms/", terms.contract_terms, name="contract_terms"),
    path("<int:contract_id>/terms/edit/", terms.edit_terms, name="edit_terms"),
    path("<int:contract_id>/terms/compare/", terms.compare_terms, name="compare_terms"),
    path("<int:contract_id>/amendments/new/", amendments.create_amendment, name="create_amendment"),
    path(AMENDMENT, amendments.amendment_detail, name="amendment_detail"),
    path(f"{AMENDMENT}edit/", amendments.edit_amendment, name="edit_amendment"),
    path(f"{AMENDMENT}send/", amendments.send_amendment, name="send_amendment"),
    path(f"{AMENDMENT}sign/", amendments.sign_amendment, name="sign_amendment"),
    path(f"{AMENDMENT}return/", amendments.return_amendment, name="return_amendment"),
    path(f"{AMENDMENT}withdraw/", amendments.withdraw_amendment, name="withdraw_amendment"),
]
