"""The admin for editors, reviewers and managers."""

from content.admin import article, clinic, links, picture, reading, reference, section

__all__ = ["article", "clinic", "links", "picture", "reading", "reference", "section"]
