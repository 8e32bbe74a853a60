"""Evaluators without their names, for evaluations that show marks but not whose they are."""

from collections.abc import Iterable
from dataclasses import replace

from evaluations.inputs import EvaluatorInput, Inputs


def hidden_names(evaluators: Iterable[EvaluatorInput]) -> dict[int, str]:
    """“Evaluator 1” … for each evaluator, in an order that tells nothing about the names."""
    shuffled = sorted(evaluators, key=lambda card: (card.pk * 2654435761) % 2**32)
    width = len(str(len(shuffled)))
    return {card.pk: f"Evaluator {place:0{width}}" for place, card in enumerate(shuffled, start=1)}


def nameless(inputs: Inputs) -> Inputs:
    """The same with those names instead of the evaluators' own, and in that order."""
    names = hidden_names(inputs.counted)
    shown = [replace(card, name=names.get(card.pk, card.name)) for card in inputs.evaluators]
    return replace(inputs, evaluators=sorted(shown, key=lambda card: (card.recused, card.name)))
