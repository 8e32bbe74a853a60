"""Which of the services that running contracts are for must not stop."""

from collections.abc import Iterable
from typing import Any

from django import forms

from core.forms import PlainForm
from vendors.folding import fold


class CriticalServicesForm(PlainForm):
    """A box for each service; those that are critical already are ticked."""

    services = forms.MultipleChoiceField(
        label="Services that must not stop",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="If one of them stopped for a day, your own work would stop too.",
    )

    def __init__(
        self, *args: Any, in_use: Iterable[str], critical: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        used = {fold(name): name for name in in_use}
        names = sorted((critical | used).items(), key=lambda item: item[1].lower())
        field: Any = self.fields["services"]
        field.choices = names
        field.initial = list(critical)

    @property
    def shown(self) -> list[str]:
        return list(dict(self._choices))

    @property
    def chosen(self) -> list[str]:
        """The names of those that were ticked."""
        names = dict(self._choices)
        return [names[key] for key in self.cleaned_data["services"]]

    @property
    def _choices(self) -> Any:
        field: Any = self.fields["services"]
        return field.choices
