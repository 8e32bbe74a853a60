"""Addresses of the issue log."""

from django.urls import path

from reviews.views import improving_files, issues

urlpatterns = [
    path("issues/", issues.issue_list, name="issue_list"),
    path("issues/export/", improving_files.export_issues, name="export_issues"),
    path("contract/<int:contract_id>/issues/", issues.contract_issues, name="contract_issues"),
    path("contract/<int:contract_id>/issues/new/", issues.create_issue, name="create_issue"),
    path("issues/<int:issue_id>/", issues.issue_detail, name="issue_detail"),
    path("issues/<int:issue_id>/edit/", issues.edit_issue, name="edit_issue"),
    path("issues/<int:issue_id>/resolve/", issues.resolve_issue, name="resolve_issue"),
    path("issues/<int:issue_id>/reopen/", issues.reopen_issue, name="reopen_issue"),
]
