"""The private link by which a referee answers."""

from django.urls import path

from vendors.views.public_reference import answer_reference

urlpatterns = [path("<str:token>/", answer_reference, name="answer_reference")]
