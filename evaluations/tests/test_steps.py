"""The four steps above the pages of an evaluation: which is done, which one is looked at."""

import re
from typing import Any

import pytest

from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation
from evaluations.tests.award_case import at, closed_evaluation, make_award
from evaluations.tests.builders import make_evaluation


@pytest.fixture
def browser(client, owner) -> Any:
    client.force_login(owner.user)
    return client


def steps(browser: Any, evaluation: Evaluation, page: str) -> list[str]:
    """The state of each, in order."""
    text = browser.get(at(evaluation, page)).content.decode()
    return re.findall(r'class="step step-([a-z-]+)"', text)


@pytest.mark.parametrize(
    ("state", "page", "expected"),
    [
        ("setup", "setup/", ["current", "locked", "locked", "locked"]),
        ("scoring", "setup/", ["done-here", "todo", "locked", "locked"]),
        ("scoring", "score/", ["done", "current", "locked", "locked"]),
    ],
)
def test_before_closing(browser, acme, owner, state, page, expected):
    with organization_scope(ALL):
        evaluation = make_evaluation(acme, evaluators=[owner], state=state)
    assert steps(browser, evaluation, page) == expected


def test_moderating_and_deciding_are_done_once_the_award_is_approved(browser, acme, owner):
    evaluation = closed_evaluation(acme, owner)
    award = make_award(evaluation, owner, "proposed")
    for page, expected in {
        "setup/": ["done-here", "done", "todo", "todo"],
        "score/": ["done", "done-here", "todo", "todo"],
        "moderate/": ["done", "done", "current", "todo"],
        "ranking/": ["done", "done", "todo", "current"],
        f"awards/{award.pk}/": ["done", "done", "todo", "current"],
    }.items():
        assert steps(browser, evaluation, page) == expected

    decided = closed_evaluation(acme, owner)
    award = make_award(decided, owner, "approved")
    for page, expected in {
        "setup/": ["done-here", "done", "done", "done"],
        "moderate/": ["done", "done", "done-here", "done"],
        f"awards/{award.pk}/": ["done", "done", "done", "done-here"],
    }.items():
        assert steps(browser, decided, page) == expected
