"""Uploaded pictures and copies of static files in a bucket that speaks S3. Only a site that has one imports this, and boto3."""

from typing import Any
from urllib.parse import urljoin

from botocore.config import Config
from botocore.exceptions import ClientError
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

MISSING = frozenset({"NoSuchKey", "404", "KeyTooLongError", "InvalidURI", "InvalidArgument"})


class Bucket(S3Storage):
    """A private bucket. Browsers never hear of it: addresses are the site's own, and `clinic_site.media` fetches the files."""

    def get_default_settings(self) -> dict[str, Any]:
        """Nothing is overwritten, nothing is public by itself, and a bucket that does not answer is given up soon.

        Checksums beside the signature are left out where they are not asked for: older servers refuse them.
        """
        config = Config(
            connect_timeout=2,
            read_timeout=10,
            retries={"total_max_attempts": 2, "mode": "standard"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path"},
        )
        return {**super().get_default_settings(), "client_config": config, "file_overwrite": False}

    def url(self, name: str, parameters: Any = None, expire: Any = None, http_method: Any = None) -> str:
        """Return the address on this site."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name))

    def _open(self, name: str, mode: str = "rb") -> ContentFile:
        """Return a file, by one request instead of three. What has a place in memory when it is drawn has one when it is read.

        Raises:
            FileNotFoundError: the bucket has none of this name, or no file can have it.
        """
        key = self._normalize_name(clean_name(name))
        try:
            found = self.bucket.meta.client.get_object(Bucket=self.bucket_name, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                raise FileNotFoundError(f"The bucket has no {name}.") from None
            raise
        return ContentFile(found["Body"].read(), name=name)
