"""The ranking page's body, drawn once for all who may read it instead of anew for each look.

A closed evaluation reads the same for everybody, so its body is kept, under a key that names every
stored row that it is drawn from (`_stored`): after moderation, reopening, or a mark changed by hand
in the database no kept body fits any more. What depends on who looks (the header, the actions, the
award) is not in it. Without a cache the page is only slower.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.core.cache import cache as kept
from django.db import connection
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from evaluations import results
from evaluations.bars import contribution_bars
from evaluations.models import (
    Candidate,
    Evaluation,
    EvaluationCriterion,
    MeasuredMark,
    ModeratedMark,
    Score,
    Scorecard,
)
from evaluations.reading import Reading, hidden_names

MOST_BARS = 12  # the others are folded away
KEEP = 3600
_DRAWN_BY = ("core", "evaluations", "templates")
_FEW_ROWS: list[type[Model]] = [EvaluationCriterion, Candidate, Scorecard, ModeratedMark]
_MARK = ["scorecard_id", "candidate_id", "criterion_id", "mark", "not_applicable", "evidence"]


@dataclass(frozen=True)
class Body:
    """How many candidates and evaluators there are, and the page below its header."""

    candidates: int
    evaluators: int
    html: SafeString


def ranking_body(evaluation: Evaluation) -> Body:
    """As kept if it was drawn from what is stored now, else drawn. Only of a closed evaluation."""
    if not evaluation.is_closed:
        raise ValueError("Marks are nobody's business before closing.")
    if settings.DEBUG:
        return _draw(evaluation)  # templates are being worked on
    key = _key(evaluation)
    body: Body | None = kept.get(key)
    if body is None:
        body = _draw(evaluation)
        if _key(evaluation) == key:  # nothing was changed while it was being drawn
            kept.set(key, body, KEEP)
    return body


def _draw(evaluation: Evaluation) -> Body:
    found = results.ranking(evaluation)
    names = hidden_names(found.evaluators) if evaluation.names_hidden else {}
    bars = contribution_bars(found.vendors)
    context = {
        # Of the request only this, so that nothing in the body can depend on who looks.
        "request": SimpleNamespace(org=evaluation.organization),
        "evaluation": evaluation,
        "ranking": found,
        "reading": Reading(found, results.analysis_of(evaluation, found), names),
        "bars": bars[:MOST_BARS],
        "more_bars": bars[MOST_BARS:],
        "segments": [criterion.name for criterion in found.criteria],
    }
    html = render_to_string("evaluations/includes/ranking_body.html", context)
    return Body(len(found.vendors), len(found.evaluators), html)


# The key ------------------------------------------------------------------------------------------


def _key(evaluation: Evaluation) -> str:
    organization = evaluation.organization
    named = (organization.pk, organization.slug, evaluation.pk, _release(), _stored(evaluation))
    return f"ranking:{evaluation.pk}:{hashlib.sha256(repr(named).encode()).hexdigest()}"


def _stored(evaluation: Evaluation) -> list[tuple[str, str | None]]:
    """Every row that the body is drawn from, as the database has it: one query, no object a mark.

    The order in which the database finds the rows may change; that costs a drawing, nothing else.
    """
    with connection.cursor() as cursor:
        cursor.execute(_query(connection.vendor), {"evaluation": evaluation.pk})
        return sorted(cursor.fetchall())


@cache
def _query(vendor: str) -> str:
    """For each table its name and its rows in one text."""
    join = "string_agg" if vendor == "postgresql" else "group_concat"
    of = "evaluation_id = %(evaluation)s"
    cards = Scorecard._meta.db_table
    its_cards = f"scorecard_id IN (SELECT id FROM {cards} WHERE {of})"  # noqa: S608 - our own names
    its_candidates = its_cards.replace("scorecard_id", "candidate_id").replace(
        cards, Candidate._meta.db_table
    )
    parts: list[tuple[type[Model], str, str]] = [
        (Evaluation, _whole_row(Evaluation), "id = %(evaluation)s"),
        *((model, _whole_row(model), of) for model in _FEW_ROWS),
        (MeasuredMark, _whole_row(MeasuredMark), its_candidates),
        (Score, _mark(), its_cards),
    ]
    return " UNION ALL ".join(
        f"SELECT '{model.__name__}', {join}({row}, ';')"  # noqa: S608 - our own names
        f" FROM {model._meta.db_table} WHERE {where}"
        for model, row, where in parts
    )


def _whole_row(model: type[Model]) -> str:
    """All columns, each with its length before it: no two different rows read the same."""
    texts = [f"CAST({field.column} AS text)" for field in model._meta.concrete_fields]
    return " || ".join(
        f"COALESCE(CAST(length({text}) AS text) || ':' || {text}, '-')" for text in texts
    )


def _mark() -> str:
    """Not the whole row: there are thousands of them, and comments are not shown here. Numbers and a
    word from a list can't be mistaken for one another, so no lengths."""
    texts = [f"COALESCE(CAST({column} AS text), '')" for column in _MARK]
    return " || ',' || ".join(texts)


@cache
def _release() -> str:
    """Names the code and the templates that draw: another release draws anew."""
    digest = hashlib.sha256()
    for folder in _DRAWN_BY:
        for path in sorted((Path(settings.BASE_DIR) / folder).rglob("*")):
            if path.suffix in (".py", ".html"):
                digest.update(path.read_bytes())
    return digest.hexdigest()
