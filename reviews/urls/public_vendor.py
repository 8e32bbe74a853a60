"""The vendor's own page, behind a private link; no account."""

from django.urls import path

from reviews.views.public_vendor import answer_as_vendor

urlpatterns = [path("<str:token>/", answer_as_vendor, name="answer_as_vendor")]
