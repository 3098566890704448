"""Addresses that have moved."""

from django.db import models

from content.models.article import Article
from content.models.section import Section


class Redirect(models.Model):
    """An address that was public once, and what now answers for it.

    It points to the article or section itself and not to another address, so there are no chains to follow, and no loop
    can be made.
    """

    old_path = models.CharField(max_length=220, unique=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, null=True, related_name="redirects")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, null=True, related_name="redirects")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("old_path",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(article__isnull=True) ^ models.Q(section__isnull=True), name="content_redirect_one_target"
            ),
        )

    def __str__(self) -> str:
        return f"{self.old_path} → {self.article or self.section}"
