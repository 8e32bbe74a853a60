"""Answers at the same moment, in real transactions."""

import pytest
from django.db import transaction
from django.test import Client

from core.tenancy import ALL, organization_scope
from evaluations.tests.test_scoring_at_once import at_once
from reviews.actions import surveys
from reviews.models import SurveyResponse
from reviews.tests import review_case
from reviews.tests.survey_case import ask, drafted, fresh_survey

pytestmark = pytest.mark.django_db(transaction=True)


def poster(token: str):
    return lambda: Client().post(f"/survey/{token}/", {"q1": "5"}).status_code


def test_a_private_link_used_by_many_at_once_is_one_answer(manager, owner):
    """And who closes the survey at that moment counts each answer or none of it."""
    with transaction.atomic():
        contract = review_case.running(manager, owner)
    survey = drafted(contract, manager)
    tokens = ask(survey, manager)
    assert sorted(at_once(*[poster(tokens[0]) for _ in range(4)])) == [302, 404, 404, 404]
    with organization_scope(ALL):
        assert SurveyResponse.objects.count() == 1

    def close() -> int:
        with organization_scope(ALL):
            surveys.close_survey(survey=survey, by=manager)
        return 0

    statuses = at_once(*[poster(token) for token in tokens[1:]], close)
    counted = 1 + statuses.count(302)
    assert sorted({*statuses} - {302, 404}) == [0]
    told = fresh_survey(survey).results
    assert told["least"] <= counted <= told["most"]
    with organization_scope(ALL):
        assert not SurveyResponse.objects.exists()
