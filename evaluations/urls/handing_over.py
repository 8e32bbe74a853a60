"""Address of the page on which somebody who leaves hands over."""

from django.urls import path

from evaluations.views import handing_over

urlpatterns = [
    path("hand-over/<int:member_id>/", handing_over.hand_over_sourcing, name="hand_over_sourcing"),
]
