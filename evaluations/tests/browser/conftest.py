"""A signed-in evaluator in front of an open scorecard, for the journeys through scoring."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from evaluations.models import Evaluation
from evaluations.tests.browser.scoring_case import CRITERIA, sign_in
from evaluations.tests.builders import make_evaluation


@pytest.fixture
def evaluation(acme, evaluator) -> Evaluation:
    return make_evaluation(acme, criteria=CRITERIA, evaluators=[evaluator])


@pytest.fixture
def url(live_server, evaluation) -> str:
    return f"{live_server.url}/o/acme/evaluations/{evaluation.pk}/score/"


@pytest.fixture
def grid(page, context, live_server, url, evaluator) -> Iterator[Page]:
    """The scorecard, signed in, with every error of the page's scripts failing the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(context, live_server, evaluator)
    page.goto(url)
    yield page
    assert errors == []
