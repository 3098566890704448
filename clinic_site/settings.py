"""The one settings file. What differs between installations comes from the environment; README.md has the table."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from js_asset import static_lazy

from clinic_site.env import Env, cache, database, day, production_hosts, production_secret, storages, stored_secret, task_broker
from clinic_site.logs import to_standard_error
from content.care_cards import allow_care_cards

# --- Where things are -------------------------------------------------------------------------------------------------

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()  # SECRET_KEY_FILE and the like name a file that holds the value
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))  # what the running site writes

# --- Which kind of installation ---------------------------------------------------------------------------------------

DJANGO_ENV = env.str("DJANGO_ENV", default="development")
if DJANGO_ENV not in ("development", "production"):
    raise ImproperlyConfigured(f"DJANGO_ENV must be 'development' or 'production', not {DJANGO_ENV!r}.")
PRODUCTION = DJANGO_ENV == "production"

STAFF_PAGES = env.bool("STAFF_PAGES", default=True)  # without them this process serves the public only, see docs/deployment.md
DEBUG = env.bool("DJANGO_DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DJANGO_DEBUG shows visitors the inside of the site. Unset it in production.")

if PRODUCTION:
    SECRET_KEY = production_secret(env.str("SECRET_KEY", default=""))
    ALLOWED_HOSTS = production_hosts(env.list("ALLOWED_HOSTS", default=[]))
else:
    SECRET_KEY = env.str("SECRET_KEY", default="") or stored_secret(VAR_DIR / "secret_key")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # former ones, while what they signed is still in use
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- Applications -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "clinic_site.apps.ClinicAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "crispy_forms",
    "csp",
    "django_prose_editor",
    "django_q",
    "simple_history",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "clinic_site.apps.ClinicSiteConfig",
    "staff",
    "content",
    "enquiries",
    "operations",
]

MIDDLEWARE = [
    "clinic_site.request_id.request_id",
    "django.middleware.security.SecurityMiddleware",
    "clinic_site.middleware.permissions_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "staff.sessions.session_limits",
    "staff.browsers.remember",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "clinic_site.urls"
WSGI_APPLICATION = "clinic_site.wsgi.application"

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
                "content.site.context",
            ],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------------------------------

_address = env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
DATABASES = {"default": database(_address, seconds_kept=env.int("DATABASE_CONN_MAX_AGE", default=60))}
# Django takes a desk that opens at nine for a slip of the pen if it looks within ten seconds of nine o'clock.
SILENCED_SYSTEM_CHECKS = ["fields.W161"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Requests: the page cache keeps finished public pages in the memory of each process ------------------------------

PAGE_CACHE = env.bool("PAGE_CACHE", default=True) and not DEBUG
PAGE_CACHE_MB = env.int("PAGE_CACHE_MB", default=16)  # a process's share; a page takes some 60 KB in all its encodings
REQUEST_BODY_SECONDS = env.float("REQUEST_BODY_SECONDS", default=60)  # as long as a picture of 10 MB takes by a slow line

# --- Content health: what other sites are asked, and what is counted --------------------------------------------------

# Only a real site asks others whether their pages are still there: a trial or a test has no business calling anybody.
LINK_CHECKS = env.bool("LINK_CHECKS", default=PRODUCTION)
PAGE_COUNTS = env.bool("PAGE_COUNTS", default=True)  # how often each page was opened on a day, and nothing of who did

# --- Staff ------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["staff.backends.StaffBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "account_login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

SECOND_STEP_REQUIRED = PRODUCTION or env.bool("SECOND_STEP_REQUIRED", default=False)  # a trial may put it off
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds

ACCOUNT_ADAPTER = "staff.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "staff.forms.LoginForm",
    "change_password": "staff.forms.ChangePasswordForm",
    "reauthenticate": "staff.forms.ReauthenticateForm",
    "reset_password": "staff.forms.ForgottenPasswordForm",
    "reset_password_from_key": "staff.forms.NewPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proven by the invitation that went to it
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False  # the session goes with the browser, too
MFA_FORMS = {"add_webauthn": "staff.forms.AddKeyForm"}
MFA_ADAPTER = "staff.adapters.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = "Acquiesce"
MFA_RECOVERY_CODES_SHOW_ONCE = True

# --- Counters of sign-in attempts, shared by every process: a table, or Redis by CACHE_URL ------------------------------

# A full table drops counters at random, and with them the limits that they keep: so it must be larger than anybody can fill.
CACHES = {"default": cache(env.cache_url("CACHE_URL", default="dbcache://counters?max_entries=100000"))}

# --- Mail: by EMAIL_URL; without it, mails of a trial installation lie in files ----------------------------------------

vars().update(env.mail("EMAIL_URL", default="smtp://localhost:25" if PRODUCTION else f"filemail:///{VAR_DIR / 'mail'}"))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)  # seconds; a mail server that hangs must not hold up the others
FIRST_HOST = ALLOWED_HOSTS[0].lstrip(".")
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default=f"noreply@{FIRST_HOST}")
SITE_URL = env.site("SITE_URL", default=f"https://{FIRST_HOST}" if PRODUCTION else "http://127.0.0.1:8000")
STAFF_URL = env.site("STAFF_URL", default=SITE_URL)  # the one in mails to staff

# --- Language and time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "clinic_site.formats"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# --- Static files and uploaded pictures -------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
SHARE_PICTURES = VAR_DIR / "share"  # drawn from titles; may be deleted at any time
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site needs our files
STORAGES = {
    **storages(env.str("OBJECT_STORAGE_URL", default="")),  # uploads in a folder, or in a bucket
    "staticfiles": {"BACKEND": "clinic_site.storage.BundledStaticFilesStorage"},
}

# --- Rich text and forms ----------------------------------------------------------------------------------------------

DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {"js": [static_lazy("js/care-card.js")], "extensions": {"CareCard": allow_care_cards}},
]
DJANGO_PROSE_EDITOR_MENU_GROUPS = [
    {"group": "blockType -lists", "type": "dropdown", "minItems": 2},
    {"group": "lists"},
    {"group": "nodes -blockType -lists"},
    {"group": "marks"},
    {"group": "link"},
    {"group": "careCard", "type": "dropdown"},
    {"group": "table"},
    {"group": "history"},
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["clinic"]
CRISPY_TEMPLATE_PACK = "clinic"

# --- Enquiries --------------------------------------------------------------------------------------------------------

CLIENT_ADDRESS_HEADER = env.header("CLIENT_ADDRESS_HEADER")  # as in request.META, such as HTTP_X_FORWARDED_FOR

# --- Background work: `manage.py qcluster` does it, in processes of its own -------------------------------------------

TASK_BROKER_URL = env.str("TASK_BROKER_URL", default="")  # redis://…, once the queue has outgrown its table
Q_CLUSTER = {
    **task_broker(TASK_BROKER_URL),
    "name": "clinic",
    "label": "Background work",
    "workers": env.int("BACKGROUND_WORKERS", default=1),
    "poll": 1,
    "timeout": 120,
    "retry": 180,  # a task that a killed worker held is given out again after this
    "max_attempts": 3,
    "ack_failures": True,
    "save_limit": 100,
    "catch_up": False,
    "log_level": "WARNING",
}

# --- What the content API says ---------------------------------------------------------------------------------------

CONTENT_LICENCE = env.str("CONTENT_LICENCE", default="https://spdx.org/licenses/MIT.html")  # the starter content's own

# --- What browsers are told -------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")  # a mailto: or https: address for security.txt
# Until when somebody has confirmed that this contact answers; see operations/security_txt.py.
SECURITY_TXT_EXPIRES = day("SECURITY_TXT_EXPIRES", env.str("SECURITY_TXT_EXPIRES", default=""))
CSRF_FAILURE_VIEW = "clinic_site.errors.forbidden"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" makes browsers send "Origin: null", which CSRF protection refuses
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds; desk staff and managers are signed out earlier when idle, see staff/sessions.py
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None  # it goes with the browser: nothing stays to show that somebody wrote to us
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # a balancer asks the process itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=False) else None
    SECURE_HSTS_SECONDS = 63_072_000  # two years, the least that the browsers' preload lists accept
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"
KNOWN_BROWSER_COOKIE_NAME = "__Secure-known" if PRODUCTION else "known"  # see staff/browsers.py
DESK_COOKIE_NAME = "__Host-desk" if PRODUCTION else "desk"  # holds the key to an unlocked desk, see enquiries/desk/session.py

# --- Logging: to standard error, never a request's query or body ------------------------------------------------------

LOG_FORMAT = env.str("LOG_FORMAT", default="json" if PRODUCTION else "text")
LOGGING = to_standard_error(LOG_FORMAT)
DEFAULT_EXCEPTION_REPORTER_FILTER = "clinic_site.reports.ConfidentialReports"
