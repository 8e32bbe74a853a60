"""The private link by which a vendor answers our security questions."""

from django.urls import path

from vendors.views.public_diligence import answer_diligence

urlpatterns = [path("<str:token>/", answer_diligence, name="answer_diligence")]
