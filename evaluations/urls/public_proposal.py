"""The private link by which a vendor answers a request for proposals."""

from django.urls import path

from evaluations.views.proposal_sheet import proposal_sheet, upload_proposal_sheet
from evaluations.views.public_proposal import answer_proposal, proposal_file

urlpatterns = [
    path("<str:token>/", answer_proposal, name="answer_proposal"),
    path("<str:token>/sheet/", proposal_sheet, name="proposal_sheet"),
    path("<str:token>/sheet/upload/", upload_proposal_sheet, name="upload_proposal_sheet"),
    path("<str:token>/file/<int:request_question_id>/", proposal_file, name="proposal_file"),
]
