"""Two people at two browsers at once."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser of its own, signed in as that person."""

    def sign_in(user: User) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return sign_in
