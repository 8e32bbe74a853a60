"""Addresses of quotes and of the real cost over the term."""

from django.urls import URLPattern, path

from evaluations.views import cost_scoring, costs

_ONE = "<int:evaluation_id>/costs/<int:candidate_id>/"

urlpatterns: list[URLPattern] = [
    path("<int:evaluation_id>/costs/", costs.cost_list, name="cost_list"),
    path("<int:evaluation_id>/costs/assumptions/", costs.edit_cost_model, name="edit_cost_model"),
    path(_ONE, costs.quote_detail, name="quote_detail"),
    path(f"{_ONE}edit/", costs.edit_quote, name="edit_quote"),
    path(f"{_ONE}remove/", costs.remove_quote, name="remove_quote"),
    path(
        "<int:evaluation_id>/score/<int:candidate_id>/cost/",
        cost_scoring.fill_cost,
        name="fill_cost",
    ),
]
