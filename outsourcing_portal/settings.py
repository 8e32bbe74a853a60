"""Everything comes from the environment; each name may also be given as NAME_FILE (a file holding it).

Bad values fail at start. Defaults are safe for one machine: SQLite, a folder as broker and mailbox.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()


def flag(name: str, default: bool) -> bool:
    """A yes or no; anything else fails at start (`env.bool` would take a typing error for no)."""
    word = env.str(name, str(default)).strip().lower()
    if word not in {"1", "true", "yes", "on", "0", "false", "no", "off", ""}:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {word!r}")
    return word in {"1", "true", "yes", "on"}


VAR = Path(env.str("PORTAL_VAR", str(BASE_DIR / "var"))).resolve()
VAR.mkdir(parents=True, exist_ok=True)

DEBUG = flag("DEBUG", False)
PUBLIC_URL = env.str("PORTAL_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname or _public.path:
    raise ImproperlyConfigured(
        f"PORTAL_PUBLIC_URL must look like https://portal.example.com, not {PUBLIC_URL!r}"
    )
HTTPS = _public.scheme == "https"


def _secret_key() -> str:
    """SECRET_KEY, else the one that `./portal up` made in the data folder."""
    given = env.str("SECRET_KEY", "")
    kept = VAR / "secret_key"
    if given:
        return given
    if kept.exists():
        return kept.read_text().strip()
    if HTTPS:
        raise ImproperlyConfigured("SECRET_KEY is needed when PORTAL_PUBLIC_URL is https")
    return "development-only-key-that-signs-nothing-of-value-because-it-is-public"


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_public.hostname, "127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_include_bootstrap",
    "django_htmx",
    "template_partials",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_tables2",
    "csp",
    "core",
    "activity",
    "accounts",
    "planning",
    "vendors",
    "evaluations",
    "contracts",
    "reviews",
    "dashboard",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "core.middleware.DatabaseAwayMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.PrivatePagesMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "outsourcing_portal.urls"
WSGI_APPLICATION = "outsourcing_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.organizations",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "django_tables2/bootstrap5.html"
MESSAGE_TAGS = {message_levels.ERROR: "danger"}

# Data ---------------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", f"sqlite:///{VAR / 'portal.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock at the start, so two writers wait instead of failing.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
    }
else:
    _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
    _database["CONN_HEALTH_CHECKS"] = True
    # Joins are written in an order that serves; trying all orders of eight takes longer than the query itself.
    _database["OPTIONS"] = {
        "connect_timeout": 5,
        "options": "-c statement_timeout=30s -c lock_timeout=10s "
        "-c idle_in_transaction_session_timeout=60s -c join_collapse_limit=5",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
_redis_timeouts = {"socket_timeout": 1, "socket_connect_timeout": 1}
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "core.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": _redis_timeouts,
        }
    }
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        **_redis_timeouts,
        "visibility_timeout": 3600,
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR / "cache",
        }
    }
    _broker = VAR / "broker"
    _broker.mkdir(exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker),
        "data_folder_out": str(_broker),
        "control_folder": str(_broker / "control"),
        "polling_interval": 0.2,
    }
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_IMPORTS = [
    "contracts.document_tasks",
    "contracts.import_tasks",
    "evaluations.request_tasks",
    "reviews.survey_tasks",
    "reviews.measure_tasks",
    "reviews.renewal_tasks",
    "reviews.result_tasks",
    "reviews.seeing_tasks",
    "reviews.vendor_tasks",
]  # besides each app's tasks.py
CELERY_BEAT_SCHEDULE = {
    "keep_surveys": {"task": "reviews.survey_tasks.keep_surveys", "schedule": 3600.0},
    "tick": {"task": "activity.tasks.tick", "schedule": env.float("TICK_SECONDS", 60.0)},
    "resume_imports": {"task": "vendors.tasks.resume_imports", "schedule": 60.0},
    "resume_contract_imports": {
        "task": "contracts.import_tasks.resume_contract_imports",
        "schedule": 60.0,
    },
    "resume_reports": {"task": "evaluations.tasks.resume_reports", "schedule": 60.0},
    "open_due_proposals": {
        "task": "evaluations.request_tasks.open_due_proposals",
        "schedule": 60.0,
    },
    "ask_vendors": {"task": "reviews.vendor_tasks.ask_vendors", "schedule": 3600.0},
    "resume_plan_reports": {"task": "planning.tasks.resume_plan_reports", "schedule": 60.0},
    "resume_review_reports": {
        "task": "reviews.result_tasks.resume_review_reports",
        "schedule": 60.0,
    },
    "resume_seen_reports": {
        "task": "reviews.seeing_tasks.resume_seen_reports",
        "schedule": 60.0,
    },
    "resume_documents": {"task": "contracts.document_tasks.resume_documents", "schedule": 60.0},
    "refresh_dates": {"task": "contracts.tasks.refresh_dates", "schedule": 3600.0},
    "refresh_plans": {"task": "reviews.tasks.refresh_plans", "schedule": 3600.0},
    "open_renewal_briefs": {
        "task": "reviews.renewal_tasks.open_renewal_briefs",
        "schedule": 3600.0,
    },
    "expire_credits": {"task": "reviews.measure_tasks.expire_credits", "schedule": 3600.0},
}

# Mail ---------------------------------------------------------------------------------------------

_mail = env.email_url("EMAIL_URL", f"filemail://{VAR / 'mail'}")
if _mail["EMAIL_BACKEND"].endswith(".filebased.EmailBackend"):
    # Read from an address, the folder has lost its leading slash.
    _mail["EMAIL_FILE_PATH"] = f"/{_mail['EMAIL_FILE_PATH'].lstrip('/')}"
vars().update(_mail)
EMAIL_TIMEOUT = 10
# Seconds until a refused mail is tried again, ever later; then it is shown as undelivered.
MAIL_RETRY_AFTER = env.list("MAIL_RETRY_AFTER", cast=int, default=[60, 300, 900, 3600, 14_400])
# Seconds after which a mail that is being sent counts as lost with its worker.
MAIL_LOST_AFTER = env.int("MAIL_LOST_AFTER", 600)
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", f"Outsourcing Portal <portal@{_public.hostname}>"
)

# People -------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.PersonBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:start"
SIGNUP_OPEN = flag("SIGNUP_OPEN", True)
# What every new organization starts with; each is an action that takes `by`. Accounts can't import upwards.
ORGANIZATION_STARTERS = [
    "evaluations.actions.add_standard_set",
    "reviews.actions.survey_templates.add_usual_templates",
]
# What has to be reckoned anew once its country, time zone or currency changes; each takes `organization`
# and the names of what `changed`, inside the same transaction.
ORGANIZATION_FOLLOWERS = [
    "contracts.actions.refreshing.follow_organization",
    "reviews.actions.plans.follow_organization",
]
# What follows the days of contracts whenever those are derived anew: each takes `contracts` (of one organization,
# drafts among them) and `today`, inside the same transaction, and asks as few queries for many as for one.
CONTRACT_FOLLOWERS = [
    "reviews.actions.plans.follow_contracts",
    "reviews.actions.credits.follow_contracts",
    "reviews.actions.renewal_days.follow_contracts",
    "reviews.actions.survey_schedules.follow_contracts",
]
# What is worth knowing before one more contract is drawn up: each takes the organization, gives sentences.
CONTRACT_ADVICE = ["reviews.concentration.advice_for_contract"]
# The same before one more service is planned to be outsourced.
PLAN_ADVICE = ["reviews.concentration.advice_for_plan"]
# What past choices teach whoever chooses criteria: each takes the organization, gives sentences.
CRITERIA_ADVICE = ["reviews.choosing_well.advice_for_criteria"]
# What of a removed organization is not in the database; each takes its id, after the commit.
ORGANIZATION_CLEANERS = ["core.files.forget_organization"]
# Rows that name a file in the data folder (core/files.py); `check_files` looks at all of them.
FILE_ROWS = ["core.StoredFile", "contracts.Document"]
# What keeps a member from being removed or demoted (accounts/holds.py); each takes a membership.
MEMBER_HOLDS = [
    "contracts.queries.held_by",
    "evaluations.held.held_by",
    "reviews.review_lines.holds_of",
    "reviews.improving_queries.held_by",
]
# What else keeps two vendors from becoming one; each takes both and raises core.errors.Refused.
VENDOR_MERGE_CHECKS = ["contracts.queries.refuse_merge"]
# What of the vendor that goes is made anew when asked for, so it is not moved; each takes `vendor` and `by`.
VENDOR_MERGE_CLEANERS = ["reviews.actions.merging.forget_paper"]
INVITATION_DAYS = env.int("INVITATION_DAYS", 14)
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = env.str("EMAIL_VERIFICATION", "optional")
if ACCOUNT_EMAIL_VERIFICATION not in {"optional", "mandatory", "none"}:
    raise ImproperlyConfigured("EMAIL_VERIFICATION must be optional, mandatory or none")
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CHANGE_EMAIL = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("ALLAUTH_TRUSTED_PROXY_COUNT", 0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Outsourcing Portal"

# Time, words, files -------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
_collected = flag("STATIC_COLLECTED", False)  # `./portal up` collects and says so
WHITENOISE_USE_FINDERS = not _collected
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "files", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Small files stay in memory; of larger ones no more than may be kept is written (core/uploads.py).
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "core.upload_handlers.LimitedUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # the score grid without JavaScript: 200 x 50 cells

# Headers ------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_SSL_REDIRECT = flag("SECURE_SSL_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]

# Logs ---------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"hide_tokens": {"()": "core.log_tokens.HideTokens"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["hide_tokens"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
}
