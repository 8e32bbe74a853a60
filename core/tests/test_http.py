"""Page or part, and where success leads."""

import pytest
from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory

from core import http
from core.errors import Refused
from core.versions import Stale, lock


class Form(forms.Form):
    name = forms.CharField()


@pytest.fixture
def rendered(monkeypatch):
    def render(request, template, context, status):
        return HttpResponse(template, status=status)

    monkeypatch.setattr(http, "render", render)


def request_of(*, htmx: bool):
    request = RequestFactory().get("/")
    request.htmx = htmx
    return request


@pytest.mark.parametrize(("htmx", "template"), [(False, "a.html"), (True, "a.html#form")])
def test_htmx_gets_the_part(rendered, htmx, template):
    response = http.page(request_of(htmx=htmx), "a.html", {})
    assert (response.content.decode(), response.status_code) == (template, 200)


@pytest.mark.parametrize(
    ("data", "status"), [(None, 200), ({"name": "x"}, 200), ({"name": ""}, 422)]
)
def test_a_form_that_failed_is_a_422(rendered, data, status):
    response = http.page(request_of(htmx=False), "a.html", {"form": Form(data)})
    assert response.status_code == status


def test_success_leads_on_with_or_without_htmx():
    plain = http.go(request_of(htmx=False), "accounts:profile")
    assert (plain.status_code, plain.url) == (302, "/you/")
    part = http.go(request_of(htmx=True), "accounts:profile")
    assert (part.status_code, part.headers["HX-Redirect"]) == (200, "/you/")


def test_a_row_at_another_version_is_stale(acme, db):
    with transaction.atomic():
        rows = type(acme).objects.all()
        assert lock(rows, acme.pk, acme.version) == acme
        assert lock(rows, acme.pk) == acme
        with pytest.raises(Stale, match="Somebody changed this") as caught:
            lock(rows, acme.pk, acme.version + 1)
    assert isinstance(caught.value, Refused)
    assert caught.value.current == acme
