"""Addresses of requests for proposals, as we see them."""

from django.urls import path

from evaluations.views import (
    proposals,
    request_questions,
    request_sheet,
    request_vendors,
    requests,
)

AT = "<int:evaluation_id>/proposals/"
QUESTION = f"{AT}questions/<int:request_question_id>/"
PROPOSAL = f"{AT}<int:proposal_id>/"

urlpatterns = [
    path(AT, requests.proposal_request, name="proposal_request"),
    path(f"{AT}new/", requests.create_proposal_request, name="create_proposal_request"),
    path(f"{AT}edit/", requests.edit_proposal_request, name="edit_proposal_request"),
    path(f"{AT}delete/", requests.delete_proposal_request, name="delete_proposal_request"),
    path(f"{AT}preview/", requests.preview_request, name="preview_request"),
    path(f"{AT}recipients/", requests.choose_recipients, name="choose_recipients"),
    path(f"{AT}send/", requests.send_request, name="send_request"),
    path(f"{AT}deadline/", requests.move_deadline, name="move_deadline"),
    path(f"{AT}withdraw/", requests.withdraw_request, name="withdraw_request"),
    path(f"{AT}again/", requests.prepare_again, name="prepare_again"),
    path(f"{AT}open/", requests.open_proposals, name="open_proposals"),
    path(f"{AT}questions/", request_questions.request_questions, name="request_questions"),
    path(f"{AT}questions/take/", request_questions.take_starters, name="take_starters"),
    path(f"{AT}questions/add/", request_questions.add_question, name="add_question"),
    path(QUESTION, request_questions.edit_question, name="edit_question"),
    path(f"{QUESTION}remove/", request_questions.remove_question, name="remove_question"),
    path(f"{QUESTION}move/", request_questions.move_question, name="move_question"),
    path(f"{AT}notice/", request_vendors.publish_notice, name="publish_notice"),
    path(
        f"{AT}asked/<int:asked_id>/",
        request_vendors.answer_vendor_question,
        name="answer_vendor_question",
    ),
    path(f"{AT}sheet/", request_sheet.request_sheet, name="request_sheet"),
    path(f"{PROPOSAL}enter/", request_sheet.enter_proposal, name="enter_proposal"),
    path(f"{AT}compare/", proposals.proposals_compare, name="proposals_compare"),
    path(f"{AT}compare/file/", proposals.export_proposals, name="export_proposals"),
    path(PROPOSAL, proposals.proposal_detail, name="proposal_detail"),
    path(f"{PROPOSAL}again/", request_vendors.resend_proposal, name="resend_proposal"),
    path(
        f"{PROPOSAL}withdraw/",
        request_vendors.withdraw_proposal_link,
        name="withdraw_proposal_link",
    ),
    path(f"{PROPOSAL}link/", request_vendors.show_proposal_link, name="show_proposal_link"),
    path(
        f"{PROPOSAL}files/<int:request_question_id>/",
        proposals.proposal_file,
        name="proposal_file",
    ),
]
