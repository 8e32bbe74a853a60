"""Starting an evaluation from an outsourcing plan."""

from django.urls import path

from evaluations.views import from_plan

urlpatterns = [
    path("from-plan/<int:plan_id>/", from_plan.start_from_plan, name="start_from_plan"),
]
