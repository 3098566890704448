"""The settings under test: the real ones, with quick password hashing and files in a folder of their own."""

import tempfile
from pathlib import Path

from clinic_site.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
FOLDER = tempfile.TemporaryDirectory(prefix="clinic-tests-")  # goes when its process ends
MEDIA_ROOT = Path(FOLDER.name) / "media"
SHARE_PICTURES = Path(FOLDER.name) / "share"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
