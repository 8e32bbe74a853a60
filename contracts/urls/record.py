"""Addresses of one contract and its way from draft to end."""

from django.urls import path

from contracts.views import award, communication, ending, handing_over, record, signing

urlpatterns = [
    path("new/", record.create_contract, name="create_contract"),
    path("from-award/<int:award_id>/", award.draft_from_award, name="draft_from_award"),
    path(
        "hand-over/<int:member_id>/",
        handing_over.hand_over_contracts,
        name="hand_over_contracts",
    ),
    path("<int:contract_id>/", record.contract_detail, name="contract_detail"),
    path("<int:contract_id>/edit/", record.edit_contract, name="edit_contract"),
    path(
        "<int:contract_id>/communication/",
        communication.edit_communication,
        name="edit_communication",
    ),
    path("<int:contract_id>/send/", signing.send_for_signature, name="send_for_signature"),
    path("<int:contract_id>/return/", signing.return_contract, name="return_contract"),
    path("<int:contract_id>/sign/", signing.sign_contract, name="sign_contract"),
    path("<int:contract_id>/withdraw/", signing.withdraw_contract, name="withdraw_contract"),
    path("<int:contract_id>/notice/", ending.give_notice, name="give_notice"),
    path("<int:contract_id>/notice/take-back/", ending.take_back_notice, name="take_back_notice"),
    path("<int:contract_id>/terminate/", ending.terminate_contract, name="terminate_contract"),
    path(
        "<int:contract_id>/terminate/take-back/",
        ending.take_back_termination,
        name="take_back_termination",
    ),
]
