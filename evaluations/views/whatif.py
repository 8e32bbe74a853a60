"""What if: trying other weights, evaluators and candidates. Nothing is written; the address is all."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.http import page
from evaluations import results, whatif
from evaluations.analysis import DRAWS
from evaluations.inputs import CriterionInput, Inputs, exact
from evaluations.models import Evaluation
from evaluations.reading.names import hidden_names
from evaluations.views.frame import DECIDE, frame


@dataclass(frozen=True)
class WeightField:
    """One criterion's slider and number, all as text. `typed`: as it was typed; `given`: the number that
    was read from it; `share`: what the criterion counts now, in percent."""

    criterion: CriterionInput
    typed: str
    given: str
    error: str
    share: str
    out: bool


@dataclass(frozen=True)
class Tick:
    """One evaluator or candidate that may be left out."""

    key: str
    pk: int
    name: str
    out: bool


@member_view(Perm.EVALUATION_VIEW)
@require_safe
def what_if(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """The settings and the ranking that follows; htmx gets the ranking only."""
    evaluation = get_object_or_404(
        request.org.evaluation_set.filter(state=Evaluation.State.CLOSED), pk=evaluation_id
    )
    inputs = results.read_inputs(evaluation, only_marks=True)
    given = [(key, value) for key, values in request.GET.lists() for value in values]
    reading = whatif.read(given, inputs)
    outcome = whatif.apply(inputs, reading.scenario)
    weighted = {criterion.pk for criterion in inputs.weighted}
    evaluators = _evaluators(evaluation, inputs, reading.scenario)
    here = reverse(
        "evaluations:what_if", kwargs={"org": request.org.slug, "evaluation_id": evaluation.pk}
    )
    query = reading.scenario.query()
    address = f"{here}?{query}" if query else here
    context = {
        **frame(request, evaluation, DECIDE),
        "here": here,
        "address": request.build_absolute_uri(address),
        "reading": reading,
        "outcome": outcome,
        "draws": f"{DRAWS:,}".replace(",", "\N{NO-BREAK SPACE}"),
        "give_or_take": _percent(200 * (outcome.sampling_error or 0)),  # two standard errors
        "fields": _fields(inputs, reading, outcome),
        "differences": _differences(inputs, reading.scenario, outcome, evaluators),
        "evaluators": evaluators,
        "candidates": [
            Tick("xv", row.pk, row.name, row.pk in reading.scenario.candidates)
            for row in inputs.candidates
        ],
        "moderated": sum(
            1 for row in inputs.moderated if row.criterion in weighted and not row.measured
        ),
    }
    status = 422 if reading.errors else 200
    response = page(request, "evaluations/what_if.html", context, part="result", status=status)
    if getattr(request, "htmx", False) and not reading.errors:
        response.headers["HX-Replace-Url"] = address
    return response


def _fields(inputs: Inputs, reading: whatif.Reading, outcome: whatif.Outcome) -> list[WeightField]:
    share, weights = outcome.weighing.share, reading.scenario.weights
    return [
        WeightField(
            criterion,
            reading.typed.get(criterion.pk, ""),
            exact(weights[criterion.pk]) if criterion.pk in weights else "",
            reading.errors.get(criterion.pk, ""),
            _percent(share.get(criterion.pk, 0.0)),
            criterion.pk in reading.scenario.criteria,
        )
        for criterion in inputs.weighted
    ]


def _evaluators(evaluation: Evaluation, inputs: Inputs, scenario: whatif.Scenario) -> list[Tick]:
    """Those whose marks count; without their names if the evaluation hides them."""
    names = {row.pk: row.name for row in inputs.counted}
    if evaluation.names_hidden:
        names = dict(sorted(hidden_names(inputs.counted).items(), key=lambda pair: pair[1]))
    return [Tick("xe", pk, name, pk in scenario.evaluators) for pk, name in names.items()]


def _differences(
    inputs: Inputs,
    scenario: whatif.Scenario,
    outcome: whatif.Outcome,
    evaluators: list[Tick],
) -> list[str]:
    """What is set otherwise than in the record, each in a few words."""
    share = outcome.weighing.share
    found = [
        f"{row.name} counts {_percent(share[row.pk])} % instead of {_percent(row.weight)} %"
        for row in inputs.weighted
        if row.pk in scenario.weights and row.pk in share
    ]
    found += [f"without {row.name}" for row in inputs.weighted if row.pk in scenario.criteria]
    found += [f"without {tick.name}’s marks" for tick in evaluators if tick.out]
    found += [f"without {row.name}" for row in inputs.candidates if row.pk in scenario.candidates]
    if scenario.how == whatif.MEDIAN:
        found.append("the middle mark of the evaluators instead of their average")
    if not scenario.moderated:
        found.append("the evaluators’ own marks instead of those agreed on in moderation")
    return found


def _percent(value: Any) -> str:
    """A percentage with at most one decimal: 34, 27.5."""
    return f"{float(value):.1f}".removesuffix(".0")
