"""Articles. What hangs on them is in `article_parts`."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from content.drawings import Drawing
from content.models.article_parts import Citation, Faq
from content.models.picture import Picture
from content.models.review import LONGEST, changed_since_review, due_by, months_after
from content.models.search import SearchDocument
from content.models.section import RESERVED_SLUGS, Section
from content.models.source import Source
from content.models.support import SupportLine
from content.prepared import Slot
from content.richtext import CARE_EXTENSIONS, RichTextField


class ArticleQuerySet(models.QuerySet["Article"]):
    """Named reads of articles. `published` is the one gate to everything public."""

    def published(self) -> "ArticleQuerySet":
        """Return the articles that the public may see now."""
        return self.public_by(timezone.now())

    def public_by(self, moment: datetime | Slot) -> "ArticleQuerySet":
        """Return the articles that the public may see at `moment`, as things stand. For staff's eyes, unless that is now."""
        return self.filter(state=Article.State.PUBLISHED, publish_at__lte=moment, revises=None)

    def listed(self) -> "ArticleQuerySet":
        """Return the published articles of the sections that the public browses, in order."""
        return self.published().filter(section__standing=False).order_by("section__order", "order", "title")

    def on_shelf(self, section: Section) -> "ArticleQuerySet":
        """Return the published articles of one section, in the order of its list."""
        return self.published().filter(section=section).order_by("order", "title", "pk")

    def as_links(self, *others: str) -> "ArticleQuerySet":
        """Bring no more than a link shows, which is the titles and the section, and the `others` that hang on an article."""
        return self.select_related("section", *others).only("slug", "title", "short_title", "section", *others)

    def therapies(self) -> "ArticleQuerySet":
        """Return those that describe a therapy, which is what has a profile, in whatever section it lies."""
        return self.filter(profile__isnull=False)

    def part(self, start: int, stop: int) -> "ArticleQuerySet":
        """Return these articles from `start` to before `stop`. Those in front are skipped in the index, and never read."""
        keys = self.values("pk")[start:stop]
        return Article.objects.filter(pk__in=keys).order_by(*self.query.order_by)

    def with_change(self) -> "ArticleQuerySet":
        """Add `changed_at`: when what the page shows last changed, its questions, therapy profile and sources included.

        The history of the parts knows it, and of those that were deleted too. A page that was scheduled counts from the
        time at which it went public.
        """
        profile: Any = self.model._meta.get_field("profile").related_model
        parts = (
            Faq.history.filter(article_id=models.OuterRef("pk")),
            profile.history.filter(article_id=models.OuterRef("pk")),
            Citation.history.filter(article_id=models.OuterRef("pk")),
            Source.history.filter(
                id__in=Citation.objects.filter(article=models.OuterRef(models.OuterRef("pk"))).order_by().values("source")
            ),
        )
        latest = [
            Coalesce(models.Subquery(part.order_by("-history_date").values("history_date")[:1]), "updated_at") for part in parts
        ]
        published = Coalesce("publish_at", "updated_at")
        return self.annotate(changed_at=Greatest("updated_at", published, *latest))

    def with_page(self) -> "ArticleQuerySet":
        """Bring what an article's page needs from other tables, in a fixed number of queries."""
        return (
            self.with_change()
            .select_related("section", "picture", "profile")
            .prefetch_related(
                "faqs",
                models.Prefetch("citations", Citation.objects.select_related("source")),
                models.Prefetch("related", Article.objects.listed().select_related("section"), to_attr="related_published"),
                "support_lines",
            )
        )

    def review_due(self, today: date) -> "ArticleQuerySet":
        """Return the public articles without a clinician's review, or whose next review is due by `today`."""
        return self.published().filter(models.Q(last_reviewed=None) | due_by(today))


