"""The admin for editors, reviewers and managers."""

from content.admin import article, clinic, picture, reference, section

__all__ = ["article", "clinic", "picture", "reference", "section"]
