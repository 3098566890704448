"""The parts of the site."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from simple_history.models import HistoricalRecords

from content.drawings import Drawing
from content.richtext import SIMPLE_EXTENSIONS, RichTextField

if TYPE_CHECKING:
    from content.models.article import Article

RESERVED_SLUGS = frozenset(
    {
        "accounts",
        "admin",
        "api",
        "contact",
        "enquire",
        "feed",
        "glossary",
        "healthz",
        "media",
        "og",
        "readyz",
        "search",
        "static",
    }
)


class SectionQuerySet(models.QuerySet["Section"]):
    """Named reads of sections."""

    def listed(self) -> "SectionQuerySet":
        """Return the sections that the public browses, in menu order."""
        return self.filter(standing=False).order_by("order", "title")


class Section(models.Model):
    """A part of the site, such as "Therapies". One section is `standing`: its articles are pages such as Privacy."""

    slug = models.SlugField(
        unique=True, help_text="The section's part of every address in it. A change leaves redirects behind."
    )
    title = models.CharField(max_length=80)
    menu_title = models.CharField(max_length=24, help_text="The short form for menus.")
    order = models.PositiveSmallIntegerField(default=0, help_text="Its place in menus; smaller comes first.")
    summary = models.CharField(max_length=200, help_text="One sentence, for search results and cards.")
    introduction = RichTextField(blank=True, extensions=SIMPLE_EXTENSIONS)
    drawing = models.CharField(max_length=60, blank=True, choices=Drawing.choices)
    standing = models.BooleanField(
        "standing pages",
        default=False,
        help_text="Its articles are pages of their own, such as /privacy/, and it is not listed in menus.",
    )

    history = HistoricalRecords()
    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ("order", "title")
        constraints = (
            models.UniqueConstraint(
                fields=("standing",), condition=models.Q(standing=True), name="content_one_standing_section"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        """Whether it has a page of its own, which only its articles have where it is `standing`."""
        return not self.standing

    def get_absolute_url(self) -> str:
        """Return the address of the section's own page."""
        return reverse("content:section", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and when addresses have changed leave redirects for the section and for each article that was public."""
        with transaction.atomic():
            before = Section.objects.filter(pk=self.pk).first()
            if before and (before.slug, before.standing) == (self.slug, self.standing):
                before = None
            moved = [(article, article.get_absolute_url()) for article in before.articles.all()] if before else []
            super().save(*args, **kwargs)
            if before:
                self._keep_addresses(before, moved)

    def _keep_addresses(self, before: "Section", moved: "list[tuple[Article, str]]") -> None:
        redirects = self.redirects.model.objects
        if self.is_public:
            redirects.filter(old_path=self.get_absolute_url()).delete()
        if before.is_public and before.slug != self.slug:
            redirects.update_or_create(old_path=before.get_absolute_url(), defaults={"section": self, "article": None})
        for article, address in moved:
            article.section = self
            if article.was_public:
                article.keep_address(address)

    def clean(self) -> None:
        """Refuse a slug that another page of the site already answers to, and pages of its own at such an address."""
        pages = Section.objects.filter(standing=True, articles__slug=self.slug)
        if self.slug in RESERVED_SLUGS or (not self.standing and pages.exists()):
            raise ValidationError({"slug": f"/{self.slug}/ is another page of this site. Choose a different word."})
        taken = RESERVED_SLUGS.union(Section.objects.listed().exclude(pk=self.pk).values_list("slug", flat=True))
        clash = self.articles.filter(slug__in=taken).first() if self.standing and self.pk else None
        if clash:
            words = f"/{clash.slug}/ is another page of this site. Give “{clash}” a different address first."
            raise ValidationError({"standing": words})
