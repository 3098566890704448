"""Looks through a storage, whether it is a folder or a bucket."""

from collections.abc import Iterator

from django.core.files.storage import Storage


def names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Yield the name of every file in the storage, in their order."""
    try:
        folders, files = storage.listdir(folder)  # and not `exists`: a bucket knows files, and no folders
    except FileNotFoundError:
        return  # nothing has been stored yet
    yield from (f"{folder}/{name}".lstrip("/") for name in sorted(files))
    for name in sorted(folders):
        yield from names(storage, f"{folder}/{name}".lstrip("/"))
