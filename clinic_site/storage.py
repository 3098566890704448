"""Static files: hashed and compressed by WhiteNoise, with the style sheet's parts made into one file first."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "css/site.css"
IMPORT = re.compile(r'@import "(?P<path>[^"]+)" layer\((?P<layer>[\w.-]+)\);')


def bundle(path: str = SHEET) -> str:
    """Return the style sheet at `path` with each imported part in its place, inside its cascade layer.

    A browser would otherwise ask for each part by itself, and the first view of a page must stay within four requests.
    """

    def part(match: re.Match[str]) -> str:
        return f"@layer {match['layer']} {{\n{_read('css/' + match['path'])}\n}}"

    return IMPORT.sub(part, _read(path))


def _read(path: str) -> str:
    found = finders.find(path)
    if not found:
        raise FileNotFoundError(f"{path}, which {SHEET} imports, is not among the static files.")
    with open(found) as file:
        return file.read()


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with one style sheet instead of its parts."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run and SHEET in paths:
            for path in [path for path in paths if path == SHEET or self._is_part(path)]:
                self.delete(path)
                del paths[path]
            self._save(SHEET, ContentFile(bundle()))
            paths[SHEET] = (self, SHEET)
        yield from super().post_process(paths, dry_run, **options)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what browsers ask for: half of the time would go into source maps, and nobody asks for those."""
        return super().compress_files(path for path in paths if not path.endswith(".map"))

    @staticmethod
    def _is_part(path: str) -> bool:
        return path.startswith("css/") and path.endswith(".css") and path != SHEET and not path.startswith("css/admin")
