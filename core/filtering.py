"""What filters of lists share: everything stands in the address, and the form above the list is written once."""

from functools import lru_cache
from typing import Any

import django_filters
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class ListFilter(django_filters.FilterSet):
    """A list's filters. `label` names their form to those who do not see it."""

    label = "Filter the list"

    @property
    def is_filtered(self) -> bool:
        """Whether anything at all narrows the list."""
        return any(self.form.cleaned_data.get(name) for name in self.filters) or bool(
            self.form.errors
        )


def filters_asked(filters: Any, query: Any, address: str) -> SafeString:
    """The form of `filters`, a ListFilter, above the list at `address`, filled in with what `query` asks for."""
    values = tuple(query.get(name, "") for name in filters.base_filters)
    return _written(filters, address, query.get("sort", ""), values)


@lru_cache(maxsize=128)
def _written(filters: Any, address: str, sort: str, values: tuple[str, ...]) -> SafeString:
    """The same for everybody who asks the same, which mostly is: for everything."""
    asked = dict(zip(filters.base_filters, values, strict=True))
    context = {
        "form": filters(asked).form,
        "address": address,
        "sort": sort,
        "label": filters.label,
    }
    return render_to_string("includes/list_filters.html", context)
