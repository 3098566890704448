"""The settings under test: the real ones, with quick password hashing and files in a folder of their own."""

import tempfile
from pathlib import Path

from clinic_site.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="clinic-tests-"))
SHARE_PICTURES = Path(tempfile.mkdtemp(prefix="clinic-share-"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
