"""Tokens of private links do not stand in the log."""

import logging

import pytest

from core.log_tokens import HideTokens

TOKEN = "0123456789abcdef" * 3


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"/proposal/{TOKEN}/", "/proposal/0123…/"),
        (f"/proposal/{TOKEN}/files/7/?next=/x/{TOKEN}", "/proposal/0123…/files/7/?next=/x/0123…"),
        (f"/calendar/{TOKEN[:32]}.ics", "/calendar/0123….ics"),
        (
            "/o/acme/vendors/import-from-a-spreadsheet/",
            "/o/acme/vendors/import-from-a-spreadsheet/",
        ),
    ],
)
def test_a_path_is_told_without_its_token(said, kept):
    record = logging.LogRecord("django.request", 30, "", 0, "%s: %s", ("Gone", said), None)
    assert HideTokens().filter(record)
    assert record.getMessage() == f"Gone: {kept}"


def test_the_log_of_the_site_is_kept_so(settings):
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["hide_tokens"]
