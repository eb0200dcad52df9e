"""Every setting, read from the environment once; docs/deployment.md lists the variables.

Nothing needs to be set: without any variable this runs on SQLite and a file broker under `var/`.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from environs import Env, validate

from readiness.conf.database import database
from readiness.conf.mail import mail_settings
from readiness.conf.probe_secrets import probe_secrets
from readiness.conf.schedule import schedule
from readiness.conf.secret_key import kept_secret

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR: Path = env.path("VAR_DIR", BASE_DIR / "var").absolute()
# The database, the secret and the example's accounts are nobody else's from the moment they are made. Here,
# since every process of the product passes by here before it makes a file.
os.umask(0o077)

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or kept_secret(VAR_DIR / "secret-key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "readiness",
    "launches",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "template_partials",
]

MIDDLEWARE = [
    "readiness.site.health.health_middleware",
    "readiness.web.nul.nul_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "readiness.accounts.signing_in.private_middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "readiness.accounts.signing_in.person_middleware",
    "readiness.language.activation.language_middleware",
    "readiness.web.body_limits.body_limit_middleware",
    "readiness.accounts.signing_in.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "readiness.site.wrong_method.wrong_method_middleware",
]

ROOT_URLCONF = "readiness.urls"
WSGI_APPLICATION = "readiness.wsgi.application"

TEMPLATE_LOADERS: list[Any] = [
    "readiness.web.unindented.UnindentedLoader",
    "django.template.loaders.app_directories.Loader",
]
for name in ("django.template.loaders.cached.Loader", "template_partials.loader.Loader"):
    TEMPLATE_LOADERS = [(name, TEMPLATE_LOADERS)]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": TEMPLATE_LOADERS,
            # Every template speaks to people.
            "builtins": ["django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Database ---------------------------------------------------------------------------------------

DATABASES = {
    "default": database(
        env.str("DATABASE_URL", f"sqlite:///{VAR_DIR / 'readiness.sqlite3'}"), env.int("DATABASE_POOL", 8)
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Entries are keyed by the version of what they show, so each process may keep its own.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "readiness.site.bounded_cache.BoundedCache",
        # A row of the matrix is some 2 kB of them, a launch's outlook 12 kB.
        "OPTIONS": {"MAX_BYTES": 32_000_000},
        "TIMEOUT": None,
    }
}

# --- Background work --------------------------------------------------------------------------------

BROKER_URL = env.str("BROKER_URL", "filesystem://")
# Named, or kombu warns that it has to guess the host of a folder.
CELERY_BROKER_URL = "filesystem://localhost" if BROKER_URL == "filesystem://" else BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Whoever runs the broker takes as long as it takes; Celery would give up after some 50 minutes.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BEAT_SCHEDULER = "readiness.site.beat:Scheduler"
CELERY_TASK_DEFAULT_QUEUE = "readiness"
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
if BROKER_URL.startswith("filesystem:"):
    # One folder both ways: what the sender puts down is what the worker picks up. Kombu's default pause of
    # one second between looks would cap the worker at two tasks a second.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker"),
        "data_folder_out": str(VAR_DIR / "broker"),
        "control_folder": str(VAR_DIR / "broker-control"),
        "polling_interval": 0.05,
        "store_processed": False,
    }
else:
    # What a killed worker had read comes back soon; tasks are idempotent and shorter than this.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 180, "unacked_restore_limit": 100}

# So often that the runs which confirm a failure are not held up: three of them come within three intervals,
# also of the shortest. A look that finds nothing costs one query.
DISPATCH_EVERY = timedelta(seconds=env.float("DISPATCH_EVERY", 2))
CELERY_BEAT_SCHEDULE = schedule(DISPATCH_EVERY)

# --- Verdicts ---------------------------------------------------------------------------------------

# In percent of the expected work: where more is guessed or nobody's, a launch is unknown, on paper.
MOST_GUESSED = env.float("MOST_GUESSED", 100 / 3, validate=validate.Range(min=0, max=100))

# --- What `manage.py up` starts ----------------------------------------------------------------------

HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
WEB_WORKERS = env.int("WEB_WORKERS", 1)
# Requests at work at once in each of them; no more than the database pool has connections.
WEB_THREADS = env.int("WEB_THREADS", min(8, 2 * (os.cpu_count() or 1) + 1))
# Fill an empty database with the example, and play its regions on loopback for as long as it is there.
EXAMPLE = env.bool("EXAMPLE", True)
# Its passwords are published: where others reach the site, it has to be wanted by name.
EXAMPLE_ON_NETWORK = env.bool("EXAMPLE_ON_NETWORK", False)
EXAMPLE_LOADER = "load_example"
EXAMPLE_ACCOUNTS = VAR_DIR / "example-accounts.txt"
EXAMPLE_DOMAIN = "harbor.example"
EXAMPLE_STANDIN = BASE_DIR / "launches" / "examples" / "standin.yaml"

# --- Notices ----------------------------------------------------------------------------------------

# How the site is reached from outside: links in messages begin with it.
SITE_URL = env.str("SITE_URL", f"http://{HOST}:{PORT}")
# Such as submission://user:password@mail.example. Without it nothing is sent; notices stay on the site.
EMAIL_URL = env.str("EMAIL_URL", "")
vars().update(mail_settings(EMAIL_URL))
# Ten letters that time out must fit into one task.
EMAIL_TIMEOUT = 8
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "Region Readiness <readiness@localhost>")

# --- Checks -----------------------------------------------------------------------------------------

# Networks a check may reach although the guard refuses them by default, as CIDR blocks.
PROBE_ALLOWED_NETWORKS: list[str] = env.list("PROBE_ALLOWED_NETWORKS", [])
# `HOST:PORT=ADDRESS:PORT` pairs, HOST may begin with `*.`: where to connect instead, as curl's --connect-to.
PROBE_CONNECT_TO: list[str] = env.list("PROBE_CONNECT_TO", [])
# A certificate authority to trust besides the system's, for companies that run their own.
PROBE_CA_FILE = env.str("PROBE_CA_FILE", "")
# What `{secret.NAME}` in a check stands for is PROBE_SECRET_NAME; it is never stored, shown or logged. It is
# sent to the https origins of PROBE_SECRET_NAME_ORIGINS only, and nowhere without them.
PROBE_SECRETS, PROBE_SECRET_ORIGINS = probe_secrets(os.environ)
PROBE_CONCURRENCY = env.int("PROBE_CONCURRENCY", 100)
PROBE_PER_HOST = max(1, env.int("PROBE_PER_HOST", 4))
# Checks handed out and not yet reported, at most: what workers can do within the time that a claim lasts.
DISPATCH_AHEAD = env.int("DISPATCH_AHEAD", 5000)

# --- Outside trackers -------------------------------------------------------------------------------

# What the webhooks of each tracker prove themselves with; several, separated by commas, while one takes the
# place of another. Without any, its address takes nothing.
TRACKER_SECRETS: dict[str, list[str]] = {
    tracker: list(filter(None, env.list(f"{tracker.upper()}_WEBHOOK_SECRET", [])))
    for tracker in ("github", "gitlab", "jira")
}

# --- People and sessions ----------------------------------------------------------------------------

AUTH_USER_MODEL = "readiness.User"
AUTHENTICATION_BACKENDS = ["launches.pages.unread.Backend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Security ---------------------------------------------------------------------------------------

HTTPS = env.bool("HTTPS", False)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "readiness.accounts.signing_in.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
X_FRAME_OPTIONS = "DENY"
# Of any body, but for pages with a limit of their own: readiness/web/body_limits.py.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# Of a form: one for each row that is chosen in a list, which may be all of a large launch.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Static files, language, time -------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [("icons", BASE_DIR / "static" / "icons")]
STATICFILES_FINDERS = [
    "readiness.site.bundle.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Of who has chosen none and whose browser wishes none of these.
LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en")
LANGUAGES = [("en", "English"), ("fr", "Français")]
FORMAT_MODULE_PATH = "readiness.formats"
USE_I18N = True
TIME_ZONE = env.str("TIME_ZONE", "UTC")
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "readiness.probes.secrets.Redacting",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "filters": {"strangers": {"()": "readiness.web.strangers.Strangers"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["strangers"]}
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
    # A refused form is an answer, not a warning to whoever runs the site.
    "loggers": {"django.request": {"level": "ERROR"}},
}
