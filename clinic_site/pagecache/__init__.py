"""The page cache: finished public pages, answered before Django is entered. See docs/decisions/0008."""

from clinic_site.pagecache.wrapper import PageCache

__all__ = ["PageCache"]
