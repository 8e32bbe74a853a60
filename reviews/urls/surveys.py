"""Addresses of surveys and their templates."""

from django.urls import path
from django.urls.resolvers import URLPattern

from reviews.views import survey_asking, survey_templates, surveys

OF_CONTRACT, ONE = "contract/<int:contract_id>/surveys", "surveys/<int:survey_id>"
TEMPLATES = "surveys/templates"
TEMPLATE = f"{TEMPLATES}/<int:survey_template_id>"
INVITATION = f"{ONE}/invitations/<int:survey_invitation_id>"

urlpatterns: list[URLPattern] = [
    path("surveys/", surveys.survey_list, name="survey_list"),
    path(f"{OF_CONTRACT}/", surveys.contract_surveys, name="contract_surveys"),
    path(f"{OF_CONTRACT}/new/", surveys.create_survey, name="create_survey"),
    path(f"{TEMPLATES}/", survey_templates.survey_template_list, name="survey_template_list"),
    path(f"{TEMPLATES}/usual/", survey_templates.add_usual_templates, name="add_usual_templates"),
    path(
        f"{TEMPLATES}/new/",
        survey_templates.create_survey_template,
        name="create_survey_template",
    ),
    path(f"{TEMPLATE}/edit/", survey_templates.edit_survey_template, name="edit_survey_template"),
    path(
        f"{TEMPLATE}/archive/",
        survey_templates.archive_survey_template,
        name="archive_survey_template",
    ),
    path(f"{ONE}/", surveys.survey_detail, name="survey_detail"),
    path(f"{ONE}/edit/", surveys.edit_survey, name="edit_survey"),
    path(f"{ONE}/preview/", surveys.preview_survey, name="preview_survey"),
    path(f"{ONE}/remove/", surveys.remove_survey, name="remove_survey"),
    path(f"{ONE}/last-day/", surveys.move_survey_close, name="move_survey_close"),
    path(f"{ONE}/close/", surveys.close_survey, name="close_survey"),
    path(f"{ONE}/export/", surveys.export_survey, name="export_survey"),
    path(f"{ONE}/ask/", survey_asking.open_survey, name="open_survey"),
    path(f"{ONE}/share/", survey_asking.share_survey, name="share_survey"),
    path(
        f"{ONE}/share/withdraw/",
        survey_asking.withdraw_shared_link,
        name="withdraw_shared_link",
    ),
    path(f"{ONE}/remind/", survey_asking.remind_survey, name="remind_survey"),
    path(f"{ONE}/invitations/", survey_asking.survey_invitations, name="survey_invitations"),
    path(f"{INVITATION}/withdraw/", survey_asking.withdraw_invitation, name="withdraw_invitation"),
]
