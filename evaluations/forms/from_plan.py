"""What a person chooses when an evaluation starts from a plan; all else comes from the plan."""

from collections.abc import Sequence
from typing import Any

from django import forms

from core.forms import CreateOnceForm
from evaluations.forms.setup import DueDateMixin, NewEvaluationForm
from evaluations.models import CriteriaSet
from evaluations.plan_criteria import GoalOffer


class StartFromPlanForm(DueDateMixin, CreateOnceForm):
    """Nothing is ticked beforehand: which goals count is an opinion."""

    title = NewEvaluationForm.base_fields["title"]
    criteria_set = NewEvaluationForm.base_fields["criteria_set"]
    due_on = NewEvaluationForm.base_fields["due_on"]
    goals = forms.TypedMultipleChoiceField(
        label="Goals that become criteria",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ticked ones are marked by a number, from what it is today (0 points) to the target"
        " (100). You give them a weight on the next page.",
    )
    measure_cost = forms.BooleanField(
        label="Mark cost by the total itself",
        required=False,
        help_text="Then nobody has to judge it: the total over the term is put on the scale above.",
    )

    def __init__(
        self,
        *args: Any,
        sets: Sequence[tuple[CriteriaSet, str]],
        offers: Sequence[GoalOffer],
        has_scale: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["criteria_set"].choices = [(row.pk, f"{row} – {words}") for row, words in sets]
        if len(sets) == 1:
            fields["criteria_set"].initial = sets[0][0].pk
        able = [(offer.key, offer.words) for offer in offers if offer.draft is not None]
        if able:
            fields["goals"].choices = able
        else:
            del fields["goals"]
        if not has_scale:
            del fields["measure_cost"]
