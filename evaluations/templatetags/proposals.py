"""Opened proposals: an answer in words, and which criteria have any."""

from typing import Any

from django import template

from evaluations import request_queries
from evaluations.answer_words import as_promise, lines_of

register = template.Library()


@register.simple_tag(takes_context=True)
def answer_lines(context: template.Context, question: Any, answer: Any) -> list[str]:
    """What was answered, line by line."""
    return lines_of(question, answer, getattr(context.get("request"), "org", None))


@register.simple_tag
def promise_in(question: Any, answer: Any) -> str:
    """The answer as a promise could begin."""
    return as_promise(question, answer)


@register.simple_tag
def answers_about(evaluation: Any, criterion: Any) -> int:
    """How many questions of the opened request are judged by the criterion; one query for a page."""
    counts = getattr(evaluation, "kept_answer_counts", None)
    if counts is None:
        counts = evaluation.kept_answer_counts = request_queries.answered_criteria(evaluation)
    return int(counts.get(criterion.pk, 0))