class Article(models.Model):
    """A page of the site, from draft through review to publication."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        PUBLISHED = "published", "Published"

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="articles")
    slug = models.SlugField(
        "address", max_length=80, help_text="The last part of the page's address. A change leaves a redirect behind."
    )
    title = models.CharField(max_length=120)
    short_title = models.CharField(max_length=30, blank=True, help_text="For cards and menus, if the title is long.")
    summary = models.CharField(
        max_length=200, help_text="One sentence that says what the reader will find. Search engines show it too."
    )
    order = models.PositiveSmallIntegerField(default=0, help_text="Its place in the section; smaller comes first.")
    body = RichTextField(
        help_text="Ask each heading as a reader would. Cite a source by its key in square brackets, such as [harding-2025]."
        " A clinic fact in double braces, such as {{fees}}, shows only once it is filled in."
    )
    urgent_help = RichTextField(
        blank=True,
        extensions=CARE_EXTENSIONS,
        help_text="What belongs to this page in “When to get urgent help”. The shared numbers are added below it.",
    )
    drawing = models.CharField(max_length=60, blank=True, choices=Drawing.choices)
    picture = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="articles")
    sources: models.ManyToManyField = models.ManyToManyField(Source, through="Citation", related_name="articles")
    related = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="+")
    support_lines = models.ManyToManyField(
        SupportLine, blank=True, help_text="Lines to show in this page's urgent help, beside those shown everywhere."
    )
    is_medical = models.BooleanField(
        "needs medical words", default=False, help_text="Allows a reading age up to 14 instead of 11."
    )

    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    publish_at = models.DateTimeField(
        "publish time", null=True, blank=True, help_text="When it goes public. A time to come schedules it."
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="articles", editable=False
    )
    last_reviewed = models.DateField(
        null=True,
        blank=True,
        help_text="The day a clinician read and approved it. Empty until one has. Today approves it as it is now.",
    )
    next_review_due = models.DateField(
        null=True,
        blank=True,
        help_text="At most 12 months on; 6 months for pages on ketamine and helplines. Left empty, it is filled in so.",
    )
    changed_since_review = models.DateField(null=True, editable=False)  # when words changed that no clinician has read
    reviewer_role = models.CharField(
        "reviewed by",
        max_length=80,
        blank=True,
        help_text="The reviewer's role, such as Consultant psychiatrist. Never a name.",
    )
    revises = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="revision", editable=False
    )
    base = models.JSONField(null=True, editable=False)  # what the page that it revises said when this change was made from it
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    changed_at: datetime  # only on rows from `with_change()`

    history = HistoricalRecords(
        m2m_fields=[related, support_lines], excluded_fields=["revises", "base", "changed_since_review"]
    )
    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ("section__order", "order", "title")
        permissions = (
            ("publish_article", "Can publish articles"),
            ("review_article", "Can record a clinical review"),
        )
        indexes = (  # each holds all that its list asks for, so that counting a long list reads the index alone
            models.Index(fields=("state", "publish_at", "revises"), name="content_article_public"),
            models.Index(
                fields=("section", "state", "order", "title", "id", "publish_at"),
                condition=models.Q(revises=None),
                name="content_article_shelf",
            ),
            models.Index(fields=("updated_at",), name="content_article_changed"),
            models.Index(fields=("next_review_due", "last_reviewed"), name="content_article_review"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("section", "slug"),
                condition=models.Q(revises=None),
                name="content_article_address",
                violation_error_message="Another article in this section has this address.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(publish_at__isnull=False),
                name="content_published_has_time",
                violation_error_message="A published article needs a publish time.",
            ),
            models.CheckConstraint(
                condition=models.Q(last_reviewed=None)
                | models.Q(next_review_due=None)
                | models.Q(next_review_due__gt=models.F("last_reviewed")),
                name="content_next_review_after_last",
                violation_error_message="The next review must come after the last one.",
            ),
            models.CheckConstraint(
                condition=models.Q(last_reviewed=None) | ~models.Q(reviewer_role=""),
                name="content_review_names_role",
                violation_error_message="Say in which role the reviewer approved it.",
            ),
            models.CheckConstraint(
                condition=models.Q(revises=None) | ~models.Q(state="published"),
                name="content_revision_is_not_public",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} (proposed change)" if self.revises_id else self.title

    @property
    def card_title(self) -> str:
        """The title for cards and menus."""
        return self.short_title or self.title

    @property
    def is_public(self) -> bool:
        """Whether the public can see it now; the same rule as `published()`, for one row in hand."""
        return self.state == self.State.PUBLISHED and self.was_public

    @property
    def review_is_overdue(self) -> bool:
        """Whether the day has passed by which a clinician should have read it again."""
        return self.review_due is not None and self.review_due < timezone.localdate()

    @property
    def review_due(self) -> date | None:
        """The day by which a clinician should read it again: a year after the last time if no other is given."""
        return self.next_review_due or (self.last_reviewed and months_after(self.last_reviewed, LONGEST))

    @property
    def was_public(self) -> bool:
        """Whether the public may know its address: it is, or has been, published."""
        return self.publish_at is not None and self.publish_at <= timezone.now() and self.revises_id is None

    def get_absolute_url(self) -> str:
        """Return the article's public address, which answers only while it is published."""
        if self.section.standing:
            return reverse("content:section", args=[self.slug])
        return reverse("content:article", args=[self.section.slug, self.slug])

    def clean(self) -> None:
        """Check what no single field can: that the address is free, and that the review has happened."""
        if self.last_reviewed and self.last_reviewed > timezone.localdate():
            raise ValidationError({"last_reviewed": "A review cannot have happened in the future."})
        if self._forgets_that_it_was_public():
            raise ValidationError(
                "This page has been public, so its publish time cannot be taken away or moved into the future."
                " To take it back, set its state to draft."
            )
        taken = self.slug in RESERVED_SLUGS or Section.objects.listed().filter(slug=self.slug).exists()
        if self.section_id and self.section.standing and taken:
            raise ValidationError({"slug": f"/{self.slug}/ is another page of this site. Choose a different word."})
        if self.section_id and not self.section.standing and self.slug == "compare":
            raise ValidationError({"slug": "This address belongs to the comparison of the therapies."})

    def _forgets_that_it_was_public(self) -> bool:
        """Whether saving would lose what tells a redirect to be left when the address changes."""
        if self.was_public or self.pk is None:
            return False
        return Article.objects.filter(pk=self.pk, publish_at__lte=timezone.now(), revises=None).exists()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, keep what the page says of its review true, leave a redirect for a changed address, and let search know."""
        with transaction.atomic():
            stored = Article.objects.select_related("section").filter(pk=self.pk).first()
            before = stored.get_absolute_url() if stored and stored.was_public else None  # the public may know it
            if stored:
                self.changed_since_review = changed_since_review(self, stored)
            super().save(*args, **kwargs)
            self.keep_address(before)
            SearchDocument.objects.index(self)

    def keep_address(self, before: str | None) -> None:
        """Make the address `before` lead here, unless it still is this article's own.

        What moved away from this article's address keeps its redirect until this article is public.
        """
        address = self.get_absolute_url()
        redirects = self.redirects.model.objects
        (redirects if self.is_public else self.redirects).filter(old_path=address).delete()
        if before and before != address:
            redirects.update_or_create(old_path=before, defaults={"article": self, "section": None})
