"""The private link by which a stakeholder says what they think."""

from django.urls import URLPattern, path

from planning.views.public_stakeholder import answer_as_stakeholder

urlpatterns: list[URLPattern] = [
    path("<str:token>/", answer_as_stakeholder, name="answer_as_stakeholder"),
]
