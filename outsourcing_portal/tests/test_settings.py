"""Settings come from the environment, fail loudly, and are safe by default."""

import json
import subprocess
import sys

import pytest

from outsourcing_portal.tests.processes import ROOT, portal_environment

PRODUCTION = {
    "PORTAL_PUBLIC_URL": "https://portal.example.com",
    "SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
}
SET_BY_OTHERS = {"DEBUG", "SECRET_KEY", "PORTAL_PUBLIC_URL", "ALLOWED_HOSTS", "EMAIL_URL"}
SET_BY_OTHERS |= {"DJANGO_ALLOW_ASYNC_UNSAFE"}
SHOW = """
import json, django
from django.conf import settings
django.setup()
names = {names!r}
print(json.dumps({{n: getattr(settings, n, None) for n in names}}, default=str))
"""


def run(*words: str, **own: str) -> "subprocess.CompletedProcess[str]":
    clean = {k: v for k, v in portal_environment().items() if k not in SET_BY_OTHERS}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**clean, "DJANGO_SETTINGS_MODULE": "outsourcing_portal.settings", **own},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def settings_of(tmp_path, *names: str, **own: str) -> dict:
    done = run("-c", SHOW.format(names=names), PORTAL_VAR=str(tmp_path), **own)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_production_settings_are_clean(tmp_path):
    words = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = run(*words, PORTAL_VAR=str(tmp_path), **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_the_defaults_are_safe_and_need_nothing(tmp_path):
    found = settings_of(
        tmp_path, "DEBUG", "ALLOWED_HOSTS", "DATABASES", "CACHES", "EMAIL_BACKEND", "SIGNUP_OPEN"
    )
    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == ["127.0.0.1", "127.0.0.1", "localhost"]
    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert found["CACHES"]["default"]["BACKEND"].endswith("FileBasedCache")
    assert found["EMAIL_BACKEND"].endswith("filebased.EmailBackend")


def test_mail_without_a_server_goes_into_the_data_folder(tmp_path):
    """And nowhere else, wherever the portal was started."""
    assert settings_of(tmp_path, "EMAIL_FILE_PATH") == {"EMAIL_FILE_PATH": str(tmp_path / "mail")}
    chosen = settings_of(tmp_path, "EMAIL_FILE_PATH", EMAIL_URL="filemail:///srv/mail")
    assert chosen == {"EMAIL_FILE_PATH": "/srv/mail"}


def test_with_https_cookies_belong_to_this_host_alone(tmp_path):
    found = settings_of(
        tmp_path,
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        **PRODUCTION,
    )
    assert found == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
    }


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"INVITATION_DAYS": "a fortnight"}, "INVITATION_DAYS"),
        ({"ALLAUTH_TRUSTED_PROXY_COUNT": "one"}, "ALLAUTH_TRUSTED_PROXY_COUNT"),
        ({"EMAIL_VERIFICATION": "sometimes"}, "EMAIL_VERIFICATION must be"),
        ({"PORTAL_PUBLIC_URL": "portal.example.com"}, "PORTAL_PUBLIC_URL must look like"),
        ({"PORTAL_PUBLIC_URL": "https://portal.example.com/app"}, "PORTAL_PUBLIC_URL must look"),
        ({"PORTAL_PUBLIC_URL": "https://portal.example.com"}, "SECRET_KEY is needed"),
        ({"SECRET_KEY_FILE": "/nowhere/at/all"}, "/nowhere/at/all"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_value_that_makes_no_sense_stops_the_start(tmp_path, own, message):
    done = run("manage.py", "check", PORTAL_VAR=str(tmp_path), **own)
    assert done.returncode != 0
    assert message in done.stderr


def test_each_setting_may_stand_in_a_file(tmp_path):
    (tmp_path / "key").write_text(PRODUCTION["SECRET_KEY"])
    found = settings_of(tmp_path, "SECRET_KEY", SECRET_KEY_FILE=str(tmp_path / "key"))
    assert found["SECRET_KEY"] == PRODUCTION["SECRET_KEY"]


def test_a_host_name_that_is_not_ours_is_refused(client, db):
    assert client.get("/accounts/login/", headers={"Host": "evil.example"}).status_code == 400
