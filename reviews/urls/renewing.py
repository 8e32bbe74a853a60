"""Addresses: renewals, their votes and decision, the letter; amending from a review."""

from django.urls import path

from reviews.views import amending, renewal_letter, renewing

CONTRACT = "contract/<int:contract_id>/renewal/"
BRIEF = "renewals/<int:brief_id>/"

urlpatterns = [
    path("renewals/", renewing.renewal_list, name="renewal_list"),
    path(CONTRACT, renewing.contract_renewals, name="contract_renewals"),
    path(f"{CONTRACT}begin/", renewing.begin_renewal, name="begin_renewal"),
    path(BRIEF, renewing.renewal_brief, name="renewal_brief"),
    path(f"{BRIEF}vote/", renewing.vote_renewal, name="vote_renewal"),
    path(f"{BRIEF}decide/", renewing.decide_renewal, name="decide_renewal"),
    path(f"{BRIEF}verify/", renewing.verify_renewal, name="verify_renewal"),
    path(f"{BRIEF}record.json", renewing.export_renewal_record, name="export_renewal_record"),
    path(f"{BRIEF}letter/", renewal_letter.edit_renewal_letter, name="edit_renewal_letter"),
    path(f"{BRIEF}letter/print/", renewal_letter.renewal_letter, name="renewal_letter"),
    path("<int:review_id>/amend/", amending.amend_from_review, name="amend_from_review"),
]
