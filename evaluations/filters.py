"""What the list of evaluations can be narrowed by; everything stands in the address."""

from typing import Any

import django_filters
from django import forms

from evaluations.models import Evaluation


class EvaluationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="Search",
        method="by_words",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Title or service"}),
    )
    state = django_filters.ChoiceFilter(
        label="State", choices=Evaluation.State.choices, empty_label="Any"
    )
    mine = django_filters.BooleanFilter(
        label="Only mine", method="by_person", widget=forms.CheckboxInput
    )

    class Meta:
        model = Evaluation
        fields: list[str] = []

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        return rows.search(value)

    def by_person(self, rows: Any, name: str, value: bool) -> Any:
        return rows.of(self.request.member) if value else rows
