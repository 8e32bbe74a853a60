"""Addresses of surveys for people without an account."""

from django.urls import path
from django.urls.resolvers import URLPattern

from reviews.views import public_survey

urlpatterns: list[URLPattern] = [
    path("thank-you/", public_survey.survey_thanks, name="survey_thanks"),
    path("<str:token>/", public_survey.answer_survey, name="answer_survey"),
]
