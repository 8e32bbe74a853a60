"""An outsourcing plan: begun, described, approved, dropped. Nothing is answered beforehand."""

from decimal import Decimal
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms

from accounts.forms import CURRENCIES
from accounts.models import Membership, Organization
from accounts.permissions import Perm
from core.fields import DayField, NumberField
from core.forms import CreateOnceForm, LineField, PlainForm, VersionForm
from planning.models import OutsourcingPlan, Service

SHORTEST_TERM, LONGEST_TERM = 12, 60
MOST_MONEY = Decimal("9999999999.99")  # what the scale of a criterion can hold
STATES = [("", "Drafts and approved"), *OutsourcingPlan.State.choices]


def _text(label: str, help_text: str, longest: int = 4000, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


def _manager() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label="Delegated manager",
        queryset=Membership.objects.none(),
        required=False,
        empty_label="Nobody yet",
        help_text="The one person inside who will manage the vendor. Needed before the plan is approved.",
    )


def _title() -> LineField:
    return LineField(label="Title", max_length=200, help_text="For example Help desk from outside.")


def _money(label: str, help_text: str) -> NumberField:
    return NumberField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_MONEY,
        decimal_places=2,
        help_text=help_text,
    )


def _offer_managers(form: forms.Form, organization: Organization) -> None:
    fields: dict[str, Any] = form.fields
    fields["manager"].queryset = organization.memberships.able_to(Perm.CONTRACT_EDIT).by_name()


class NewPlanForm(CreateOnceForm):
    """Which service, and what the plan is called; all else is said on the plan itself."""

    service = forms.ModelChoiceField(
        label="Service",
        queryset=Service.objects.none(),
        empty_label="Choose",
        help_text="One service, one plan.",
    )
    title = _title()
    why = _text("Why outsource it?", "What is bad today, and what would be better.")
    manager = _manager()

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["service"].queryset = organization.service_set.current().by_name()
        _offer_managers(self, organization)


class PlanForm(VersionForm):
    """What the draft says about itself; its lists have pages of their own."""

    title = _title()
    manager = _manager()
    why = _text("Why outsource it?", "What is bad today, and what would be better.")
    scope_in = _text("What is in", "What the vendor is to do, one thing a line.", 6000, 5)
    scope_out = _text("What is not", "What stays with you, so that nobody assumes it.", 6000)
    understanding = _text(
        "Your systems, as a vendor has to know them",
        "What you run, how it hangs together, what is special. Vendors are asked about it.",
        6000,
        5,
    )
    constraints = _text("Constraints", "Laws, contracts that run, dates that can't move.")
    starts_on = DayField(label="Wished start", required=False)
    term_months = forms.IntegerField(
        label="Term in months",
        required=False,
        min_value=SHORTEST_TERM,
        max_value=LONGEST_TERM,
        help_text=f"{SHORTEST_TERM} to {LONGEST_TERM}. Cost is compared over the whole term.",
    )
    currency = forms.ChoiceField(label="Currency", choices=[(code, code) for code in CURRENCIES])
    discount_percent = NumberField(
        label="Discount rate, % a year",
        required=False,
        min_value=0,
        max_value=50,
        max_digits=6,
        decimal_places=3,
        help_text="What money costs you. Leave it open to compare plain sums.",
    )
    budget = _money(
        "Budget over the whole term", "The most that you would pay: this much is worth 0 points."
    )
    hoped_cost = _money("Hoped-for cost", "What would be ideal: this much is worth 100 points.")

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_managers(self, organization)
        self.helper.layout = Layout(
            "version",
            Fieldset("What and why", "title", "manager", "why"),
            Fieldset("Scope", "scope_in", "scope_out", "understanding", "constraints"),
            Fieldset(
                "Time and money",
                Div("starts_on", "term_months", css_class="field-pair"),
                Div("currency", "discount_percent", css_class="field-pair"),
                Div("budget", "hoped_cost", css_class="field-pair"),
            ),
        )

    def clean(self) -> dict[str, Any]:
        """The scale of the Cost criterion must have a length."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        budget, hoped = data.get("budget"), data.get("hoped_cost")
        if budget is not None and hoped is not None and hoped >= budget:
            self.add_error("hoped_cost", "It must be less than the budget.")
        return data


class ApproveForm(VersionForm):
    """The button that approves what the page showed."""


class DropForm(VersionForm):
    """Why the plan is not pursued."""

    reason = forms.CharField(
        label="Why not?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="So that nobody has to think it through again in a year.",
    )


class PlanFilterForm(PlainForm):
    """Which plans are listed; everything stands in the address."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[*STATES, ("all", "All of them")]
    )
