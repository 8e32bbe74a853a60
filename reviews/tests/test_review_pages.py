"""The pages of the schedule: all reviews, one contract's, its plan and criteria, who holds which."""


import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from reviews.tests import review_case as case


def url(name: str, *args: int) -> str:
    return reverse(f"reviews:{name}", args=["acme", *args])


@pytest.fixture
def contract(manager, owner):
    return case.running(manager, owner)


def test_the_list(client, manager, contract, django_assert_num_queries):
    client.force_login(manager.user)
    page = client.get(url("review_list"))
    assertContains(page, "Help desk")
    page = client.get(url("contract_reviews", contract.pk))
    assertContains(page, "Help desk")
