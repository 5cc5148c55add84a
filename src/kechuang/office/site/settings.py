"""Settings of the office. What differs between installations comes from `configuration`."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from kechuang.office.site.catalogues import compiled
from kechuang.office.site.configuration import Configuration

CONFIGURATION = Configuration.from_environment(os.environ)
DATA = CONFIGURATION.data
OFFICE = Path(__file__).resolve().parents[1]

DEBUG = False
SECRET_KEY = CONFIGURATION.secret("secret")
ALLOWED_HOSTS = list(CONFIGURATION.hosts)
DATABASES = CONFIGURATION.databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "kechuang.office.site",
    "kechuang.office.portal",
    "kechuang.office.reports",
    "kechuang.office.desk",
    "kechuang.office.policies",
    "kechuang.office.filings",
    "kechuang.office.registry",
    "kechuang.office.accounts",
    "kechuang.office.parties",
    "kechuang.office.regions",
    "kechuang.office.ground",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "kechuang.office.site.programs.CookielessMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kechuang.office.site.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kechuang.office.accounts.middleware.SessionLimitsMiddleware",
    "kechuang.office.accounts.middleware.ActorMiddleware",
    "kechuang.office.site.access.AccessMiddleware",
    "kechuang.office.site.nul.NoNulMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "kechuang.office.site.urls"
WSGI_APPLICATION = "kechuang.office.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kechuang.office.portal.context.frame",
            ],
            "builtins": ["kechuang.office.ground.templatetags.office"],
        },
    }
]

# --- language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "kechuang_language"
LOCALE_PATHS = [str(compiled(OFFICE / "locale", DATA / "cache"))]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = ["kechuang.office.site.formats"]

# --- static files come out of the package and installed wheels

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA / "files"), "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "kechuang.office.site.assets.AssetStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000

# --- uploads: the limits of one request; each page's own limit is in its service

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_NUMBER_FILES = 100

# --- who signs in, and for how long

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "kechuang.office.accounts.passwords.ProfileValidator"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "account_login"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE = timedelta(minutes=30)
SESSION_ABSOLUTE = timedelta(hours=12)
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "kechuang.office.site.errors.csrf_failure"

ACCOUNT_ADAPTER = "kechuang.office.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "kechuang.office.accounts.adapters.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_FORMS = {
    "login": "kechuang.office.accounts.forms.SignInForm",
    "change_password": "kechuang.office.accounts.forms.OwnPasswordForm",
    "reauthenticate": "kechuang.office.accounts.forms.PasswordAgainForm",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = (
    False  # django-axes counts in the database, so that all processes count together
)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "科创台"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "kechuang.office.accounts.forms.CodeForm",
    "reauthenticate": "kechuang.office.accounts.forms.CodeAgainForm",
    "activate_totp": "kechuang.office.accounts.forms.FactorForm",
}
MFA_ADAPTER = "kechuang.office.accounts.adapters.SecondFactorAdapter"
USERSESSIONS_TRACK_ACTIVITY = False  # accounts.sessions does, once a minute
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": CONFIGURATION.oidc["name"] or _("统一身份认证"),
                    "client_id": CONFIGURATION.oidc["client"],
                    "secret": CONFIGURATION.oidc["secret"],
                    "settings": {"server_url": CONFIGURATION.oidc["server"]},
                }
            ],
        }
    }
    if CONFIGURATION.oidc["server"]
    else {}
)

AXES_HANDLER = "kechuang.office.accounts.lockout.Counting"
AXES_FAILURE_LIMIT = 5  # of one name from one address
LOCK_BY_NAME = 20  # of one name from all addresses
LOCK_BY_ADDRESS = 100  # from one address, which a whole office may share
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "kechuang.office.accounts.lockout.username_of"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # nobody is locked out for ever by another
AXES_SENSITIVE_PARAMETERS = ["login", "code", "csrfmiddlewaretoken"]
AXES_LOCKOUT_CALLABLE = "kechuang.office.accounts.lockout.locked_out"
AXES_VERBOSE = False
AXES_IPWARE_PROXY_COUNT = 1 if CONFIGURATION.behind_proxy else 0

# --- what a browser is told

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *filter(None, [CONFIGURATION.oidc["server"]])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

if CONFIGURATION.production:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in CONFIGURATION.hosts]
    if CONFIGURATION.behind_proxy:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
else:
    # Plain HTTP on this machine only; the checks below ask for HTTPS, which production mode has.
    SILENCED_SYSTEM_CHECKS = [
        "security.W004",
        "security.W008",
        "security.W012",
        "security.W016",
    ]

# --- words to the log; the audit trail is in the database

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

# --- our own

FIELD_KEY = CONFIGURATION.secret("field")
FIELD_KEYS_BEFORE = CONFIGURATION.earlier_secrets("field")
SEALS = DATA / "seals"
API_RATE = 1200  # requests a minute for each user
SELF_CHECK_RATE = 30  # answers of 政策自测 a minute for each address, for each process
TOKEN_FAILURES_TOLD = 30  # lines of the trail a minute, for each process
